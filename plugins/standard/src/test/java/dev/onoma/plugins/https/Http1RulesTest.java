package dev.onoma.plugins.https;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.plugins.LiveServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What HTTP/1.1 (RFC 9112) wants of requests, so that proxies and this server never differ about
/// where one begins and for whom it is.
final class Http1RulesTest {
    private static final String TARGET = "/dns-query?dns=AAABAAABAAAAAAAAAWEEdGVzdAAAAQAB";

    @TempDir private Path folder;
    private LiveServer server;

    @BeforeEach
    void start() throws Exception {
        // Without a certificate it is HTTP/1.1 in clear text.
        server =
                new LiveServer(
                        folder,
                        """
                        https://test:0 {
                            hosts {
                                192.0.2.1 a.test
                            }
                        }
                        """);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /// @param fields of the header, with `|` between them
    private String send(String line, String fields, String body) {
        var header = fields.isEmpty() ? "" : fields.replace("|", "\r\n") + "\r\n";
        return LiveServer.send(server.onoma().port(), line + "\r\n" + header + "\r\n" + body);
    }

    private static String status(String response) {
        return response.isEmpty() ? "none" : response.split(" ", 3)[1];
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "1.1; Host: dns.example|Connection: close; 200",
                "1.1; Host: |Connection: close; 200",
                "1.1; Host: [2001:db8::1]:443|Connection: close; 200",
                "1.1; Connection: close; 400",
                "1.1; Host: dns.example|Host: dns.example; 400",
                "1.1; Host: dns.example/path; 400",
                "1.1; Host: me@dns.example; 400",
                "1.1; Host: dns example; 400",
                "1.0; ''; 200",
                "1.0; Host: a|Host: b; 400",
                "2.0; Host: dns.example; 505",
                "1.1; Host: dns.example|Upgrade: h2c|Connection: Upgrade, close; 200"
            })
    void aRequestSaysForWhomItIs(String version, String fields, String status) {
        var response = send("GET " + TARGET + " HTTP/" + version, fields, "");
        assertThat(status(response)).as(response).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Transfer-Encoding: gzip, chunked; 501",
                "Transfer-Encoding: gzip|Transfer-Encoding: chunked; 501",
                "Transfer-Encoding: identity; 400",
                "Transfer-Encoding: chunked|Content-Length: 4; 400",
                "Transfer-Encoding : chunked; 400",
                "Content-Length: 4|Content-Length: 5; 400",
                "Content-Length: +4; 400"
            })
    void whereABodyEndsIsNeverInDoubt(String fields, String status) {
        var smuggled = "0\r\n\r\nGET " + TARGET + " HTTP/1.1\r\nHost: a\r\n\r\n";
        var response = send("POST /dns-query HTTP/1.1", "Host: dns.example|" + fields, smuggled);
        assertThat(status(response)).as(response).isEqualTo(status);
        assertThat(response).containsOnlyOnce("HTTP/1.1 ").contains("connection: close");
    }

    @Test
    void aServerMayBeNamedInTheTarget() {
        var line = "GET https://dns.example" + TARGET + " HTTP/1.1";
        assertThat(status(send(line, "Host: dns.example|Connection: close", ""))).isEqualTo("200");
    }

    @Test
    void anOldClientIsToldThatItsConnectionStaysOpen() {
        var first = "GET " + TARGET + " HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
        var response =
                LiveServer.send(
                        server.onoma().port(), first + "GET " + TARGET + " HTTP/1.0\r\n\r\n");
        assertThat(response.split("HTTP/1.1 200 OK")).hasSize(3);
        assertThat(response).containsSubsequence("connection: keep-alive", "connection: close");
    }

    @Test
    void aResponseHasADate() {
        assertThat(send("GET / HTTP/1.1", "Host: a|Connection: close", ""))
                .containsPattern("date: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} .* GMT");
    }
}
