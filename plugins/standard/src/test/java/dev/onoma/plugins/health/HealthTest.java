package dev.onoma.plugins.health;

import static dev.onoma.plugins.LiveServer.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.HttpEndpoint;
import dev.onoma.plugins.LiveServer;
import dev.onoma.testkit.Bench;
import dev.onoma.testkit.Directives;
import dev.onoma.testkit.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class HealthTest {
    @TempDir Path directory;
    private final Bench bench = new Bench(".");

    private static String corefile(int http, String lameduck) {
        return """
        . {
            health 127.0.0.1:%d {
                lameduck %s
            }
            ready 127.0.0.1:%d
            errors
        }
        """
                .formatted(http, lameduck, http);
    }

    @Test
    void everyMethodGetsOkAndOtherPathsAreNotFound() throws Exception {
        int http = Ports.free();
        try (var _ = new LiveServer(directory, corefile(http, "0s"))) {
            assertThat(get(http, "/health"))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .endsWith("\r\n\r\nOK");
            assertThat(get(http, "/health?verbose=1")).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(get(http, "/healthz"))
                    .startsWith("HTTP/1.1 404 Not Found\r\n")
                    .endsWith("404 page not found\n");
            assertThat(LiveServer.send(http, "POST /health HTTP/1.0\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(LiveServer.send(http, "HEAD /health HTTP/1.0\r\n\r\n"))
                    .contains("Content-Length: 2\r\n")
                    .endsWith("\r\n\r\n");
            assertThat(LiveServer.send(http, "nonsense\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void aConnectionIsKeptForTheNextRequest() throws Exception {
        int http = Ports.free();
        try (var _ = new LiveServer(directory, corefile(http, "0s"))) {
            var two = "GET /health HTTP/1.1\r\nHost: a\r\n\r\nGET /ready HTTP/1.0\r\n\r\n";
            assertThat(LiveServer.send(http, two)).containsSubsequence("200 OK", "OK", "200 OK");
        }
    }

    @Test
    void duringLameduckQueriesAndProbesAreAnsweredAndReadinessFails() throws Exception {
        int http = Ports.free();
        var server = new LiveServer(directory, corefile(http, "700ms"));
        assertThat(get(http, "/ready")).startsWith("HTTP/1.1 200 OK");
        var ended = CompletableFuture.runAsync(server::close);
        LiveServer.until(() -> server.log().contains("Going into lameduck mode for 700ms"));
        assertThat(get(http, "/ready"))
                .startsWith("HTTP/1.1 503 Service Unavailable")
                .endsWith("Shutting down");
        assertThat(get(http, "/health")).startsWith("HTTP/1.1 200 OK");
        assertThat(server.ask("www.example.org.").getHeader().getID()).isNotNegative();
        ended.join();
        assertThat(server.log())
                .contains("[INFO] plugin/health: Going into lameduck mode for 700ms");
        assertThat(get(http, "/health")).isEmpty();
    }

    @Test
    void theLameducksOfSeveralBlocksRunAtTheSameTime() throws Exception {
        var lameduck = new Lameduck(bench);
        var first = CompletableFuture.runAsync(() -> await(lameduck, Duration.ofSeconds(5)));
        LiveServer.until(() -> bench.time().waiting() == 1);
        bench.time().advance(Duration.ofSeconds(5));
        first.join();
        await(lameduck, Duration.ofSeconds(3));
        var longer = CompletableFuture.runAsync(() -> await(lameduck, Duration.ofSeconds(7)));
        LiveServer.until(() -> bench.time().waiting() == 1);
        bench.time().advance(Duration.ofSeconds(2));
        longer.join();
        assertThat(bench.time().now()).isEqualTo("2026-01-01T00:00:07Z");
    }

    private static void await(Lameduck lameduck, Duration duration) {
        try {
            lameduck.await(duration);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aPortThatIsTakenKeepsTheServerFromStarting() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var text = corefile(taken.getLocalPort(), "0s");
            assertThatThrownBy(() -> new LiveServer(directory, text).close())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(
                            "listen tcp 127.0.0.1:" + taken.getLocalPort() + ": bind");
        }
    }

    @Test
    void theServerAsksItselfAndMeasures() throws Exception {
        int http = Ports.free();
        try (var server = new LiveServer(directory, corefile(http, "0s"))) {
            var seconds =
                    server.onoma()
                            .metrics()
                            .histograms(
                                    "coredns_health_request_duration_seconds", "", new double[5])
                            .with();
            LiveServer.until(() -> seconds.count() > 0);
            assertThat(server.log()).doesNotContain("Local health request");
        }
    }

    @Test
    void aPageThatDoesNotAnswerIsWarnedAboutAndCounted() throws Exception {
        int nobody = Ports.free();
        var address = Health.read(Directives.parse("health 127.0.0.1:1")).address();
        new SelfCheck(address, () -> nobody, bench, "/health").check();
        assertThat(bench.logged())
                .singleElement()
                .asString()
                .startsWith(
                        "[WARNING] plugin/health: Local health request to \"http://127.0.0.1:"
                                + nobody
                                + "/health\" failed: ");
        var failures = bench.metrics().counters("coredns_health_request_failures_total", "").with();
        assertThat(failures.value()).isEqualTo(1);
    }

    private static Socket connect(String from, int port) throws IOException {
        return new Socket(InetAddress.ofLiteral("127.0.0.1"), port, InetAddress.ofLiteral(from), 0);
    }

    @Test
    void oneAddressLeavesRoomForOthersAndIsCutOff() throws Exception {
        var endpoint = HttpEndpoint.at(bench, Health.read(Directives.parse("health :0")).address());
        bench.start(new Health(), "health :0");
        var sockets = new ArrayList<Socket>();
        for (int i = 0; i < HttpEndpoint.CONNECTIONS_PER_SOURCE_MAX; i++) {
            sockets.add(connect("127.0.0.1", endpoint.port()));
        }
        LiveServer.until(() -> bench.time().waiting() >= HttpEndpoint.CONNECTIONS_PER_SOURCE_MAX);
        assertThat(get(endpoint.port(), "/health")).isEmpty();
        try (var other = connect("127.0.0.2", endpoint.port())) {
            assertThat(asked(other)).startsWith("HTTP/1.1 200");
        }
        bench.time().advance(HttpEndpoint.REQUEST_TIME_MAX);
        for (var socket : sockets) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            socket.close();
        }
        assertThat(reached("http_per_source")).isEqualTo(1);
        assertThat(bench.logged()).anyMatch(line -> line.contains("limit reached: 16 connections"));
        bench.stop();
    }

    @Test
    void whoDoesNotWaitForAnswersIsCutOff() throws Exception {
        var endpoint = HttpEndpoint.at(bench, Health.read(Directives.parse("health :0")).address());
        bench.start(new Health(), "health :0");
        var request = "GET /health HTTP/1.1\r\n\r\n";
        int most = HttpEndpoint.PIPELINED_MAX;
        // The first is answered before the second counts.
        assertThat(sent(endpoint, request.repeat(most + 1))).hasSize(most + 2);
        assertThat(reached("http_pipelined")).isZero();
        assertThat(sent(endpoint, request.repeat(100))).hasSizeLessThanOrEqualTo(most + 2);
        assertThat(reached("http_pipelined")).isEqualTo(1);
        try (var other = connect("127.0.0.2", endpoint.port())) {
            assertThat(asked(other)).startsWith("HTTP/1.1 200");
        }
        bench.stop();
    }

    // What comes before each answer, and behind the last.
    private static String[] sent(HttpEndpoint endpoint, String requests) throws IOException {
        try (var client = connect("127.0.0.1", endpoint.port())) {
            client.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .split("HTTP/1.1 200", -1);
        } catch (SocketException _) {
            return new String[0]; // a reset, as not all was read
        }
    }

    private double reached(String limit) {
        return bench.metrics()
                .counters("onoma_limit_reached_total", "", "limit")
                .with(limit)
                .value();
    }

    private static String asked(Socket socket) throws IOException {
        socket.getOutputStream()
                .write(
                        "GET /health HTTP/1.1\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    @Test
    void whoWaitsLongestMakesRoom() throws Exception {
        var endpoint = HttpEndpoint.at(bench, Health.read(Directives.parse("health :0")).address());
        bench.start(new Health(), "health :0");
        var sockets = new ArrayList<Socket>();
        for (int i = 0; i < HttpEndpoint.CONNECTIONS_MAX; i++) {
            int address = 2 + i / HttpEndpoint.CONNECTIONS_PER_SOURCE_MAX;
            sockets.add(connect("127.0.0." + address, endpoint.port()));
        }
        LiveServer.until(() -> bench.time().waiting() >= HttpEndpoint.CONNECTIONS_MAX);
        try (var other = connect("127.0.0.1", endpoint.port())) {
            assertThat(asked(other)).startsWith("HTTP/1.1 200");
        }
        assertThat(reached("http_connections")).isEqualTo(1);
        var open = bench.metrics().gauges("onoma_http_connections", "", "address").with(":0");
        assertThat(open.value()).isPositive();
        for (var socket : sockets) {
            socket.close();
        }
        bench.stop();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "health x | Corefile:1:8: plugin/health: ADDRESS is HOST:PORT or :PORT, not \"x\"",
                "health :1 :2 | Corefile:1:11: plugin/health: \":2\" is one word too many after",
                "health {; foo; } | Corefile:2:2: plugin/health: there is no property \"foo\"",
                "health {; lameduck; } | Corefile:2:2: plugin/health: DURATION is missing after",
                "health {; lameduck 5; } | did you mean: 5s?",
                "health {; lameduck x; } | Corefile:2:11: plugin/health: DURATION is a duration",
                "health {; lameduck 5s 6s; } | \"6s\" is one word too many",
            })
    void mistakesInACorefileArePointedAt(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new Health(), directive.replace(";", "\n")))
                .hasMessageContaining(message);
    }
}
