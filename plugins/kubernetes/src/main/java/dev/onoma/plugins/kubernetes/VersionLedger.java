package dev.onoma.plugins.kubernetes;

import java.util.Arrays;

/// Which version of each object of one resource was seen last, so that an event that comes twice or
/// too late changes nothing; deleted objects too, for a while.
///
/// *Memory.* 16 octets a slot, three to four fifths of them in use: names are kept as hashes
/// ([KeyHashes]). For one thread.
final class VersionLedger {
    private static final int DELETED_MAX = 4096;

    private static final int SLOTS_MIN = 64;

    private final KeyHashes names;
    private long[] hashes = new long[SLOTS_MIN];
    private long[] versions = new long[SLOTS_MIN];
    private int count;
    private int deleted;

    VersionLedger(long seed) {
        names = new KeyHashes(seed);
    }

    /// Notes a version; false if a newer one, or the same, was noted before.
    boolean note(KubernetesObject.Key key, long version, boolean gone) {
        if (version == 0) {
            return true; // nothing is known of the order of such versions
        }
        long hash = names.of(key);
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
        if (count * 5 > hashes.length * 4 || deleted > DELETED_MAX) {
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
        int size = Math.max(SLOTS_MIN, live + live / 2 + live / 16);
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
        int slot = (int) ((hash >>> 32) * hashes.length >>> 32);
        while (hashes[slot] != 0 && hashes[slot] != hash) {
            slot = slot + 1 == hashes.length ? 0 : slot + 1;
        }
        return slot;
    }

    void clear() {
        Arrays.fill(hashes, 0);
        Arrays.fill(versions, 0);
        count = 0;
        deleted = 0;
    }
}
