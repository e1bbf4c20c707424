package dev.onoma.plugins.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Names;
import dev.onoma.api.Tls;
import dev.onoma.plugins.LiveServer;
import dev.onoma.server.tls.PemTls;
import dev.onoma.testkit.Authority;
import dev.onoma.testkit.HandTime;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Who gets in over TLS: which protocols are spoken, and which certificates clients must show.
final class TlsProfileTest {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int PROTOCOL_VERSION = 70;

    @TempDir private Path folder;
    private final PemTls tls = new PemTls(new HandTime(), Map.of());
    private Authority authority;

    @BeforeEach
    void files() {
        authority = Authority.in(folder);
        authority.issue("tls", "127.0.0.1");
    }

    private LiveServer server(String mode) throws IOException {
        return new LiveServer(folder, corefile(mode));
    }

    private static String corefile(String mode) {
        return """
        tls://test:0 {
            tls tls.pem tls.key ca.pem {
                client_auth %s
            }
            hosts {
                192.0.2.1 a.test
            }
        }
        """
                .formatted(mode);
    }

    // A greeting that offers no more than a version, by hand: Java refuses to speak old ones.
    private static byte[] hello(int version) throws IOException {
        var body = new ByteArrayOutputStream();
        var out = new DataOutputStream(body);
        out.writeShort(version);
        out.write(new byte[32]); // random
        out.writeByte(0); // no session
        out.writeShort(6);
        out.writeShort(0xc02b); // ECDHE-ECDSA-AES128-GCM-SHA256, of TLS 1.2
        out.writeShort(0xc009); // ECDHE-ECDSA-AES128-CBC-SHA, of all versions
        out.writeShort(0xc013); // ECDHE-RSA-AES128-CBC-SHA
        out.writeShort(0x0100); // no compression
        out.writeShort(16 + 10);
        out.write(new byte[] {0, 10, 0, 4, 0, 2, 0, 23}); // the curve P-256
        out.write(new byte[] {0, 11, 0, 2, 1, 0}); // its points are not compressed
        out.write(new byte[] {0, 13, 0, 8, 0, 6, 4, 3, 2, 3, 4, 1}); // signatures
        var hello = new ByteArrayOutputStream();
        var record = new DataOutputStream(hello);
        record.writeByte(HANDSHAKE);
        record.writeShort(0x0301);
        record.writeShort(4 + body.size());
        record.writeInt(1 << 24 | body.size());
        body.writeTo(record);
        return hello.toByteArray();
    }

    private static DataInputStream greet(Socket socket, int version) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.getOutputStream().write(hello(version));
        return new DataInputStream(socket.getInputStream());
    }

    private static Socket connect(LiveServer server) throws IOException {
        return new Socket(InetAddress.ofLiteral("127.0.0.1"), server.onoma().port());
    }

    @ParameterizedTest
    @ValueSource(ints = {0x0300, 0x0301, 0x0302})
    void oldVersionsAreRefused(int version) throws Exception {
        try (var server = server("nocert");
                var socket = connect(server)) {
            var in = greet(socket, version);
            assertThat(in.readUnsignedByte()).isEqualTo(ALERT);
            in.skipNBytes(5); // version and length of the record; fatal
            assertThat(in.readUnsignedByte()).isEqualTo(PROTOCOL_VERSION);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = 0x0303)
    void theOldestThatIsSpokenGetsAnAnswer(int version) throws Exception {
        try (var server = server("nocert");
                var socket = connect(server)) {
            assertThat(greet(socket, version).readUnsignedByte()).isEqualTo(HANDSHAKE);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "nocert, none, true",
        "nocert, known, true",
        "nocert, stranger, true",
        "request, none, true",
        "request, known, true",
        "request, stranger, true",
        "require, none, false",
        "require, known, true",
        "require, stranger, true",
        "verify_if_given, none, true",
        "verify_if_given, known, true",
        "verify_if_given, stranger, false",
        "require_and_verify, none, false",
        "require_and_verify, known, true",
        "require_and_verify, stranger, false"
    })
    void whoGetsInIsSaidByTheMode(String mode, String certificate, boolean getsIn)
            throws Exception {
        authority.issue("known", "client.example");
        var elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Authority.in(elsewhere).issue("stranger", "client.example");
        var from = certificate.equals("stranger") ? elsewhere : folder;
        var own =
                certificate.equals("none")
                        ? Optional.<Tls.Identity>empty()
                        : Optional.of(
                                tls.identity(
                                        from.resolve(certificate + ".pem"),
                                        from.resolve(certificate + ".key"),
                                        Optional.empty()));
        try (var server = server(mode)) {
            for (var version : List.of("TLSv1.2", "TLSv1.3")) {
                var context = tls.client(own, tls.certificates(authority.certificate()));
                assertThat(isAnswered(context, version, server)).as(version).isEqualTo(getsIn);
            }
        }
    }

    /// Who resumes a session shows no certificate, so one that began where nobody was asked for it
    /// must not be taken.
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aSessionOfOthersOpensNoDoorForThoseWithACertificate(String version) throws Exception {
        var context = tls.client(Optional.empty(), tls.certificates(authority.certificate()));
        try (var server = server("nocert")) {
            assertThat(isAnswered(context, version, server)).isTrue();
            assertThat(server.reload(corefile("require_and_verify"))).isEqualTo("null");
            assertThat(isAnswered(context, version, server)).isFalse();
        }
    }

    private static boolean isAnswered(SSLContext context, String version, LiveServer server) {
        try (var socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(
                                        InetAddress.ofLiteral("127.0.0.1"),
                                        server.onoma().port())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setEnabledProtocols(new String[] {version});
            var query =
                    Message.newQuery(Record.newRecord(Names.of("a.test."), Type.A, DClass.IN))
                            .toWire();
            var out = new ByteArrayOutputStream();
            new DataOutputStream(out).writeShort(query.length);
            out.writeBytes(query);
            socket.getOutputStream().write(out.toByteArray());
            var in = new DataInputStream(socket.getInputStream());
            return new Message(in.readNBytes(in.readUnsignedShort())).getRcode() == 0;
        } catch (IOException _) {
            return false; // refused
        }
    }
}
