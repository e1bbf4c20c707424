package dev.onoma.api;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Walks through a response message once, checking whatever will be sent on.
final class WireReader {
    // A name has at most 127 labels; a chain of pointers longer than that leads nowhere useful.
    private static final int JUMPS_MAX = 127;

    private final byte[] message;
    private final int length;
    private int at;

    WireReader(byte[] message, int length) {
        this.message = message;
        this.length = Math.min(length, message.length);
    }

    @Nullable WireSections sections() {
        if (length < 12 || u16(4) != 1) {
            return null;
        }
        at = 12;
        if (!skipName() || at + 4 > length) {
            return null;
        }
        int nameOctets = at - 12;
        at += 4;
        int begin = at;
        int[] counts = {u16(6), u16(8), u16(10)};
        // A record has at least 11 octets: claims beyond that are refused before memory is spent.
        if (counts[0] + counts[1] + counts[2] > (length - at) / 11) {
            return null;
        }
        var typeAt = new int[counts[0] + counts[1] + counts[2]];
        return walk(begin, nameOctets, typeAt, counts);
    }

    private @Nullable WireSections walk(int begin, int nameOctets, int[] typeAt, int[] counts) {
        int kept = 0;
        int end = begin;
        int[] keptCounts = new int[3];
        for (int section = 0; section < 3; section++) {
            for (int i = 0; i < counts[section]; i++) {
                int owner = at;
                if (!record()) {
                    return null;
                }
                int type = u16(fixed);
                if (type == Type.OPT || type == Type.TSIG || type == Type.SIG && section == 2) {
                    continue;
                }
                if (owner != end) {
                    // Something in the middle goes: pointers behind it would be wrong.
                    return new WireRepair(message, length).sections();
                }
                typeAt[kept++] = fixed - begin;
                keptCounts[section]++;
                end = at;
            }
        }
        return new WireSections(
                Arrays.copyOfRange(message, begin, end),
                nameOctets,
                kept == typeAt.length ? typeAt : Arrays.copyOf(typeAt, kept),
                keptCounts);
    }

    private int fixed;

    private boolean record() {
        if (!skipName() || at + 10 > length) {
            return false;
        }
        fixed = at;
        int end = at + 10 + u16(at + 8);
        if (end > length) {
            return false;
        }
        at += 10;
        boolean valid = rdata(u16(fixed), end);
        at = end;
        return valid;
    }

    // Names that may be compressed (RFC 3597, section 4) are followed; addresses have their size.
    private boolean rdata(int type, int end) {
        return switch (type) {
            case Type.A -> end - at == 4;
            case Type.AAAA -> end - at == 16;
            case Type.NS,
                    Type.CNAME,
                    Type.PTR,
                    Type.DNAME,
                    Type.MB,
                    Type.MD,
                    Type.MF,
                    Type.MG,
                    Type.MR ->
                    skipName() && at == end;
            case Type.MX, Type.RT, Type.AFSDB -> skip(2, end) && skipName() && at == end;
            case Type.SRV -> skip(6, end) && skipName() && at == end;
            case Type.SOA -> skipTwoNames() && at + 20 == end;
            case Type.MINFO, Type.RP -> skipTwoNames() && at == end;
            case Type.TXT, Type.SPF -> strings(end);
            default -> true;
        };
    }

    private boolean skipTwoNames() {
        boolean first = skipName();
        return first && skipName();
    }

    private boolean skip(int octets, int end) {
        at += octets;
        return at < end;
    }

    private boolean strings(int end) {
        boolean any = at < end;
        while (at < end) {
            at += 1 + (message[at] & 0xff);
        }
        return any && at == end;
    }

    private boolean skipName() {
        int position = at;
        int octets = 0;
        int jumps = 0;
        int behind = -1;
        while (position < length) {
            int size = message[position] & 0xff;
            if (size >= 0xc0) {
                if (position + 1 >= length || ++jumps > JUMPS_MAX) {
                    return false;
                }
                behind = behind < 0 ? position + 2 : behind;
                int target = (size & 0x3f) << 8 | message[position + 1] & 0xff;
                if (target >= position || target < 12) {
                    return false;
                }
                position = target;
            } else if (size > 63) {
                return false;
            } else {
                octets += size + 1;
                if (octets > NameKey.OCTETS_MAX) {
                    return false;
                }
                position += size + 1;
                if (size == 0) {
                    at = behind < 0 ? position : behind;
                    return true;
                }
            }
        }
        return false;
    }

    private int u16(int offset) {
        return (message[offset] & 0xff) << 8 | message[offset + 1] & 0xff;
    }

    /// Encodes a message anew, for the rare one whose OPT record does not stand at its end.
    private record WireRepair(byte[] message, int length) {
        @Nullable WireSections sections() {
            try {
                var decoded = new org.xbill.DNS.Message(Arrays.copyOf(message, length));
                var question = decoded.getQuestion();
                if (question == null) {
                    return null;
                }
                var builder = WireSections.builder(question.getName());
                for (int s = Section.ANSWER; s <= Section.ADDITIONAL; s++) {
                    for (var r : decoded.getSection(s)) {
                        int type = r.getType();
                        if (type != Type.OPT && type != Type.TSIG && type != Type.SIG) {
                            builder.add(s, r);
                        }
                    }
                }
                return builder.build();
            } catch (java.io.IOException e) {
                return null;
            }
        }
    }
}
