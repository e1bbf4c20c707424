package dev.onoma.zone;

import java.io.IOException;
import java.util.HexFormat;
import org.xbill.DNS.Address;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Reads the data of a record from the words of an entry.
///
/// The types that zones are full of are read here, octet by octet; those that dnsjava has no text
/// for by [RareTypes]; all others by dnsjava.
final class RdataReader {
    private static final long UNSIGNED_MAX = 0xffff_ffffL;

    private final RareTypes rare = new RareTypes(this);
    private final WireName name = new WireName();

    // Of the record that is being read.
    Entry entry = new Entry();
    WireName origin = new WireName();
    Rdata data = new Rdata();
    private int word;

    /// Reads the data of a record; the words from `first` on must be that and nothing more.
    void read(Entry from, int first, int type, WireName relativeTo, Rdata into)
            throws SyntaxException {
        entry = from;
        origin = relativeTo;
        data = into;
        word = first;
        data.clear();
        if (!hasNext()) {
            throw new SyntaxException("the data of the " + Types.text(type) + " record is missing");
        }
        if (entry.is(word, "\\#")) {
            word++;
            generic(type);
        } else {
            typed(type);
        }
        if (hasNext()) {
            throw new SyntaxException(
                    "\"%s\" stands behind the data of the %s record"
                            .formatted(entry.word(word), Types.text(type)));
        }
    }

    private void typed(int type) throws SyntaxException {
        switch (type) {
            case Type.A -> address4();
            case Type.AAAA -> address6();
            case Type.NS,
                    Type.CNAME,
                    Type.PTR,
                    Type.DNAME,
                    Type.MB,
                    Type.MD,
                    Type.MF,
                    Type.MG,
                    Type.MR ->
                    name("a name");
            case Type.MX, Type.RT, Type.AFSDB, Type.KX -> {
                u16("a preference");
                name("a name");
            }
            case Type.SRV -> {
                u16("a priority");
                u16("a weight");
                u16("a port");
                name("a target");
            }
            case Type.TXT, Type.SPF, Types.AVC, Types.NINFO, Types.RESINFO, Types.WALLET ->
                    strings();
            case Type.SOA -> soa();
            case Type.RRSIG -> signature();
            case Type.NSEC -> {
                name("the next name");
                rare.bitmap();
            }
            default -> {
                if (!rare.read(type)) {
                    byDnsjava(type);
                }
            }
        }
    }

    private void soa() throws SyntaxException {
        name("the primary's name");
        name("a mailbox");
        data.put32(number("a serial", UNSIGNED_MAX));
        for (var what : new String[] {"refresh", "retry", "expire", "the minimum"}) {
            data.put32(Ttls.read(entry, next(what)));
        }
    }

    // RFC 4034, section 3.2.
    private void signature() throws SyntaxException {
        data.put16(rare.type(text("the type covered")));
        rare.algorithm();
        u8("the number of labels");
        data.put32(Ttls.read(entry, next("the original TTL")));
        data.put32(rare.time(text("the expiration")));
        data.put32(rare.time(text("the inception")));
        u16("a key tag");
        name("the signer's name");
        rare.base64();
    }

    boolean hasNext() {
        return word < entry.count();
    }

    int next(String what) throws SyntaxException {
        if (!hasNext()) {
            throw new SyntaxException(what + " is missing");
        }
        return word++;
    }

    String text(String what) throws SyntaxException {
        return entry.word(next(what));
    }

    void name(String what) throws SyntaxException {
        name.read(entry, next(what), origin);
        data.put(name);
    }

    void u8(String what) throws SyntaxException {
        data.put((int) number(what, 0xff));
    }

    void u16(String what) throws SyntaxException {
        data.put16((int) number(what, 0xffff));
    }

    /// A whole number without sign.
    long number(String what, long max) throws SyntaxException {
        int i = next(what);
        long value = 0;
        boolean digits = entry.end(i) > entry.start(i);
        for (int at = entry.start(i); at < entry.end(i); at++) {
            byte c = entry.text[at];
            digits &= WireName.isDigit(c);
            value = value * 10 + (c - '0');
            if (!digits || value > max) {
                throw new SyntaxException(
                        "%s is a number from 0 to %d, not \"%s\""
                                .formatted(what, max, entry.word(i)));
            }
        }
        if (!digits) {
            throw new SyntaxException(what + " is a number, not \"\"");
        }
        return value;
    }

    private void address4() throws SyntaxException {
        int i = next("an IPv4 address");
        int value = 0;
        int digits = 0;
        int dots = 0;
        for (int at = entry.start(i); at < entry.end(i); at++) {
            byte c = entry.text[at];
            if (c == '.' && digits > 0) {
                data.put(value);
                value = 0;
                digits = 0;
                dots++;
            } else if (WireName.isDigit(c) && digits < 3 && value * 10 + c - '0' <= 255) {
                value = value * 10 + c - '0';
                digits++;
            } else {
                throw new SyntaxException("not an IPv4 address: \"" + entry.word(i) + "\"");
            }
        }
        data.put(value);
        if (dots != 3 || digits == 0) {
            throw new SyntaxException("not an IPv4 address: \"" + entry.word(i) + "\"");
        }
    }

    private void address6() throws SyntaxException {
        var text = text("an IPv6 address");
        var octets = Address.toByteArray(text, Address.IPv6);
        if (octets == null) {
            throw new SyntaxException("not an IPv6 address: \"" + text + "\"");
        }
        data.put(octets);
    }

    void strings() throws SyntaxException {
        while (hasNext()) {
            string("a text");
        }
    }

    /// A character string (RFC 1035, section 3.3).
    void string(String what) throws SyntaxException {
        int i = next(what);
        int lengthAt = data.length;
        data.put(0);
        octets(i);
        int length = data.length - lengthAt - 1;
        if (length > 255) {
            throw new SyntaxException(
                    "a text of %d octets is longer than 255; write it as several"
                            .formatted(length));
        }
        data.octets[lengthAt] = (byte) length;
    }

    /// A word with its escapes resolved, as it is.
    void octets(int i) throws SyntaxException {
        int end = entry.end(i);
        for (int at = entry.start(i); at < end; at++) {
            int c = entry.text[at];
            if (c == '\\') {
                c = WireName.escape(entry.text, at + 1, end);
                at += c >= 256 ? 1 : 3;
            }
            data.put(c);
        }
    }

    // `\# LENGTH HEX` (RFC 3597, section 5).
    private void generic(int type) throws SyntaxException {
        int length = (int) number("the length of the data", Rdata.OCTETS_MAX);
        var hex = new StringBuilder();
        while (hasNext()) {
            hex.append(text("data"));
        }
        try {
            data.put(HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException _) {
            throw new SyntaxException("the data behind \\# is hexadecimal");
        }
        if (data.length != length) {
            throw new SyntaxException(
                    "\\# says %d octets, but %d follow".formatted(length, data.length));
        }
        RdataCheck.check(type, data.octets, 0, data.length);
    }

    private void byDnsjava(int type) throws SyntaxException {
        if (Type.string(type).startsWith("TYPE")) {
            throw new SyntaxException(
                    "the data of %s is written as \\# LENGTH HEX (RFC 3597)"
                            .formatted(Types.text(type)));
        }
        var text = entry.rest(word);
        word = entry.count();
        try {
            var relativeTo = new Name(origin.copy());
            var owner = Name.root;
            var record = Record.fromString(owner, type, DClass.IN, 0, text, relativeTo);
            var wire = record.toWire(org.xbill.DNS.Section.ANSWER);
            data.put(wire, 11, wire.length - 11);
        } catch (IOException | IllegalArgumentException e) {
            throw new SyntaxException("%s record: %s".formatted(Types.text(type), reason(e)));
        }
    }

    private static String reason(Exception e) {
        var message = e.getMessage();
        return message == null ? e.toString() : message.replaceFirst("^<none>:[0-9]+: ", "");
    }
}
