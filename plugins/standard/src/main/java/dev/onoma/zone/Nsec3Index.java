package dev.onoma.zone;

import dev.onoma.api.NameKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Type;

/// The NSEC3 records of a zone in the order of their hashes (RFC 5155).
///
/// Their owners are hashes in base 32 with extended hex alphabet, all of one length and below the
/// same name, so the canonical order of names is that of hashes, and [SortedBlocks] holds them: a
/// version of the zone shares with the one before what is the same.
final class Nsec3Index {
    private static final int SHA1 = 1;
    private static final int HASH_OCTETS = 20;
    private static final int LABEL_OCTETS = 32;
    private static final byte[] DIGITS =
            "0123456789abcdefghijklmnopqrstuv".getBytes(StandardCharsets.US_ASCII);

    private final ZoneData zone;
    private final byte[] apex;
    private final Nsec3 form;
    private final SortedBlocks owners;

    private Nsec3Index(ZoneData zone, Nsec3 form, SortedBlocks owners) {
        this.zone = zone;
        this.form = form;
        this.owners = owners;
        apex = wire(zone.apexKey());
    }

    /// The chain that the NSEC3PARAM record at the apex names (RFC 5155, section 7.3), or null.
    ///
    /// @param nodes all blocks, if they are needed
    static @Nullable Nsec3Index of(ZoneData zone, Supplier<int[]> nodes) {
        var none = ofNothing(zone);
        if (none == null) {
            return null;
        }
        var found = Arrays.stream(nodes.get()).filter(none::has).toArray();
        return found.length == 0
                ? null
                : none.with(zone, SortedBlocks.of(CanonicalOrder.sorted(zone, found)));
    }

    private static @Nullable Nsec3Index ofNothing(ZoneData zone) {
        var page = zone.arena.page(zone.top());
        int set = Node.find(page, Arena.at(zone.top()), Type.NSEC3PARAM, false);
        int record = set < 0 ? -1 : parameters(page, set);
        if (record < 0) {
            return null;
        }
        int iterations = Arena.u16(page, record + 2);
        var salt = Arrays.copyOfRange(page, record + 5, record + 5 + (page[record + 4] & 0xff));
        return new Nsec3Index(zone, new Nsec3(false, iterations, salt), SortedBlocks.NONE);
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

    /// The same chain with other owners, of this or another version of the zone; null without any.
    @Nullable Nsec3Index with(ZoneData version, SortedBlocks others) {
        return others.isEmpty() ? null : new Nsec3Index(version, form, others);
    }

    /// The blocks of the chain.
    SortedBlocks owners() {
        return owners;
    }

    /// Whether a block, of this version or one made of it, is part of the chain.
    boolean has(int block) {
        if (block == Arena.NOTHING) {
            return false;
        }
        var page = zone.arena.page(block);
        int at = Arena.at(block);
        int set = Node.isHash(page, at) ? Node.find(page, at, Type.NSEC3, false) : -1;
        return set >= 0
                && page[at + Node.NAME] == LABEL_OCTETS
                && Node.nameLength(page, at) == 1 + LABEL_OCTETS + apex.length
                && matches(page, set);
    }

    private boolean matches(byte[] page, int set) {
        var salt = form.salt();
        int record = set + Node.SET;
        for (int i = Node.recordCount(page, set); i > 0; i--) {
            int data = record + 2;
            if (page[data] == SHA1
                    && Arena.u16(page, data + 2) == form.iterations()
                    && (page[data + 4] & 0xff) == salt.length
                    && Arrays.equals(
                            page, data + 5, data + 5 + salt.length, salt, 0, salt.length)) {
                return true;
            }
            record = data + Arena.u16(page, record);
        }
        return false;
    }

    long footprint() {
        return owners.footprint();
    }

    /// The hash of the suffix of a name that begins with a label (RFC 5155, section 5).
    byte[] hash(NameKey name, int label) {
        int from = name.labelOffset(label);
        var wire = new byte[name.length() - from];
        name.copyTo(from, wire, 0, wire.length);
        return hash(wire);
    }

    byte[] hash(byte[] wire) {
        return form.hash(wire);
    }

    /// The block whose hash this is, or [Arena#NOTHING].
    int matching(byte[] hash) {
        var owner = owner(hash);
        int block = owners.atOrBefore(zone, owner);
        var page = zone.arena.page(block);
        int at = Arena.at(block) + Node.NAME;
        boolean isIt = Arrays.equals(page, at, at + owner.length, owner, 0, owner.length);
        return isIt ? block : Arena.NOTHING;
    }

    /// The block of the NSEC3 record that covers this hash.
    int covering(byte[] hash) {
        return owners.atOrBefore(zone, owner(hash));
    }

    private static byte[] wire(NameKey name) {
        var wire = new byte[name.length()];
        name.copyTo(0, wire, 0, wire.length);
        return wire;
    }

    private byte[] owner(byte[] hash) {
        var owner = new byte[1 + LABEL_OCTETS + apex.length];
        owner[0] = LABEL_OCTETS;
        int at = 1;
        for (int i = 0; i < HASH_OCTETS; i += 5) {
            long bits = 0;
            for (int k = 0; k < 5; k++) {
                bits = bits << 8 | hash[i + k] & 0xff;
            }
            for (int shift = 35; shift >= 0; shift -= 5) {
                owner[at++] = DIGITS[(int) (bits >> shift) & 31];
            }
        }
        System.arraycopy(apex, 0, owner, at, apex.length);
        return owner;
    }
}
