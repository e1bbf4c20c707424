package dev.onoma.conformance;

import static dev.onoma.conformance.Tools.run;
import static dev.onoma.conformance.Tools.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Clients that people use get their answers over QUIC and HTTP/3: kdig, dnspython, curl. And
/// aioquic does what no client may (RFC 9250, section 4.3).
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class QuicClientsTest {
    private static final String SECRET = "NoTCJU+DMqFWywaPyxSijrDEA/eC3nK0xi3AMEZuPVk=";

    private Optional<Subject.Running> running = Optional.empty();
    private String doq = "";
    private String doh3 = "";
    private String authority = "";

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        var issuer = Authority.in(folder);
        issuer.issue("tls", "dns.example", "127.0.0.1");
        authority = issuer.certificate().toString();
        Files.writeString(folder.resolve("hosts.txt"), "192.0.2.1 a.test\n");
        int port = Ports.free();
        doq = "" + Ports.free();
        doh3 = "" + Ports.free();
        var corefile =
                """
                dns://test quic://test:%s https3://test:%s {
                    tls tls.pem tls.key
                    timeouts {
                        read 1s
                    }
                    tsig {
                        secret key. %s
                    }
                    hosts hosts.txt
                }
                """
                        .formatted(doq, doh3, SECRET);
        var setup = new Subject.Setup(folder, corefile, port, Cluster.none(folder));
        running = Optional.of(Subjects.start(Subjects.chosen(), setup));
    }

    @AfterAll
    void stop() throws IOException {
        if (running.isPresent()) {
            running.get().close();
        }
    }

    @Test
    void kdigGetsAddressesOverQuic() throws Exception {
        var kdig = tool("kdig", "knot-dnsutils");
        var answer =
                run(
                        kdig,
                        "@127.0.0.1",
                        "-p",
                        doq,
                        "+tls-ca=" + authority,
                        "+tls-hostname=dns.example",
                        "+quic",
                        "a.test");
        assumeTrue(!answer.contains("invalid option"), "this kdig does not know QUIC");
        assertThat(answer)
                .contains("QUIC session", "status: NOERROR", "192.0.2.1", "Received 468 B");
    }

    @Test
    void dnspythonGetsAddressesOverQuicAndHttp3() throws Exception {
        var script =
                """
                import dns.message, dns.query, sys
                doq, doh3, ca = sys.argv[1:]
                q = dns.message.make_query("a.test", "A")
                r = dns.query.quic(
                    q, "127.0.0.1", port=int(doq), verify=ca, server_hostname="dns.example", timeout=10
                )
                print("doq", r.answer[0][0])
                for post in True, False:
                    r = dns.query.https(
                        q,
                        f"https://127.0.0.1:{doh3}/dns-query",
                        verify=ca,
                        timeout=10,
                        http_version=dns.query.HTTPVersion.H3,
                        post=post,
                    )
                    print("doh3", r.answer[0][0])
                """;
        assertThat(run(Tools.pythonForQuic(), "-c", script, doq, doh3, authority))
                .isEqualTo("doq 192.0.2.1\ndoh3 192.0.2.1\ndoh3 192.0.2.1\n");
    }

    // The curl of distributions speaks no HTTP/3, the one inside this package does (ngtcp2).
    @Test
    void curlGetsAMessageOverHttp3() throws Exception {
        var script =
                """
                import base64, sys
                from curl_cffi import CurlHttpVersion, requests
                doh3, ca = sys.argv[1:]
                url = f"https://127.0.0.1:{doh3}/dns-query"
                query = bytes.fromhex("000001000001000000000000") + b"\\x01a\\x04test\\0\\0\\1\\0\\1"
                way = {"http_version": CurlHttpVersion.V3ONLY, "verify": ca}
                text = base64.urlsafe_b64encode(query).rstrip(b"=").decode()
                get = requests.get(url + "?dns=" + text, **way)
                header = {"content-type": "application/dns-message"}
                post = requests.post(url, data=query, headers=header, **way)
                for r in get, post:
                    print(r.http_version, r.status_code, r.headers["content-type"], *r.content[-4:])
                """;
        var python = tool("python3", "python3");
        var asked = new ProcessBuilder(python, "-c", "import curl_cffi");
        assumeTrue(asked.start().waitFor() == 0, "no curl_cffi: pip install curl_cffi");
        assertThat(run(python, "-c", script, doh3, authority).lines())
                .containsExactly(
                        "30 200 application/dns-message 192 0 2 1",
                        "30 200 application/dns-message 192 0 2 1");
    }

    @Test
    void responsesAreSignedAndForgedQueriesRefused() throws Exception {
        var script =
                """
                import dns.message, dns.query, dns.tsig, dns.tsigkeyring, sys
                doq, doh3, secret = sys.argv[1:]
                def over_quic(q):
                    return dns.query.quic(q, "127.0.0.1", port=int(doq), verify=False, timeout=10)
                def over_http3(q):
                    return dns.query.https(
                        q,
                        f"https://127.0.0.1:{doh3}/dns-query",
                        verify=False,
                        timeout=10,
                        http_version=dns.query.HTTPVersion.H3,
                    )
                for ask in over_quic, over_http3:
                    for s in secret, "AAAA" + secret[4:]:
                        q = dns.message.make_query("a.test", "A")
                        q.use_tsig(dns.tsigkeyring.from_text({"key.": ("hmac-sha256", s)}))
                        try:
                            print(ask.__name__, ask(q).had_tsig)
                        except dns.tsig.PeerBadSignature:
                            print(ask.__name__, "bad signature")
                """;
        assertThat(run(Tools.pythonForQuic(), "-c", script, doq, doh3, SECRET))
                .isEqualTo(
                        """
                        over_quic True
                        over_quic bad signature
                        over_http3 True
                        over_http3 bad signature
                        """);
    }

    @Test
    void requestsThatAreNotAsTheyShouldBeGetTheirStatus(@TempDir Path folder) throws Exception {
        assertThat(run(Tools.pythonForQuic(), Tools.script(folder, "doh3.py"), doh3, authority))
                .isEqualTo(
                        """
                        get: 200 max-age=3600
                        post: 200 max-age=3600
                        no message: 400
                        two messages: 400
                        another path: 404
                        another method: 405 GET, POST
                        the head only: 405 GET, POST
                        another type: 415
                        no query: 400
                        no body: 400
                        a large body: 413
                        another coding: reset 0x10e
                        two servers: reset 0x10e
                        in another spelling: 200 max-age=3600
                        stalled: reset 0x10c
                        """);
    }

    @Test
    void whatNoClientMayDoEndsItsConnection(@TempDir Path folder) throws Exception {
        assertThat(run(Tools.pythonForQuic(), Tools.script(folder, "doq.py"), doq, authority))
                .isEqualTo(
                        """
                        query: answer 0 192.0.2.1
                        octet by octet: answer 0 192.0.2.1
                        no end: answer 0 192.0.2.1
                        an ID: closed 0x2
                        keepalive: closed 0x2
                        too short: closed 0x2
                        no query: closed 0x2
                        half: closed 0x2
                        nothing: closed 0x2
                        two: closed 0x2
                        stalled: reset 0x3
                        many streams: {'answer 0 192.0.2.1'}
                        another protocol: refused
                        resumed: True, early data: None
                        """);
    }
}
