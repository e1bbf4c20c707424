package dev.onoma.conformance;

import static dev.onoma.conformance.Tools.run;
import static dev.onoma.conformance.Tools.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Clients that people use get their answers over TLS and HTTPS: kdig, dig, curl, openssl,
/// dnspython, dnsperf, CoreDNS.
///
/// The subject is [Subjects#chosen]. A tool that is not installed skips its test.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EncryptedClientsTest {
    private Optional<Subject.Running> running = Optional.empty();
    private String dot = "";
    private String doh = "";
    private String authority = "";
    private Path session = Path.of("");

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        var issuer = Authority.in(folder);
        issuer.issue("tls", "dns.example", "127.0.0.1");
        authority = issuer.certificate().toString();
        session = folder.resolve("session");
        Files.writeString(folder.resolve("hosts.txt"), "192.0.2.1 a.test\n");
        int port = Ports.free();
        dot = "" + Ports.free();
        doh = "" + Ports.free();
        var corefile =
                """
                dns://test tls://test:%s https://test:%s {
                    tls tls.pem tls.key
                    hosts hosts.txt
                }
                """
                        .formatted(dot, doh);
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
    void kdigGetsAddressesOverTls() throws Exception {
        var kdig = tool("kdig", "knot-dnsutils");
        assertThat(
                        run(
                                kdig,
                                "@127.0.0.1",
                                "-p",
                                dot,
                                "+tls-ca=" + authority,
                                "+tls-hostname=dns.example",
                                "a.test"))
                .contains("TLS1.3", "status: NOERROR", "192.0.2.1");
    }

    @Test
    void kdigGetsAddressesOverHttps() throws Exception {
        var kdig = tool("kdig", "knot-dnsutils");
        for (var method : new String[] {"+https", "+https-get"}) {
            assertThat(
                            run(
                                    kdig,
                                    "@127.0.0.1",
                                    "-p",
                                    doh,
                                    method,
                                    "+tls-ca=" + authority,
                                    "+tls-hostname=dns.example",
                                    "a.test"))
                    .contains("HTTP/2", "status: NOERROR", "192.0.2.1");
        }
    }

    @Test
    void digGetsAddressesOverTlsAndHttps() throws Exception {
        var dig = tool("dig", "bind9-dnsutils");
        for (var way : new String[][] {{dot, "+tls"}, {doh, "+https"}, {doh, "+https-get"}}) {
            assertThat(run(dig, "@127.0.0.1", "-p", way[0], way[1], "+short", "a.test"))
                    .isEqualTo("192.0.2.1\n");
        }
    }

    @Test
    void curlGetsAMessageOverBothVersionsOfHttp() throws Exception {
        var curl = tool("curl", "curl");
        var url = "https://127.0.0.1:" + doh + "/dns-query?dns=AAABAAABAAAAAAAAAWEEdGVzdAAAAQAB";
        for (var version : new String[] {"--http2", "--http1.1"}) {
            assertThat(
                            run(
                                    curl,
                                    "-s",
                                    version,
                                    "--cacert",
                                    authority,
                                    "-o",
                                    "/dev/null",
                                    "-w",
                                    "%{http_version} %{http_code} %{content_type}",
                                    url))
                    .isEqualTo(
                            (version.equals("--http2") ? "2" : "1.1")
                                    + " 200 application/dns-message");
        }
    }

    @Test
    void opensslResumesItsSession() throws Exception {
        var openssl = tool("openssl", "openssl");
        var to = "127.0.0.1:" + dot;
        run(openssl, "s_client", "-connect", to, "-tls1_2", "-sess_out", session.toString());
        assertThat(
                        run(
                                openssl,
                                "s_client",
                                "-connect",
                                to,
                                "-tls1_2",
                                "-sess_in",
                                session.toString()))
                .contains("Reused, TLSv1.2");
    }

    /// Anybody could play early data again (RFC 8446, section 8), so tickets allow none.
    @Test
    void opensslResumesItsSessionAndMaySendNothingEarly(@TempDir Path folder) throws Exception {
        var openssl = tool("openssl", "openssl");
        var early = Files.writeString(folder.resolve("early"), "a query").toString();
        var kept = folder.resolve("session").toString();
        var client = List.of(openssl, "s_client", "-connect", "127.0.0.1:" + dot, "-tls1_3");
        assertThat(ticket(client, kept)).hasValue("    Max Early Data: 0");
        var again = Stream.of("-sess_in", kept, "-early_data", early);
        assertThat(run(Stream.concat(client.stream(), again).toArray(String[]::new)))
                .contains("Reused, TLSv1.3", "Early data was not sent");
    }

    // What is said of early data in the ticket, which comes with the first answer.
    private static Optional<String> ticket(List<String> client, String kept)
            throws IOException, InterruptedException {
        var command = Stream.concat(client.stream(), Stream.of("-sess_out", kept)).toList();
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var question = Record.newRecord(Name.fromString("a.test."), Type.A, DClass.IN);
        var query = Message.newQuery(question).toWire();
        try (var in = new DataOutputStream(process.getOutputStream());
                var out = process.inputReader()) {
            in.writeShort(query.length);
            in.write(query);
            in.flush();
            return out.lines().filter(line -> line.contains("Max Early Data")).findFirst();
        } finally {
            process.waitFor();
        }
    }

    @Test
    void aClientThatOffersAnotherProtocolGoesOnWithoutAName() throws Exception {
        var openssl = tool("openssl", "openssl");
        assertThat(run(openssl, "s_client", "-connect", "127.0.0.1:" + dot, "-alpn", "h2"))
                .contains("No ALPN negotiated", "TLSv1.3");
        assertThat(run(openssl, "s_client", "-connect", "127.0.0.1:" + dot, "-alpn", "h2,dot"))
                .contains("ALPN protocol: dot");
    }

    @Test
    void whoOffersNoVersionOfHttpIsRefusedWhereItIsSpoken() throws Exception {
        var openssl = tool("openssl", "openssl");
        for (var version : List.of("-tls1_2", "-tls1_3")) {
            var to = List.of(openssl, "s_client", "-connect", "127.0.0.1:" + doh, version, "-alpn");
            assertThat(run(Stream.concat(to.stream(), Stream.of("dot")).toArray(String[]::new)))
                    .contains("SSL alert number 120");
            assertThat(run(Stream.concat(to.stream(), Stream.of("dot,h2")).toArray(String[]::new)))
                    .contains("ALPN protocol: h2");
        }
    }

    @Test
    void dnspythonGetsAddressesOverTlsAndHttps() throws Exception {
        var python = tool("python3", "python3");
        var asked =
                new ProcessBuilder(python, "-c", "import dns.query, h2; assert dns.query.have_doh");
        assumeTrue(asked.start().waitFor() == 0, "no HTTP/2 here: pip install dnspython[doh]");
        var script =
                """
                import dns.message, dns.query, ssl, sys
                dot, doh, ca = sys.argv[1:]
                q = dns.message.make_query("a.test", "A", use_edns=0, pad=128)
                context = ssl.create_default_context(cafile=ca)
                r = dns.query.tls(
                    q, "127.0.0.1", port=int(dot), ssl_context=context,
                    server_hostname="dns.example", timeout=10
                )
                print("tls", r.answer[0][0], len(r.wire) if r.wire else "")
                for version in "H1", "H2":
                    for post in True, False:
                        r = dns.query.https(
                            q, f"https://127.0.0.1:{doh}/dns-query", verify=context,
                            timeout=10, http_version=dns.query.HTTPVersion[version], post=post
                        )
                        print(version, r.answer[0][0])
                """;
        assertThat(run(python, "-c", script, dot, doh, authority).lines())
                .containsExactly(
                        "tls 192.0.2.1 468",
                        "H1 192.0.2.1",
                        "H1 192.0.2.1",
                        "H2 192.0.2.1",
                        "H2 192.0.2.1");
    }

    @Test
    void dnsperfLosesNothing(@TempDir Path folder) throws Exception {
        var dnsperf = tool("dnsperf", "dnsperf");
        var queries = folder.resolve("queries");
        Files.writeString(queries, "a.test A\nb.test A\na.test AAAA\n".repeat(1000));
        for (var way : new String[][] {{dot, "dot"}, {doh, "doh"}}) {
            var command =
                    "-s 127.0.0.1 -p %s -m %s -c 4 -n 1 -d %s"
                            .formatted(way[0], way[1], queries)
                            .split(" ");
            assertThat(
                            run(
                                    Stream.concat(Stream.of(dnsperf), Stream.of(command))
                                            .toArray(String[]::new)))
                    .contains("Queries completed:    3000 (100.00%)");
        }
    }

    @Test
    void coreDnsForwardsToUs(@TempDir Path folder) throws Exception {
        var dig = tool("dig", "bind9-dnsutils");
        var coreDns = Subjects.coreDns();
        assumeTrue(coreDns.isPresent(), "no CoreDNS: set COREDNS to the path of its binary");
        int port = Ports.free();
        var corefile =
                """
                .:%d {
                    forward . tls://127.0.0.1:%s {
                        tls %s
                        tls_servername dns.example
                    }
                }
                """
                        .formatted(port, dot, authority);
        var setup = new Subject.Setup(folder, corefile, port, Cluster.none(folder));
        try (var front = Subjects.start(coreDns.get(), setup)) {
            var answers =
                    run(dig, "@127.0.0.1", "-p", "" + port, "+short", "a.test", "A", "a.test", "A");
            assertThat(answers).as(front.log()).isEqualTo("192.0.2.1\n192.0.2.1\n");
        }
    }
}
