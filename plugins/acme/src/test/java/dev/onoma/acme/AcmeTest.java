package dev.onoma.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.ServerTls;
import dev.onoma.api.Tls;
import dev.onoma.plugins.tls.TlsPlugin;
import dev.onoma.testkit.Bench;
import dev.onoma.testkit.Pebble;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Message;

/// Certificates of `tls { acme ... }` from Let's Encrypt's test authority, which asks us for the
/// proof. Time is moved by hand; that of certificates is real.
@Timeout(120)
final class AcmeTest {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir private Path folder;
    private Bench bench = new Bench("example.org.");
    private final List<String> questions = new CopyOnWriteArrayList<>();
    private ServerSocket socket;
    private Pebble pebble;
    private volatile boolean lies;

    @BeforeEach
    void start() throws Exception {
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        pebble = new Pebble(folder, socket.getLocalPort());
        Thread.ofVirtual().start(this::accept);
    }

    @AfterEach
    void end() throws Exception {
        socket.close();
        if (pebble != null) { // it is not on every machine
            pebble.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                var connection = socket.accept();
                Thread.ofVirtual().start(() -> answer(connection));
            }
        } catch (IOException _) {
            // closed
        }
    }

    // Answers as every server block would. The authority asks over TCP.
    private void answer(Socket connection) {
        try (connection) {
            var in = new DataInputStream(connection.getInputStream());
            var out = new DataOutputStream(connection.getOutputStream());
            while (true) {
                var answer = answer(new Message(in.readNBytes(in.readUnsignedShort())));
                out.writeShort(answer.length);
                out.write(answer);
            }
        } catch (IOException _) {
            // it has its answers
        }
    }

    private synchronized byte[] answer(Message asked) {
        questions.add(asked.getQuestion().getName() + " " + asked.getQuestion().getType());
        var query = bench.query(asked);
        var handler = bench.everywhere().getLast();
        var outcome =
                lies
                        ? query.reply().build()
                        : handler.handle(query, other -> other.reply().build());
        return bench.encoded(query, outcome).toWire();
    }

    private void serve(String... properties) throws Exception {
        bench = new Bench("example.org.");
        bench.root(folder);
        bench.start(
                new TlsPlugin(),
                """
                tls {
                    acme dns.example.org *.dns.example.org
                    ca %s
                    ca_root ca.pem
                    %s
                }
                """
                        .formatted(pebble.directory(), String.join("\n    ", properties)));
        bench.serve();
    }

    private Tls.Identity identity() {
        return bench.setting(ServerTls.class).orElseThrow().identity().get();
    }

    private Path stored() {
        var url = pebble.directory();
        var port = url.substring(url.lastIndexOf(':') + 1, url.lastIndexOf('/'));
        return folder.resolve(".coredns/acme/127.0.0.1_%s_dir/dns.example.org.pem".formatted(port));
    }

    private double orders(String result) {
        var value =
                bench.metrics()
                        .registry()
                        .getSampleValue(
                                "onoma_tls_acme_orders_total",
                                new String[] {"result"},
                                new String[] {result});
        return value == null ? 0 : value;
    }

    @Test
    void aCertificateIsObtainedKeptAndRenewed() throws Exception {
        serve("email hostmaster@example.org");
        assertThatThrownBy(this::identity)
                .hasMessage(
                        "ACME certificate is not ready for [dns.example.org, *.dns.example.org]");
        bench.time().advance(Duration.ZERO);
        assertThat(bench.logged())
                .singleElement()
                .asString()
                .startsWith(
                        "[INFO] plugin/tls: Certificate for [dns.example.org, *.dns.example.org] was"
                                + " obtained from ");
        var first = identity();
        first.chain().getFirst().verify(first.chain().get(1).getPublicKey());
        assertThat(first.chain().getFirst().getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .contains("dns.example.org", "*.dns.example.org");
        assertThat(questions).contains("_acme-challenge.dns.example.org. 16");
        assertThat(orders("ok")).isEqualTo(1);
        isSecret(stored());
        isSecret(stored().resolveSibling("account.pem"));

        // The next process has it at once, and asks nobody.
        serve("email hostmaster@example.org");
        assertThat(identity().chain()).isEqualTo(first.chain());
        bench.time().advance(Duration.ofDays(30));
        assertThat(identity().chain()).isEqualTo(first.chain());

        // It is renewed while a third of its life is left: not before, and long before its end.
        for (int day = 0; identity().chain().equals(first.chain()); day++) {
            bench.time().advance(DAY);
            assertThat(day).isLessThan(2_000);
        }
        var left =
                Duration.between(
                        bench.time().now(), first.chain().getFirst().getNotAfter().toInstant());
        assertThat(left).isBetween(Duration.ofDays(28), Duration.ofDays(34));
        assertThat(Files.readString(stored())).contains("PRIVATE KEY", "CERTIFICATE");
        assertThat(identity().key()).isNotEqualTo(first.key());
    }

    private static void isSecret(Path file) throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void anAuthorityThatIsAwayIsAskedAgainLessAndLessOften() throws Exception {
        serve();
        bench.time().advance(Duration.ZERO);
        var first = identity();
        pebble.stop();
        serve();
        for (int day = 0; orders("failed") == 0; day++) {
            bench.time().advance(DAY);
            assertThat(day).isLessThan(2_000);
        }
        assertThat(identity().chain()).as("what is good stays").isEqualTo(first.chain());
        assertThat(bench.logged())
                .first()
                .asString()
                .startsWith("[ERROR] plugin/tls: No certificate for [dns.example.org,")
                .contains("ConnectException", "the present one ends at ", "next try in ");
        double before = orders("failed");
        bench.time().advance(DAY);
        assertThat(orders("failed") - before).as("every six hours").isBetween(3.0, 12.0);
        assertThat(Files.exists(stored())).isTrue();
    }

    @Test
    void aProofThatIsNotThereIsNoCertificate() throws Exception {
        serve();
        lies = true;
        bench.time().advance(Duration.ZERO);
        assertThatThrownBy(this::identity).hasMessageContaining("is not ready");
        assertThat(bench.logged())
                .singleElement()
                .asString()
                .contains("dns.example.org was not proved: ", "there is none yet");
        lies = false;
        bench.time().advance(Duration.ofMinutes(2));
        assertThat(identity().chain()).isNotEmpty();
    }

    @Test
    void anAuthorityThatNobodyKnowsIsNotTrusted() throws Exception {
        bench.root(folder);
        bench.start(
                new TlsPlugin(),
                "tls {\nacme dns.example.org\nca %s\n}".formatted(pebble.directory()));
        bench.serve();
        bench.time().advance(Duration.ZERO);
        assertThat(bench.logged()).singleElement().asString().contains("[ERROR]", "SSL");
    }

    @Test
    void aBrokenFileIsReplaced() throws Exception {
        Files.createDirectories(stored().getParent());
        Files.writeString(stored(), "nothing");
        serve();
        assertThat(bench.logged()).first().asString().contains("is not used: ");
        bench.time().advance(Duration.ZERO);
        assertThat(identity().chain()).isNotEmpty();
        assertThat(Files.readString(stored())).contains("CERTIFICATE");
    }
}
