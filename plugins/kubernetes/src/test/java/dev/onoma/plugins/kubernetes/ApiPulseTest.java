package dev.onoma.plugins.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.ServerTls;
import dev.onoma.server.tls.PemTls;
import dev.onoma.testkit.Authority;
import dev.onoma.testkit.HandTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A connection on which nothing comes is known to be good or dead, where TLS 1.3 is spoken.
@Timeout(60)
final class ApiPulseTest {
    private static final Duration IDLE_MAX = Duration.ofSeconds(20);

    @TempDir private Path folder;
    private final PemTls tls = new PemTls(new HandTime(), Map.of());
    private final ApiPulse.Partner partner = new ApiPulse.Partner();
    private SSLContext served;
    private SSLContext client;
    private ServerSocket listener;

    @BeforeEach
    void listen() throws IOException {
        var authority = Authority.in(folder);
        authority.issue("server", "127.0.0.1");
        var identity =
                tls.identity(
                        folder.resolve("server.pem"),
                        folder.resolve("server.key"),
                        Optional.empty());
        served = tls.server(new ServerTls(() -> identity, ServerTls.ClientAuth.NOCERT, List.of()));
        client = tls.client(Optional.empty(), tls.certificates(authority.certificate()));
        listener =
                new ServerSocket() {
                    @Override
                    public Socket accept() throws IOException {
                        var accepted = new HeardSocket();
                        implAccept(accepted);
                        return accepted;
                    }
                };
        listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    /// What a server does with a connection after its handshake.
    @FunctionalInterface
    private interface Serving {
        void serve(HeardSocket below, SSLSocket connection) throws IOException;
    }

    private void serve(Serving serving) {
        Thread.startVirtualThread(() -> {
            try (var below = (HeardSocket) listener.accept();
                    var connection =
                            (SSLSocket) served.getSocketFactory().createSocket(below, null, true)) {
                connection.startHandshake();
                connection.getOutputStream().write('h'); // behind the tickets of sessions
                serving.serve(below, connection);
            } catch (IOException _) {
                // The client is gone.
            }
        });
    }

    /// Reads what is for TLS only, which answers it, until that has come so many times.
    private static void answer(HeardSocket below, SSLSocket connection, int times)
            throws IOException {
        connection.setSoTimeout(1);
        for (int seen = 0; seen < times; ) {
            long before = below.octets();
            try {
                assertThat(connection.getInputStream().read()).isNotNegative();
            } catch (SocketTimeoutException _) {
                seen += below.octets() > before ? 1 : 0;
            }
        }
    }

    private static void sayNothing(HeardSocket below) throws IOException {
        var _ = below.getInputStream().readAllBytes(); // without a look at what it is
    }

    /// A new connection, after the handshake and all that comes with it.
    private ApiPulse pulse(Duration answerMax, String version) throws IOException {
        var plain = new HeardSocket();
        plain.connect(listener.getLocalSocketAddress());
        var secured =
                (SSLSocket) client.getSocketFactory().createSocket(plain, "127.0.0.1", 443, true);
        secured.setEnabledProtocols(new String[] {version});
        secured.startHandshake();
        assertThat(secured.getInputStream().read()).isEqualTo('h');
        var pulse = new ApiPulse(plain, secured, partner, patience(answerMax));
        pulse.begin(IDLE_MAX);
        return pulse;
    }

    private static ApiPatience patience(Duration answerMax) {
        var most = ApiPatience.DEFAULT;
        return new ApiPatience(
                most.retryFirst(),
                most.retryMax(),
                most.connectMax(),
                most.answerMax(),
                most.streamMax(),
                most.watchMax(),
                Duration.ofMillis(20),
                answerMax,
                most.watchMin());
    }

    @Test
    void aServerThatHasNothingToSayIsThereAsLongAsItAnswers() throws IOException {
        serve((below, connection) -> {
            answer(below, connection, 2);
            connection.getOutputStream().write('x');
        });
        assertThat(pulse(Duration.ofSeconds(2), "TLSv1.3").read()).isEqualTo('x');
    }

    @Test
    void aConnectionThatPassesNothingOnIsDead() throws IOException {
        expectDead();
    }

    private void expectDead() throws IOException {
        serve((below, _) -> sayNothing(below));
        var pulse = pulse(Duration.ofMillis(20), "TLSv1.3");
        assertThatThrownBy(pulse::read)
                .isInstanceOfSatisfying(
                        ApiFailure.class,
                        e -> assertThat(e.kind()).isEqualTo(ApiFailure.Cause.STALLED));
    }

    @Test
    void whoNeverAnswersIsNotAskedAnyMore() throws IOException {
        for (int i = 0; i < ApiPulse.UNANSWERED_MAX; i++) {
            expectDead();
        }
        serve((below, _) -> sayNothing(below));
        var pulse = pulse(Duration.ofMillis(20), "TLSv1.3");
        pulse.begin(Duration.ofMillis(200));
        assertThatThrownBy(pulse::read).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void anOlderTlsIsNotAsked() throws IOException {
        serve((below, _) -> sayNothing(below));
        var pulse = pulse(Duration.ofMillis(20), "TLSv1.2");
        pulse.begin(Duration.ofMillis(200));
        assertThatThrownBy(pulse::read).isInstanceOf(SocketTimeoutException.class);
    }
}
