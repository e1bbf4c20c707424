package dev.onoma.quic;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Lets clients prove that they are where they say (Retry, RFC 9000, section 8.1.2), when so many
/// handshakes are open that some may come from addresses that are made up. It costs a client a
/// round trip, so it is not asked of everybody.
///
/// A token is the time, a code (HMAC-SHA-256) over time, address and connection, and the
/// connection's first identifier. Belongs to one event loop.
final class RetryTokens implements QuicTokenHandler {
    private static final long LIFE_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int CODE_OCTETS = 16;
    private static final int HEAD_OCTETS = Long.BYTES + CODE_OCTETS;

    private final BooleanSupplier wanted;
    private final LongSupplier nanos;
    private final Mac mac;

    /// @param wanted whether clients have to prove it now
    RetryTokens(BooleanSupplier wanted, LongSupplier nanos) {
        this.wanted = wanted;
        this.nanos = nanos;
        var key = new byte[32];
        new SecureRandom().nextBytes(key);
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }

    @Override
    public boolean writeToken(ByteBuf out, ByteBuf connection, InetSocketAddress client) {
        if (!wanted.getAsBoolean()) {
            return false;
        }
        long now = nanos.getAsLong();
        var id = octets(connection);
        out.writeLong(now).writeBytes(code(now, client, id)).writeBytes(id);
        return true;
    }

    @Override
    public int validateToken(ByteBuf token, InetSocketAddress client) {
        if (token.readableBytes() < HEAD_OCTETS
                || token.readableBytes() > HEAD_OCTETS + Quic.MAX_CONN_ID_LEN) {
            return -1;
        }
        long made = token.readLong();
        var code = new byte[CODE_OCTETS];
        token.readBytes(code);
        long age = nanos.getAsLong() - made;
        boolean isOurs = MessageDigest.isEqual(code, code(made, client, octets(token)));
        return isOurs && age >= 0 && age <= LIFE_NANOS ? HEAD_OCTETS : -1;
    }

    private static byte[] octets(ByteBuf buffer) {
        var octets = new byte[buffer.readableBytes()];
        buffer.getBytes(buffer.readerIndex(), octets);
        return octets;
    }

    private byte[] code(long made, InetSocketAddress client, byte[] connection) {
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            mac.update((byte) (made >> shift));
        }
        mac.update(client.getAddress().getAddress());
        mac.update((byte) (client.getPort() >> Byte.SIZE));
        mac.update((byte) client.getPort());
        return Arrays.copyOf(mac.doFinal(connection), CODE_OCTETS);
    }

    @Override
    public int maxTokenLength() {
        return HEAD_OCTETS + Quic.MAX_CONN_ID_LEN;
    }
}
