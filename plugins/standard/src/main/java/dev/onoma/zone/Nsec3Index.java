package dev.onoma.zone;

import dev.onoma.api.NameKey;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Type;

/// The NSEC3 records of a zone by their hashes (RFC 5155).
final class Nsec3Index {
    static final int HASH_OCTETS = 20;

    private static final int SHA1 = 1;

    private final int iterations;
    private final byte[] salt;
    private final byte[] hashes; // sorted, one behind the other
    private final int[] blocks;

    private Nsec3Index(int iterations, byte[] salt, byte[] hashes, int[] blocks) {
        this.iterations = iterations;
        this.salt = salt;
        this.hashes = hashes;
        this.blocks = blocks;
    }

    /// The chain that the NSEC3PARAM record at the apex names (RFC 5155, section 7.3), or null.
    static @Nullable Nsec3Index of(ZoneData zone, int[] nodes) throws SyntaxException {
        var page = zone.arena.page(zone.top());
        int set = Node.find(page, Arena.at(zone.top()), Type.NSEC3PARAM, false);
        int record = set < 0 ? -1 : parameters(page, set);
        if (record < 0) {
            return null;
        }
        int iterations = Arena.u16(page, record + 2);
        var salt = Arrays.copyOfRange(page, record + 5, record + 5 + (page[record + 4] & 0xff));
        return collect(zone, nodes, iterations, salt);
    }

    private static int parameters(byte[] page, int set) {
        int record = set + Node.SET;
        for (int i = Node.recordCount(page, set); i > 0; i--) {
            if (page[record + 2] == SHA1 && page[record + 3] == 0) {
                return record + 2;
            }
            record += 2 + Arena.u16(page, record);
        }
        return -1;
    }

    private static @Nullable Nsec3Index collect(
            ZoneData zone, int[] nodes, int iterations, byte[] salt) throws SyntaxException {
        var found = new Hashed[16];
        int count = 0;
        for (int node : nodes) {
            var page = zone.arena.page(node);
            int at = Arena.at(node);
            int set =
                    (Node.flags(page, at) & Node.HASH) == 0
                            ? -1
                            : Node.find(page, at, Type.NSEC3, false);
            if (set < 0 || !matches(page, set, iterations, salt) || page[at + Node.NAME] != 32) {
                continue;
            }
            if (count == found.length) {
                found = Arrays.copyOf(found, count * 2);
            }
            found[count++] = new Hashed(hashOf(page, at), node);
        }
        if (count == 0) {
            return null;
        }
        var sorted = Arrays.copyOf(found, count);
        Arrays.sort(sorted, (a, b) -> Arrays.compareUnsigned(a.hash, b.hash));
        var hashes = new byte[count * HASH_OCTETS];
        var blocks = new int[count];
        for (int i = 0; i < count; i++) {
            System.arraycopy(sorted[i].hash, 0, hashes, i * HASH_OCTETS, HASH_OCTETS);
            blocks[i] = sorted[i].block;
        }
        return new Nsec3Index(iterations, salt, hashes, blocks);
    }

    private record Hashed(byte[] hash, int block) {}

    private static byte[] hashOf(byte[] page, int at) throws SyntaxException {
        var label = new StringBuilder();
        for (int i = 1; i <= 32; i++) {
            label.append(Character.toUpperCase((char) (page[at + Node.NAME + i] & 0xff)));
        }
        return RareTypes.base32(label.toString());
    }

    private static boolean matches(byte[] page, int set, int iterations, byte[] salt) {
        int record = set + Node.SET + 2;
        return page[record] == SHA1
                && Arena.u16(page, record + 2) == iterations
                && (page[record + 4] & 0xff) == salt.length
                && Arrays.equals(page, record + 5, record + 5 + salt.length, salt, 0, salt.length);
    }

    long footprint() {
        return hashes.length + 4L * blocks.length;
    }

    /// The hash of the suffix of a name that begins with a label (RFC 5155, section 5).
    byte[] hash(NameKey name, int label) {
        int from = name.labelOffset(label);
        var wire = new byte[name.length() - from];
        name.copyTo(from, wire, 0, wire.length);
        return hash(wire);
    }

    byte[] hash(byte[] wire) {
        try {
            var sha = MessageDigest.getInstance("SHA-1");
            var hash = wire;
            for (int i = 0; i <= iterations; i++) {
                sha.update(hash);
                sha.update(salt);
                hash = sha.digest();
            }
            return hash;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    private static int compare(byte[] hashes, int place, byte[] hash) {
        int at = place * HASH_OCTETS;
        return Arrays.compareUnsigned(hashes, at, at + HASH_OCTETS, hash, 0, HASH_OCTETS);
    }

    /// The block whose hash this is, or [Arena#NOTHING].
    int matching(byte[] hash) {
        int place = atOrBefore(hash);
        return compare(hashes, place, hash) == 0 ? blocks[place] : Arena.NOTHING;
    }

    /// The block of the NSEC3 record that covers this hash.
    int covering(byte[] hash) {
        return blocks[atOrBefore(hash)];
    }

    private int atOrBefore(byte[] hash) {
        int low = 0;
        int high = blocks.length;
        while (low < high) {
            int middle = low + high >>> 1;
            if (compare(hashes, middle, hash) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? blocks.length - 1 : low - 1;
    }
}
