package dev.onoma.comparison;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLSocket;

/// What is done to TLS, over `tls`, `https` or `grpc`.
final class TlsDeeds {
    private static final byte[] HALF_HELLO = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc};

    /// What a greeting may have; TLS allows more, but servers need not.
    private static final int LARGE_HELLO_OCTETS = (16 << 10) - 4;

    private static final int MESSAGE_HEADER_OCTETS = 4;
    private static final int RECORD_HEADER_OCTETS = 5;

    private TlsDeeds() {}

    /// Handshakes that stop in the middle of the client's first message.
    static Deed halfHandshakes(String door, int count) {
        return SlowDeeds.held(
                count,
                (victim, _) -> SlowDeeds.said(victim.connect(door, Victim.ATTACKER), HALF_HELLO),
                socket -> true);
    }

    /// Handshakes whose first message is as large as it may be, and whose last octet is missing, of
    /// many clients.
    ///
    /// @param recordOctets of each record that it comes in
    static Deed largeHellos(String door, int count, int recordOctets) {
        var hello = largeHello(recordOctets);
        return SlowDeeds.held(
                count,
                (victim, number) ->
                        SlowDeeds.said(victim.connect(door, Victim.attacker(number)), hello),
                socket -> true);
    }

    private static byte[] largeHello(int recordOctets) {
        var message = new byte[MESSAGE_HEADER_OCTETS + LARGE_HELLO_OCTETS - 1];
        System.arraycopy(
                new byte[] {1, 0, LARGE_HELLO_OCTETS >> 8, (byte) LARGE_HELLO_OCTETS, 3, 3},
                0,
                message,
                0,
                6);
        var all = ByteBuffer.allocate(message.length * (RECORD_HEADER_OCTETS + 1));
        for (int at = 0; at < message.length; at += recordOctets) {
            int octets = Math.min(recordOctets, message.length - at);
            all.put(new byte[] {0x16, 3, 1}).putShort((short) octets).put(message, at, octets);
        }
        return Arrays.copyOf(all.array(), all.position());
    }

    /// Handshakes that stop when the client has said hello, so that the server has had its work.
    static Deed helloOnly(String door, int count) {
        return (victim, untilNanos) -> {
            var hello = hello(victim);
            SlowDeeds.held(
                            count,
                            (v, _) -> SlowDeeds.said(v.connect(door, Victim.ATTACKER), hello),
                            socket -> true)
                    .strike(victim, untilNanos);
        };
    }

    private static byte[] hello(Victim victim) throws IOException {
        var engine = victim.context().createSSLEngine();
        engine.setUseClientMode(true);
        var hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        return Arrays.copyOf(hello.array(), hello.position());
    }

    /// Handshakes that stop when the client has said hello, as many as there can be.
    static Deed helloAgain(String door) {
        return Deed.again((victim, untilNanos) -> {
            var hello = hello(victim);
            while (Deed.isTime(untilNanos)) {
                try (var socket = SlowDeeds.said(victim.connect(door, Victim.ATTACKER), hello)) {
                    socket.getInputStream().read(); // TLS has answered
                    socket.setSoLinger(true, 0);
                }
            }
        });
    }

    /// Asks for new keys without end (RFC 8446, section 4.6.3), and reads none of them.
    static Deed keyUpdates(String door) {
        return Deed.again((victim, untilNanos) -> {
            try (var socket = (SSLSocket) victim.open(door, Victim.ATTACKER)) {
                while (Deed.isTime(untilNanos)) {
                    socket.startHandshake();
                }
            }
        });
    }

    /// Wants handshake after handshake on one connection, as TLS 1.2 has it (RFC 5246, section
    /// 7.4.1.1).
    static Deed renegotiations(String door) {
        return Deed.again((victim, untilNanos) -> {
            try (var socket = victim.encrypted(door, Victim.ATTACKER, "dot", "TLSv1.2")) {
                while (Deed.isTime(untilNanos)) {
                    socket.startHandshake();
                    socket.getOutputStream().write(Victim.prefixed(Victim.NAME));
                    socket.getInputStream().read();
                }
            }
        });
    }
}
