package dev.onoma.testkit;

import dev.onoma.testkit.Question.Flag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// A message that came back, read as far as it can be read.
///
/// The header and the question are read here, so that a broken reply can still be described;
/// records are read by dnsjava. The EDNS record is read here too: dnsjava refuses messages for
/// options that a server must not send but that a test wants to see.
///
/// @param waitedNanos from sending the query to the last octet of the reply
public record Reply(
        Octets wire, long waitedNanos, List<Options> edns, List<List<Record>> sections) {
    /// Octets of a header (RFC 1035, section 4.1.1).
    public static final int HEADER = 12;

    /// A type nobody uses, under which dnsjava leaves the data of an OPT record alone.
    private static final int HIDDEN_TYPE = 65280;

    /// An option of EDNS (RFC 6891, section 6.1.2).
    public record Option(int code, Octets data) {}

    /// An OPT record (RFC 6891, section 6.1.3).
    public record Options(
            int size, int extendedRcode, int version, int flags, List<Option> options) {
        public Options {
            options = List.copyOf(options);
        }
    }

    public Reply {
        edns = List.copyOf(edns);
        sections = List.copyOf(sections);
    }

    /// Reads a message.
    ///
    /// @throws IOException if this is no DNS message, with what is wrong and where
    public static Reply read(Octets wire, long waitedNanos) throws IOException {
        if (wire.length() < HEADER) {
            throw new IOException("a reply of " + wire.length() + " octets: " + wire);
        }
        var bytes = wire.toArray();
        var edns = new ArrayList<Options>();
        int at = HEADER;
        try {
            for (int i = 0; i < wire.unsigned16(4); i++) {
                at = skipName(wire, at) + 4;
            }
            int records = wire.unsigned16(6) + wire.unsigned16(8) + wire.unsigned16(10);
            for (int i = 0; i < records; i++) {
                int fixed = skipName(wire, at);
                int end = fixed + 10 + wire.unsigned16(fixed + 8);
                if (wire.unsigned16(fixed) == Type.OPT) {
                    edns.add(options(wire, fixed, end));
                    bytes[fixed] = (byte) (HIDDEN_TYPE >> 8);
                    bytes[fixed + 1] = (byte) HIDDEN_TYPE;
                }
                at = end;
            }
        } catch (IndexOutOfBoundsException _) {
            throw new IOException("a reply that ends too early, at octet " + at + ": " + wire);
        }
        if (at != wire.length()) {
            throw new IOException((wire.length() - at) + " octets behind the reply: " + wire);
        }
        return new Reply(wire, waitedNanos, edns, records(bytes));
    }

    private static List<List<Record>> records(byte[] bytes) throws IOException {
        var message = new Message(bytes);
        var sections = new ArrayList<List<Record>>();
        for (int section = Section.QUESTION; section <= Section.ADDITIONAL; section++) {
            sections.add(
                    message.getSection(section).stream()
                            .filter(record -> record.getType() != HIDDEN_TYPE)
                            .toList());
        }
        return sections;
    }

    private static Options options(Octets wire, int fixed, int end) throws IOException {
        var options = new ArrayList<Option>();
        int at = fixed + 10;
        while (at < end) {
            int length = wire.unsigned16(at + 2);
            if (at + 4 + length > end) {
                throw new IOException("an EDNS option that is longer than its record: " + wire);
            }
            options.add(new Option(wire.unsigned16(at), wire.slice(at + 4, at + 4 + length)));
            at += 4 + length;
        }
        return new Options(
                wire.unsigned16(fixed + 2),
                wire.unsigned8(fixed + 4),
                wire.unsigned8(fixed + 5),
                wire.unsigned16(fixed + 6),
                options);
    }

    private static int skipName(Octets wire, int from) throws IOException {
        int at = from;
        while (true) {
            int length = wire.unsigned8(at);
            if (length >= 0xc0) {
                return at + 2;
            }
            if (length > 63) {
                throw new IOException("a label of type " + (length >> 6) + " at octet " + at);
            }
            at += 1 + length;
            if (length == 0) {
                return at;
            }
        }
    }

    public int id() {
        return wire.unsigned16(0);
    }

    public int opcode() {
        return (wire.unsigned16(2) >> 11) & 0xf;
    }

    boolean flag(Flag flag) {
        return (wire.unsigned16(2) & flag.mask) != 0;
    }

    /// The code of twelve bits, with those of EDNS (RFC 6891, section 6.1.3).
    public int rcode() {
        int low = wire.unsigned16(2) & 0xf;
        return edns.isEmpty() ? low : (edns.getFirst().extendedRcode() << 4) | low;
    }

    public List<Record> section(int section) {
        return sections.get(section);
    }

    /// The octets of the question section.
    Octets question() {
        try {
            int at = HEADER;
            for (int i = 0; i < wire.unsigned16(4); i++) {
                at = skipName(wire, at) + 4;
            }
            return wire.slice(HEADER, at);
        } catch (IOException e) {
            throw new IllegalStateException("a reply that was read before", e);
        }
    }

    /// The first option of a code, or null.
    @Nullable Option option(int code) {
        return edns.stream()
                .flatMap(opt -> opt.options().stream())
                .filter(option -> option.code() == code)
                .findFirst()
                .orElse(null);
    }

    /// The code by its name; the name of 16 is BADVERS, which it is in an OPT record.
    String rcodeText() {
        return rcode() == Rcode.BADVERS ? "BADVERS" : Rcode.string(rcode());
    }

    /// As dig would print it, in the grammar of scenarios.
    @Override
    public String toString() {
        var text = new StringBuilder(rcodeText());
        for (var flag : Flag.values()) {
            if (flag != Flag.QR && flag(flag)) {
                text.append(' ').append(flag.word());
            }
        }
        if (opcode() != Opcode.QUERY) {
            text.append("\n;; opcode ").append(Opcode.string(opcode()));
        }
        for (var question : section(Section.QUESTION)) {
            text.append("\n;; question ").append(question.getName()).append(' ');
            text.append(Type.string(question.getType())).append(' ');
            text.append(DClass.string(question.getDClass()));
        }
        for (int section = Section.ANSWER; section <= Section.ADDITIONAL; section++) {
            if (!section(section).isEmpty() && section != Section.ANSWER) {
                text.append("\n;; ").append(Sections.word(section));
            }
            section(section).forEach(record -> text.append('\n').append(Records.text(record)));
        }
        for (var opt : edns) {
            text.append("\n;; edns version=%d size=%d".formatted(opt.version(), opt.size()));
            text.append((opt.flags() & 0x8000) != 0 ? " do" : "");
            text.append((opt.flags() & 0x7fff) != 0 ? " flags=" + opt.flags() : "");
            opt.options().forEach(option -> text.append(' ').append(text(option)));
        }
        text.append("\n;; %d octets".formatted(wire.length()));
        return text.append(" in %.1f ms".formatted(waitedNanos / 1e6)).toString();
    }

    private static String text(Option option) {
        return String.format(Locale.ROOT, "option=%d:%s", option.code(), option.data());
    }
}
