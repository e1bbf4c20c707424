package dev.onoma.plugins.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Tls;
import dev.onoma.plugins.LiveServer;
import dev.onoma.server.tls.PemTls;
import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Bench;
import dev.onoma.testkit.HandTime;
import dev.onoma.testkit.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Rcode;

@Timeout(60)
final class WebAccessTest {
    private static final byte[] SALT = new byte[16];

    @TempDir Path folder;
    private int http;
    private final Tls tls = new PemTls(new HandTime(), Map.of());
    private Authority authority;

    @BeforeEach
    void certificates() throws IOException {
        http = Ports.free();
        authority = Authority.in(folder);
        authority.issue("server", "127.0.0.1");
        authority.issue("scraper", "scraper.example");
    }

    private LiveServer server(String configuration) throws IOException {
        Files.writeString(folder.resolve("web.yml"), configuration);
        return start();
    }

    private LiveServer start() throws IOException {
        return new LiveServer(
                folder,
                """
                example.org {
                    prometheus 127.0.0.1:%d {
                        tls web.yml
                    }
                }
                """
                        .formatted(http));
    }

    private SSLContext trusting(boolean withCertificate) throws IOException {
        var own =
                withCertificate
                        ? Optional.of(
                                tls.identity(
                                        folder.resolve("scraper.pem"),
                                        folder.resolve("scraper.key"),
                                        Optional.empty()))
                        : Optional.<Tls.Identity>empty();
        return tls.client(own, tls.certificates(authority.certificate()));
    }

    private HttpResponse<String> get(SSLContext context, String... headers) throws Exception {
        try (var client = HttpClient.newBuilder().sslContext(context).build()) {
            var request =
                    HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + http + "/metrics"));
            if (headers.length > 0) {
                request.headers(headers);
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static String basic(String user, String password) {
        var text = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(text);
    }

    @Test
    void metricsAreEncryptedAndPlainRequestsAreNotAnswered() throws Exception {
        var configuration =
                """
                tls_server_config:
                  cert_file: server.pem
                  key_file: server.key
                  min_version: TLS10
                  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]
                  curve_preferences: [CurveP256]
                http_server_config:
                  http2: true
                  headers:
                    X-Frame-Options: deny
                """;
        try (var server = server(configuration)) {
            var response = get(trusting(false));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).contains("coredns_build_info{");
            assertThat(response.headers().firstValue("X-Frame-Options")).hasValue("deny");
            assertThat(LiveServer.get(http, "/metrics")).doesNotContain("HTTP/1.1 200");
            assertThat(server.log()).doesNotContain("ERROR");
        }
    }

    @Test
    void aNewCertificateIsShownWithoutAReload() throws Exception {
        var configuration = "tls_server_config: {cert_file: server.pem, key_file: server.key}";
        try (var _ = server(configuration)) {
            var first = serial(get(trusting(false)));
            authority.issue("server", "127.0.0.1");
            LiveServer.until(() -> {
                try {
                    return !serial(get(trusting(false))).equals(first);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    private static String serial(HttpResponse<String> response) throws Exception {
        var session = response.sslSession().orElseThrow();
        return ((java.security.cert.X509Certificate) session.getPeerCertificates()[0])
                .getSerialNumber()
                .toString();
    }

    @Test
    void clientsAreAskedForACertificateWithOneOfTheNames() throws Exception {
        var configuration =
                """
                tls_server_config:
                  cert_file: server.pem
                  key_file: server.key
                  client_auth_type: RequireAndVerifyClientCert
                  client_ca_file: ca.pem
                  client_allowed_sans: [scraper.example]
                """;
        try (var _ = server(configuration)) {
            assertThat(get(trusting(true)).statusCode()).isEqualTo(200);
            assertThatThrownBy(() -> get(trusting(false))).isInstanceOf(IOException.class);
            authority.issue("scraper", "other.example");
            assertThatThrownBy(() -> get(trusting(true))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void usersGiveTheirPassword() throws Exception {
        var hash = OpenBSDBCrypt.generate("2y", "right".toCharArray(), SALT, 4);
        var configuration = "basic_auth_users:\n  alice: " + hash + "\n";
        try (var _ = server(configuration)) {
            assertThat(plain("")).startsWith("HTTP/1.1 401 ").contains("WWW-Authenticate: Basic\r");
            assertThat(plain(basic("alice", "wrong"))).startsWith("HTTP/1.1 401 ");
            assertThat(plain(basic("bob", "right"))).startsWith("HTTP/1.1 401 ");
            assertThat(plain("Basic %%%")).startsWith("HTTP/1.1 401 ");
            assertThat(plain(basic("alice", "right" + "x".repeat(100))))
                    .startsWith("HTTP/1.1 401 ");
            for (int i = 0; i < 2; i++) {
                assertThat(plain(basic("alice", "right")))
                        .startsWith("HTTP/1.1 200 ")
                        .contains("onoma_metrics_refused_total{reason=\"password\",} 5.0");
            }
        }
    }

    private String plain(String authorization) {
        return LiveServer.send(
                http,
                "GET /metrics HTTP/1.1\r\nConnection: close\r\nAuthorization: %s\r\n\r\n"
                        .formatted(authorization));
    }

    @Test
    void aFileThatComesLaterOrBreaksIsFollowedAndToldOnce() throws Exception {
        try (var server = start()) {
            assertThat(server.log())
                    .contains(
                            "[ERROR] TLS config file does not exist: " + folder.resolve("web.yml"));
            assertThat(server.ask("www.example.org.").getRcode()).isEqualTo(Rcode.SERVFAIL);
            assertThat(plain("")).isEmpty();
            Files.writeString(folder.resolve("web.yml"), "");
            LiveServer.until(() -> plain("").startsWith("HTTP/1.1 200 "));
            Files.writeString(folder.resolve("web.yml"), "basic_auth_user: {}");
            LiveServer.until(() -> {
                assertThat(plain("")).startsWith("HTTP/1.1 200 ");
                return server.log().contains("stays as it was");
            });
            assertThat(server.log())
                    .contains("[WARNING] Access to metrics stays as it was: ")
                    .contains("web.yml:1: basic_auth_user is unknown; known are tls_server_config");
        }
    }

    @Test
    void aPaceLetsABurstThroughAndThenOneInEachInterval() {
        long start = Long.MAX_VALUE - 5; // the clock may wrap
        var pace = new Pace(new WebConfiguration.Rate(Duration.ofNanos(10), 3), start);
        assertThat(List.of(1, 2, 3)).allMatch(_ -> pace.allows(start + 1));
        assertThat(pace.allows(start + 1)).isFalse();
        assertThat(pace.allows(start + 11)).isTrue();
        assertThat(pace.allows(start + 11)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "tls_server_config: {cert_file: server.pem} | web.yml:1: key_file is missing in tls_server_config",
                "tls_server_config: {cert_file: no.pem, key_file: server.key} | no.pem: no such file",
                "tls_server_config: {cert_file: server.pem, key_file: scraper.key} | private key is not that",
                "tls_server_config: {client_ca_file: ca.pem} | client_ca_file is of no use without client_auth_type",
                "tls_server_config: {client_auth_type: Maybe} | client_auth_type is none of NoClientCert",
                "tls_server_config: {cert: x, key: y, min_version: TLS9} | min_version is none of TLS10",
                "tls_server_config: {cert: x, key: y, max_version: TLS11} | max_version leaves neither",
                "tls_server_config: {cert: x, key: y, cipher_suites: [TLS_NULL]} | unknown or unsafe one: TLS_NULL",
                "tls_server_config: {cert: x, key: y, curve_preferences: [P1]} | curve_preferences has an unknown",
                "tls_server_config: 5 | web.yml:1: tls_server_config is not a mapping",
                "http_server_config: {headers: {Server: x}} | Server cannot be configured",
                "http_server_config: {headers: {X-Frame-Options: x}} | X-Frame-Options is none of deny",
                "basic_auth_users: {bob: secret} | web.yml:1: bob has no bcrypt hash",
                "basic_auth_users: {bob: [a]} | bob is not a single value",
                "rate_limit: {interval: 1s} | burst is 1 to",
                "rate_limit: {interval: often} | interval is a duration",
                "rate_limit: {x: 1, x: 2} | x stands there twice",
                "a: [ | web.yml:1: ",
                "[a, b] | the file is not a mapping",
            })
    void mistakesInAFileArePointedAtWithoutItsSecrets(String content, String message)
            throws IOException {
        Files.writeString(folder.resolve("web.yml"), content);
        var bench = new Bench("org.");
        bench.root(folder);
        assertThatThrownBy(() -> bench.setup(new Prometheus(), "prometheus {\n tls web.yml\n}"))
                .hasMessageContaining("Corefile:2:6: plugin/prometheus: ")
                .hasMessageContaining(message)
                .message()
                .doesNotContain("secret");
    }
}
