package dev.onoma.plugins.https;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Names;
import dev.onoma.plugins.LiveServer;
import dev.onoma.server.tls.PemTls;
import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Bench;
import dev.onoma.testkit.HandTime;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// DNS over HTTP (RFC 8484), asked by the JDK's client.
final class DohTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir private Path folder;
    private LiveServer server;
    private HttpClient http;

    @BeforeEach
    void start() throws IOException {
        var authority = Authority.in(folder);
        authority.issue("tls", "dns.example", "127.0.0.1");
        server =
                new LiveServer(
                        folder,
                        """
                        https://test:0 {
                            tls tls.pem tls.key
                            cancel 500ms
                            hosts {
                                192.0.2.1 a.test
                            }
                        }
                        """);
        var tls = new PemTls(new HandTime(), Map.of());
        http =
                HttpClient.newBuilder()
                        .sslContext(
                                tls.client(
                                        Optional.empty(),
                                        tls.certificates(authority.certificate())))
                        .build();
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    private static Message query(String name) {
        var query = Message.newQuery(Record.newRecord(Names.of(name), Type.A, DClass.IN));
        query.getHeader().setID(0);
        return query;
    }

    private HttpRequest.Builder request(Version version, String target) {
        return HttpRequest.newBuilder(
                        URI.create("https://127.0.0.1:" + server.onoma().port() + target))
                .version(version)
                .timeout(PATIENCE);
    }

    private HttpResponse<byte[]> send(
            Version version, String target, UnaryOperator<HttpRequest.Builder> how)
            throws Exception {
        return http.send(how.apply(request(version, target)).build(), BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> post(Version version, byte[] body) throws Exception {
        return send(
                version,
                "/dns-query",
                r ->
                        r.header("content-type", "application/dns-message")
                                .POST(BodyPublishers.ofByteArray(body)));
    }

    private static String target(Message query) {
        return "/dns-query?dns="
                + Base64.getUrlEncoder().withoutPadding().encodeToString(query.toWire());
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void getAndPostAreAnswered(Version version) throws Exception {
        for (var response :
                List.of(
                        send(version, target(query("a.test.")), r -> r),
                        post(version, query("a.test.").toWire()))) {
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.version()).isEqualTo(version);
            assertThat(response.headers().firstValue("content-type"))
                    .contains("application/dns-message");
            assertThat(response.headers().firstValue("cache-control")).contains("max-age=3600");
            assertThat(response.headers().firstValue("date")).isPresent();
            assertThat(Bench.records(new Message(response.body()), Section.ANSWER))
                    .containsExactly("a.test. 3600 IN A 192.0.2.1");
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void everyResponseCodeIsStatus200(Version version) throws Exception {
        var refused = post(version, query("example.org.").toWire());
        assertThat(refused.statusCode()).isEqualTo(200);
        assertThat(new Message(refused.body()).getRcode()).isEqualTo(Rcode.REFUSED);
        assertThat(refused.headers().firstValue("cache-control")).contains("max-age=5");
        var update = query("a.test.");
        update.getHeader().setOpcode(Opcode.UPDATE);
        var notImplemented = post(version, update.toWire());
        assertThat(notImplemented.statusCode()).isEqualTo(200);
        assertThat(new Message(notImplemented.body()).getRcode()).isEqualTo(Rcode.NOTIMP);
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void whatIsNoQueryGetsAStatusOfItsOwn(Version version) throws Exception {
        var good = target(query("a.test."));
        assertThat(send(version, "/", r -> r).statusCode()).isEqualTo(404);
        assertThat(send(version, "/dns-query/", r -> r).statusCode()).isEqualTo(404);
        assertThat(send(version, "/dns-query", r -> r).statusCode()).isEqualTo(400);
        assertThat(send(version, good + "==", r -> r).statusCode()).isEqualTo(400);
        assertThat(send(version, good + "&dns=AAAA", r -> r).statusCode()).isEqualTo(400);
        for (var method : List.of("DELETE", "HEAD", "PUT", "OPTIONS")) {
            var response = send(version, good, r -> r.method(method, BodyPublishers.noBody()));
            assertThat(response.statusCode()).isEqualTo(405);
            assertThat(response.headers().firstValue("allow")).contains("GET, POST");
        }
        assertThat(post(version, new byte[40]).statusCode()).isEqualTo(400);
        var response = query("a.test.");
        response.getHeader().setFlag(org.xbill.DNS.Flags.QR);
        assertThat(post(version, response.toWire()).statusCode()).isEqualTo(400);
        var text =
                send(
                        version,
                        "/dns-query",
                        r ->
                                r.header("content-type", "text/plain")
                                        .POST(
                                                BodyPublishers.ofByteArray(
                                                        query("a.test.").toWire())));
        assertThat(text.statusCode()).isEqualTo(415);
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void aBodyThatIsTooLargeIsNotRead(Version version) throws Exception {
        assertThat(post(version, new byte[70_000]).statusCode()).isEqualTo(413);
        assertThat(post(version, query("a.test.").toWire()).statusCode()).isEqualTo(200);
    }

    @Test
    void manyStreamsOfOneConnectionAreAnswered() throws Exception {
        var futures = new ArrayList<CompletableFuture<HttpResponse<byte[]>>>();
        // The first one opens the connection that the others share.
        post(Version.HTTP_2, query("a.test.").toWire());
        for (int i = 0; i < 100; i++) {
            futures.add(
                    http.sendAsync(
                            request(Version.HTTP_2, target(query("a.test."))).build(),
                            BodyHandlers.ofByteArray()));
        }
        for (var future : futures) {
            assertThat(new Message(future.get().body()).getRcode()).isZero();
        }
    }

    @Test
    void aReloadKeepsTheConnection() throws Exception {
        post(Version.HTTP_2, query("a.test.").toWire());
        assertThat(server.onoma().reload()).isNull();
        assertThat(post(Version.HTTP_2, query("a.test.").toWire()).statusCode()).isEqualTo(200);
    }
}
