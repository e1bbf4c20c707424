package dev.onoma.conformance;

import static dev.onoma.conformance.Tools.run;
import static dev.onoma.conformance.Tools.tool;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Chromium shows a page whose name nobody knows but `https://`, which it asks in its secure mode:
/// by POST, or by GET where its template says so (RFC 8484, section 4.1).
@Timeout(180)
final class BrowserTest {
    private static final String PATIENCE_SECONDS = "60";

    private final String chromium = tool("chromium", "chromium");

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "{?dns}"})
    void aPageIsFound(String variable) throws Exception {
        Authority.in(folder).issue("tls", "dns.example", "127.0.0.1");
        Files.writeString(folder.resolve("hosts.txt"), "127.0.0.1 page.test\n");
        int port = Ports.free();
        var corefile =
                """
                https://test:%d {
                    tls tls.pem tls.key
                    log
                    hosts hosts.txt
                }
                """
                        .formatted(port);
        var setup = new Subject.Setup(folder, corefile, Ports.free(), Cluster.none(folder));
        var page = page();
        try (var running = Subjects.start(Subjects.chosen(), setup)) {
            var url = "http://page.test:" + page.getAddress().getPort() + "/";
            assertThat(shown(url, "https://127.0.0.1:" + port + "/dns-query" + variable))
                    .contains("This is page.test:");
            assertThat(running.log()).contains("\"A IN page.test. tcp");
        } finally {
            page.stop(0);
        }
    }

    private static HttpServer page() throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    var host = exchange.getRequestHeaders().getFirst("Host");
                    var text = ("<p>This is " + host + "</p>").getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "text/html");
                    exchange.sendResponseHeaders(200, text.length);
                    exchange.getResponseBody().write(text);
                    exchange.close();
                });
        server.start();
        return server;
    }

    private String shown(String url, String template) throws Exception {
        var profile = Files.createDirectories(folder.resolve("profile"));
        Files.writeString(
                profile.resolve("Local State"),
                """
                {"dns_over_https": {"mode": "secure", "templates": "%s"}}
                """
                        .formatted(template));
        return run(
                "timeout",
                PATIENCE_SECONDS,
                chromium,
                "--headless",
                "--no-sandbox", // as root there is none
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile,
                "--ignore-certificate-errors-spki-list=" + fingerprint(),
                "--dump-dom",
                url);
    }

    /// The SHA-256 of the key in the certificate.
    private String fingerprint() throws Exception {
        try (var file = Files.newInputStream(folder.resolve("tls.pem"))) {
            var key =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(file)
                            .getPublicKey()
                            .getEncoded();
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
        }
    }
}
