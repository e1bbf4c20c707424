package dev.onoma.zone;

import java.util.Arrays;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Whether data in wire form is data of its type. What comes from a `\#` or from another server is
/// looked at before it is served.
final class RdataCheck {
    private RdataCheck() {}

    static void check(int type, byte[] data, int from, int to) throws SyntaxException {
        int end =
                switch (type) {
                    case Type.A -> from + 4;
                    case Type.AAAA -> from + 16;
                    case Type.NS, Type.CNAME, Type.PTR, Type.DNAME, Type.MB, Type.MG, Type.MR ->
                            name(data, from, to);
                    case Type.MX, Type.AFSDB, Type.RT, Type.KX -> name(data, from + 2, to);
                    case Type.SRV -> name(data, from + 6, to);
                    case Type.SOA -> name(data, name(data, from, to), to) + 20;
                    case Type.NSEC -> name(data, from, to) < to ? to : -1;
                    default -> byDnsjava(type, data, from, to);
                };
        if (end != to) {
            throw new SyntaxException("this is no data of a %s record".formatted(Types.text(type)));
        }
    }

    private static int name(byte[] data, int from, int to) throws SyntaxException {
        int at = from;
        while (at < to) {
            int size = data[at];
            if (size < 0 || size > 63 || at - from + size + 1 > 255) {
                break;
            }
            at += size + 1;
            if (size == 0) {
                return at;
            }
        }
        throw new SyntaxException("a name in the data is wrong");
    }

    private static int byDnsjava(int type, byte[] data, int from, int to) {
        try {
            var copy = Arrays.copyOfRange(data, from, to);
            return Record.newRecord(Name.root, type, DClass.IN, 0, copy.length, copy) == null
                    ? -1
                    : to;
        } catch (IllegalArgumentException _) {
            return -1; // The caller says so.
        }
    }
}
