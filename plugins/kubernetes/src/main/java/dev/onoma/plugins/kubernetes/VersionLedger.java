package dev.onoma.plugins.kubernetes;

import java.util.Arrays;

/// Which version of each object of one resource was seen last, so that an event that comes twice or
/// too late changes nothing; deleted objects too, for a while.
///
/// *Memory.* 16 octets a slot, at most two slots an object: names are kept as keyed 64-bit hashes,
/// which two of a million objects share with a chance of one in thirty million. For one thread.
final class VersionLedger {
    private static final int DELETED_MAX = 4096;

    private final long seed;
    private long[] hashes = new long[64];
    private long[] versions = new long[64];
    private int count;
    private int deleted;

    VersionLedger(long seed) {
        this.seed = seed;
    }

    /// Notes a version; false if a newer one, or the same, was noted before.
    boolean note(KubernetesObject.Key key, long version, boolean gone) {
        if (version == 0) {
            return true; // nothing is known of the order of such versions
        }
        long hash = hash(key);
        int slot = slot(hash);
        boolean known = hashes[slot] == hash;
        if (known && version <= Math.abs(versions[slot])) {
            return false;
        }
        if (!known) {
            hashes[slot] = hash;
            count++;
        } else if (versions[slot] < 0) {
            deleted--;
        }
        versions[slot] = gone ? -version : version;
        if (gone) {
            deleted++;
        }
        if (count * 2 > hashes.length || deleted > DELETED_MAX) {
            rebuild();
        }
        return true;
    }

    /// For tests.
    int size() {
        return count;
    }

    private void rebuild() {
        boolean forget = deleted > DELETED_MAX;
        int live = forget ? count - deleted : count;
        var oldHashes = hashes;
        var oldVersions = versions;
        int size = Math.max(64, Integer.highestOneBit(live * 2) * 2);
        hashes = new long[size];
        versions = new long[size];
        count = 0;
        deleted = forget ? 0 : deleted;
        for (int i = 0; i < oldHashes.length; i++) {
            if (oldHashes[i] != 0 && !(forget && oldVersions[i] < 0)) {
                int slot = slot(oldHashes[i]);
                hashes[slot] = oldHashes[i];
                versions[slot] = oldVersions[i];
                count++;
            }
        }
    }

    private int slot(long hash) {
        int slot = (int) (hash >>> 32) & hashes.length - 1;
        while (hashes[slot] != 0 && hashes[slot] != hash) {
            slot = slot + 1 & hashes.length - 1;
        }
        return slot;
    }

    private long hash(KubernetesObject.Key key) {
        long hash = mixed(mixed(seed, key.namespace()) * 31 + '/', key.name());
        hash = (hash ^ hash >>> 32) * 0xd6e8feb86659fd93L;
        hash = (hash ^ hash >>> 32) * 0xd6e8feb86659fd93L;
        return hash == 0 ? 1 : hash;
    }

    private static long mixed(long start, String text) {
        long hash = start;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 29;
        }
        return hash;
    }

    void clear() {
        Arrays.fill(hashes, 0);
        Arrays.fill(versions, 0);
        count = 0;
        deleted = 0;
    }
}
