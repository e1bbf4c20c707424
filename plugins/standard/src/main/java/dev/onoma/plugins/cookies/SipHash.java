package dev.onoma.plugins.cookies;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// SipHash-2-4: a keyed hash of short messages (Aumasson and Bernstein, 2012).
final class SipHash {
    private final long key0;
    private final long key1;

    /// @param key 16 octets
    SipHash(byte[] key) {
        var octets = ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN);
        key0 = octets.getLong();
        key1 = octets.getLong();
    }

    /// The hash of a message; its octets in little-endian order are what goes over the wire.
    long hash(byte[] message) {
        var state = new State(key0, key1);
        var octets = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        while (octets.remaining() >= Long.BYTES) {
            state.take(octets.getLong());
        }
        long last = (long) message.length << 56;
        for (int shift = 0; octets.hasRemaining(); shift += 8) {
            last |= (octets.get() & 0xffL) << shift;
        }
        state.take(last);
        return state.end();
    }

    private static final class State {
        private long v0;
        private long v1;
        private long v2;
        private long v3;

        State(long key0, long key1) {
            v0 = key0 ^ 0x736f6d6570736575L;
            v1 = key1 ^ 0x646f72616e646f6dL;
            v2 = key0 ^ 0x6c7967656e657261L;
            v3 = key1 ^ 0x7465646279746573L;
        }

        void take(long word) {
            v3 ^= word;
            round();
            round();
            v0 ^= word;
        }

        long end() {
            v2 ^= 0xff;
            for (int i = 0; i < 4; i++) {
                round();
            }
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void round() {
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
