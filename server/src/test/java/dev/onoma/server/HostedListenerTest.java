package dev.onoma.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.ClientConnection;
import dev.onoma.api.Entrance;
import dev.onoma.api.Transport;
import dev.onoma.server.corefile.CorefileSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// A listener that a plugin brings.
@Timeout(60)
final class HostedListenerTest {
    private static final String COREFILE =
            """
            grpc://.:0 {
                grpc_server %s
                hosts 192.0.2.1
                forward
            }
            """;

    @TempDir Path directory;

    @AfterEach
    void release() {
        SlowPlugin.release();
    }

    /// Hears what becomes of one query.
    private static final class Heard implements Entrance.Exchange {
        private final CompletableFuture<Message> answer = new CompletableFuture<>();

        @Override
        public void answered(byte[] message, int octets, Entrance.@Nullable Further further) {
            try {
                answer.complete(new Message(Arrays.copyOf(message, octets)));
            } catch (IOException e) {
                answer.completeExceptionally(e);
            }
        }

        @Override
        public void dropped() {
            answer.completeExceptionally(new IllegalStateException("dropped"));
        }

        Message get() throws Exception {
            return answer.get(5, TimeUnit.SECONDS);
        }
    }

    /// A connection that is ended by the server only.
    private static final class Counted implements ClientConnection {
        private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

        @Override
        public InetSocketAddress client() {
            return here(1);
        }

        @Override
        public int pending() {
            return 3;
        }

        @Override
        public long usedNanos() {
            return 0;
        }

        @Override
        public void sweep(long nowNanos) {
            // It has all the time in the world.
        }

        @Override
        public void end() {
            ended.complete(true);
        }
    }

    private static InetSocketAddress here(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private Onoma start(String word) throws IOException {
        return serve(COREFILE.formatted(word));
    }

    private Onoma serve(String corefile) throws IOException {
        Files.writeString(directory.resolve("Corefile"), corefile);
        return Onoma.start(
                new Onoma.Options(
                        CorefileSource.ofFile("Corefile", directory.resolve("Corefile")),
                        "0",
                        Map.of(),
                        null,
                        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                        directory,
                        2,
                        true));
    }

    private static HostedPlugin.Opened opened() throws InterruptedException {
        return HostedPlugin.OPENED.take();
    }

    private static boolean ask(Entrance entrance, byte[] query, Heard heard) throws Exception {
        return on(
                entrance,
                () -> entrance.ask(query, query.length, Transport.GRPC, here(1), here(2), heard));
    }

    private static <T> T on(Entrance entrance, java.util.function.Supplier<T> what)
            throws Exception {
        return CompletableFuture.supplyAsync(what, entrance.executor()).get(5, TimeUnit.SECONDS);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void itsQueriesGoTheWayOfAllOthers() throws Exception {
        try (var server = start("one")) {
            var host = opened().host();
            assertThat(server.port()).isEqualTo(7);
            assertThat(host.entrances()).hasSize(2);
            for (var entrance : host.entrances()) {
                var heard = new Heard();
                assertThat(ask(entrance, Client.query("www.example.org.", Type.A), heard)).isTrue();
                assertThat(heard.get().getSection(Section.ANSWER)).hasSize(1);
                var later = new Heard();
                assertThat(ask(entrance, Client.query("slow.example.org.", Type.A), later))
                        .isTrue();
                SlowPlugin.release();
                assertThat(later.get().getRcode()).isEqualTo(Rcode.NXDOMAIN);
            }
        }
    }

    @Test
    void whatIsNoQueryIsLeftToIt() throws Exception {
        try (var _ = start("one")) {
            var entrance = opened().host().entrances().getFirst();
            var heard = new Heard();
            assertThat(ask(entrance, new byte[5], heard)).isFalse();
            assertThat(ask(entrance, new byte[12], heard)).isFalse();
            assertThat(heard.answer).isNotDone();
        }
    }

    @Test
    void aReloadChangesItsSettingsAndKeepsItOpen() throws Exception {
        try (var server = start("one")) {
            var opened = opened();
            assertThat(opened.host().setting(HostedPlugin.Said.class))
                    .contains(new HostedPlugin.Said("one"));
            Files.writeString(directory.resolve("Corefile"), COREFILE.formatted("two"));
            assertThat(server.reload()).isNull();
            assertThat(opened.host().setting(HostedPlugin.Said.class))
                    .contains(new HostedPlugin.Said("two"));
            assertThat(opened.isClosed()).isFalse();
            assertThat(HostedPlugin.OPENED).isEmpty();
        }
    }

    /// What connections have to do, or who attacks them, keeps their event loops busy.
    @Test
    void datagramsDoNotWaitForConnections() throws Exception {
        try (var server = serve(COREFILE.formatted("one") + ".:0 {\n hosts 192.0.2.1\n}")) {
            var entrances = opened().host().entrances();
            var busy = new CountDownLatch(entrances.size());
            var done = new CountDownLatch(1);
            for (var entrance : entrances) {
                entrance.executor()
                        .execute(() -> {
                            busy.countDown();
                            awaitQuietly(done);
                        });
            }
            busy.await();
            assertThat(Client.udp(server.ports().getLast(), "www.example.org.").getRcode())
                    .isEqualTo(Rcode.NOERROR);
            done.countDown();
        }
    }

    @Test
    void ofTooManyHandshakesTheLongestEnds() throws Exception {
        System.setProperty("onoma.handshakes.max", "2");
        try (var server = start("one")) {
            var entrance = opened().host().entrances().getFirst();
            var connections = List.of(new Counted(), new Counted(), new Counted());
            for (var connection : connections) {
                assertThat(on(entrance, () -> entrance.opened(connection, 0))).isTrue();
            }
            assertThat(connections.getFirst().ended.get(5, TimeUnit.SECONDS)).isTrue();
            assertThat(connections.getLast().ended).isNotDone();
            for (var connection : connections) {
                var _ =
                        on(
                                entrance,
                                () -> {
                                    entrance.closed(connection);
                                    return true;
                                });
            }
            assertThat(server.metrics().gauges("onoma_handshakes", "").with().value()).isZero();
        } finally {
            System.clearProperty("onoma.handshakes.max");
        }
    }

    @Test
    void theEndOfTheServerEndsItsConnections() throws Exception {
        var server = start("one");
        var opened = opened();
        var entrance = opened.host().entrances().getFirst();
        var connection = new Counted();
        assertThat(on(entrance, () -> entrance.opened(connection, 0))).isTrue();
        assertThat(server.metrics().gauges("onoma_connections", "").with().value()).isEqualTo(1);
        assertThat(server.metrics().gauges("onoma_handshakes", "").with().value()).isEqualTo(1);
        server.close();
        assertThat(connection.ended.get(5, TimeUnit.SECONDS)).isTrue();
        assertThat(opened.isResting()).isTrue();
        assertThat(opened.isClosed()).isTrue();
    }
}
