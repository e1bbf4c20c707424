package dev.onoma.plugins.hosts;

import dev.onoma.api.NameKey;
import dev.onoma.api.WireSections;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Two tables, file first, and the answers that were asked for, ready for the socket.
///
/// Answers are compiled when first asked for and kept in a small table where each has four places:
/// a later one with the same places takes one. So memory is bounded, whoever asks for whatever, and
/// an answer that is asked for often costs one probe. Names with the same single address share one
/// answer, as addresses belong to whatever name is asked. Any thread; a race compiles twice.
final class HostsAnswers {
    /// The most answers that are kept.
    static final int KEPT_MAX = 1 << 15;

    private static final int KEPT_MIN = 1 << 6;

    /// How many places each answer has.
    private static final int WAYS = 4;

    private final HostsTable file;
    private final HostsTable inline;
    private final int ttl;
    private final @Nullable Compiled[] kept;

    /// An answer, and the lists or the addresses that it is made from.
    private record Compiled(int inFile, int inInline, int type, WireSections sections) {}

    /// @param ttl of all records, in seconds
    HostsAnswers(HostsTable file, HostsTable inline, int ttl) {
        this.file = file;
        this.inline = inline;
        this.ttl = ttl;
        long entries = Math.clamp(file.entries() + inline.entries(), KEPT_MIN, KEPT_MAX);
        kept = new @Nullable Compiled[Integer.highestOneBit((int) entries * 2 - 1)];
    }

    /// What the file has.
    HostsTable file() {
        return file;
    }

    /// All entries of both tables.
    long entries() {
        return file.entries() + inline.entries();
    }

    /// The addresses of a name, or null if it has none of that family.
    ///
    /// @param type A or AAAA
    @Nullable WireSections addresses(NameKey name, int type) {
        int family = type == Type.A ? HostsTable.IPV4 : HostsTable.IPV6;
        int inFile = list(file, name, family);
        int inInline = list(inline, name, family);
        if ((inFile | inInline) == 0) {
            return null;
        }
        var known = kept(inFile, inInline, type);
        if (known != null) {
            return known;
        }
        return keep(inFile, inInline, type, addresses(inFile, inInline, type));
    }

    // The name's own list if it has the family, else that of a wildcard, else 0: in each table.
    private static int list(HostsTable table, NameKey name, int family) {
        int exact = table.exact(name);
        if ((table.families(exact) & family) != 0) {
            return exact;
        }
        int wildcard = table.wildcard(name);
        return (table.families(wildcard) & family) != 0 ? wildcard : 0;
    }

    private WireSections addresses(int inFile, int inInline, int type) {
        int size = type == Type.A ? 4 : 16;
        int count = file.length(inFile) + inline.length(inInline);
        var octets = new byte[Math.min(count, WireSections.ADDRESSES_MAX) * size];
        int end = file.copyAddresses(inFile, size, octets, 0);
        end += inline.copyAddresses(inInline, size, octets, end);
        return WireSections.ofAddresses(type, ttl, Arrays.copyOf(octets, end));
    }

    /// Whether a name has any address.
    boolean knows(NameKey name) {
        return isIn(file, name) || isIn(inline, name);
    }

    private static boolean isIn(HostsTable table, NameKey name) {
        return (table.exact(name) | table.wildcard(name)) != 0;
    }

    /// The names of the address that a reverse name stands for, or null if there are none.
    @Nullable WireSections pointers(NameKey name) {
        long four = ReverseName.address4(name);
        if (four >= 0) {
            return pointers(name, 4, 0, four);
        }
        if (!ReverseName.isAddress6(name)) {
            return null;
        }
        long high = ReverseName.high(name);
        long low = ReverseName.low(name);
        // ::ffff:192.0.2.1 is an IPv4 address (RFC 4291, section 2.5.5.2).
        boolean mapped = high == 0 && low >>> 32 == 0xffff;
        return mapped ? pointers(name, 4, 0, low & 0xffff_ffffL) : pointers(name, 16, high, low);
    }

    // Kept by address, not by list of names: names may point into the question.
    private @Nullable WireSections pointers(NameKey name, int size, long high, long low) {
        int inFile = file.address(size, high, low);
        int inInline = inline.address(size, high, low);
        if ((inFile | inInline) == 0) {
            return null;
        }
        var known = kept(inFile, inInline, Type.PTR);
        if (known != null && known.questionNameOctets() == name.length()) {
            return known;
        }
        var found = new ArrayList<>(file.names(inFile));
        found.addAll(inline.names(inInline));
        return found.isEmpty()
                ? null
                : keep(inFile, inInline, Type.PTR, pointers(name.name(), found));
    }

    private WireSections pointers(Name owner, List<Name> names) {
        var builder = WireSections.builder(owner);
        for (var name : names) {
            builder.add(Section.ANSWER, new PTRRecord(owner, DClass.IN, ttl, name));
        }
        return builder.build();
    }

    private @Nullable WireSections kept(int inFile, int inInline, int type) {
        int first = mixed(inFile, inInline, type) & kept.length - WAYS;
        for (int place = first; place < first + WAYS; place++) {
            var compiled = kept[place];
            if (compiled == null) {
                return null; // places are taken in their order
            }
            if (compiled.inFile == inFile
                    && compiled.inInline == inInline
                    && compiled.type == type) {
                return compiled.sections;
            }
        }
        return null;
    }

    private WireSections keep(int inFile, int inInline, int type, WireSections sections) {
        int mixed = mixed(inFile, inInline, type);
        int first = mixed & kept.length - WAYS;
        int place = first;
        while (place < first + WAYS && kept[place] != null) {
            place++;
        }
        int chosen = place < first + WAYS ? place : first + (mixed >>> 20) % WAYS;
        kept[chosen] = new Compiled(inFile, inInline, type, sections);
        return sections;
    }

    private static int mixed(int inFile, int inInline, int type) {
        int mixed = ((inFile * 31 + inInline) * 31 + type) * 0x9e3779b1;
        return mixed >>> 8;
    }
}
