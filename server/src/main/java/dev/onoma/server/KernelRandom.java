package dev.onoma.server;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/// The kernel's random numbers, taken in blocks: unpredictable, and there at once, where a
/// [SecureRandom] loads a hundred classes at each start. Any thread.
final class KernelRandom implements RandomGenerator {
    private static final String DEVICE = "/dev/urandom";
    private static final int BLOCK_OCTETS = 2048;

    private final ByteBuffer block = ByteBuffer.allocate(BLOCK_OCTETS).limit(0);

    @Override
    public synchronized long nextLong() {
        if (block.remaining() < Long.BYTES) {
            fill();
        }
        long taken = block.getLong();
        // What was given away is not found in memory afterwards.
        block.putLong(block.position() - Long.BYTES, 0);
        return taken;
    }

    private void fill() {
        block.clear();
        try (var kernel = new FileInputStream(DEVICE)) {
            if (kernel.readNBytes(block.array(), 0, BLOCK_OCTETS) == BLOCK_OCTETS) {
                return;
            }
        } catch (IOException _) {
            // A system without the device has another source, which SecureRandom knows.
        }
        new SecureRandom().nextBytes(block.array());
    }
}
