package dev.onoma.format;

import dev.onoma.api.Addresses;
import dev.onoma.api.Query;
import dev.onoma.api.Transport;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Type;

/// The format of log lines: text with placeholders such as `{remote}`, taken apart once.
///
/// What a client can choose never breaks a line: names are in presentation form, where everything
/// beyond printable ASCII is a number (RFC 1035, section 5.1), and values of metadata lose their
/// control characters.
public final class QueryFormat {
    /// What stands where there is no value.
    public static final String EMPTY = "-";

    /// `{common}`.
    public static final String COMMON =
            "{remote}:{port} - {>id} \"{type} {class} {name} {proto} {size} {>do} {>bufsize}\""
                    + " {rcode} {>rflags} {rsize} {duration}";

    /// `{combined}`.
    public static final String COMBINED = COMMON + " \"{>opcode}\"";

    /// Without a format in the Corefile.
    public static final String DEFAULT = COMMON;

    private static final int LINE_LENGTH_USUAL = 160;
    private static final int STREAM_SIZE_MAX = 65_535;

    private final List<Part> parts = new ArrayList<>();
    private boolean metadata;

    /// One part of a line.
    private interface Part {
        void append(StringBuilder into, SettledQuery entry);
    }

    /// @param text with placeholders
    public QueryFormat(String text) {
        parse(text.replace("{common}", COMMON).replace("{combined}", COMBINED));
    }

    /// Whether metadata is asked for.
    public boolean hasMetadata() {
        return metadata;
    }

    /// The line of one query.
    public String line(SettledQuery entry) {
        var line = new StringBuilder(LINE_LENGTH_USUAL);
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).append(line, entry);
        }
        return line.toString();
    }

    // Braces that hold no known name, or do not close, are text.
    private void parse(String text) {
        int literal = 0;
        int open = text.indexOf('{');
        while (open >= 0) {
            int close = text.indexOf('}', open);
            int another = text.indexOf('{', open + 1);
            boolean whole = close > 0 && (another < 0 || close < another);
            var part = whole ? part(text.substring(open + 1, close)) : null;
            if (part != null) {
                literal(text.substring(literal, open));
                parts.add(part);
                literal = close + 1;
            }
            open = another;
        }
        literal(text.substring(literal));
    }

    private void literal(String text) {
        if (!text.isEmpty()) {
            parts.add((into, _) -> into.append(text));
        }
    }

    private @Nullable Part part(String name) {
        return switch (name) {
            case "type" -> (into, e) -> into.append(Type.string(e.query().type()));
            case "name" -> (into, e) -> into.append(lowerCase(e.query()));
            case "class" -> (into, e) -> into.append(DClass.string(e.query().dclass()));
            case "proto" -> (into, e) -> into.append(e.query().transport().label());
            case "remote" -> (into, e) -> host(into, e.query().client());
            case "local" -> (into, e) -> host(into, e.query().local());
            case "port" -> (into, e) -> into.append(e.query().client().getPort());
            case "size" -> (into, e) -> into.append(e.query().sizeOctets());
            case "rcode" -> (into, e) -> into.append(e.rcode());
            case "rsize" -> (into, e) -> into.append(e.responseOctets());
            case "duration" -> (into, e) -> seconds(into, e.nanos());
            case ">id" -> (into, e) -> into.append(e.query().id());
            case ">opcode" -> (into, e) -> into.append(e.query().wire()[2] >> 3 & 15);
            case ">do" -> (into, e) -> into.append(e.query().dnssecOk());
            case ">bufsize" -> (into, e) -> into.append(size(e.query()));
            case ">rflags" -> (into, e) -> e.responseFlags(into);
            default -> metadata(name);
        };
    }

    private @Nullable Part metadata(String name) {
        int slash = name.indexOf('/', 1);
        if (!name.startsWith("/") || slash < 2 || slash == name.length() - 1) {
            return null;
        }
        metadata = true;
        var label = name.substring(1);
        return (into, e) -> into.append(printable(e.query().metadata(label).orElse(EMPTY)));
    }

    /// The name, in lower case.
    public static String lowerCase(Query query) {
        return query.name().toString().toLowerCase(Locale.ROOT);
    }

    /// The size of a response that the client can receive, as it says.
    public static int size(Query query) {
        return query.transport() == Transport.UDP ? query.udpSize() : STREAM_SIZE_MAX;
    }

    private static void host(StringBuilder into, InetSocketAddress address) {
        var text = Addresses.text(address.getAddress());
        if (address.getAddress() instanceof Inet6Address) {
            into.append('[').append(text).append(']');
        } else {
            into.append(text);
        }
    }

    /// Appends nanoseconds as seconds, in the shortest decimal form: `0.000297563s`.
    public static void seconds(StringBuilder into, long nanos) {
        into.append(nanos / 1_000_000_000).append('.');
        long rest = nanos % 1_000_000_000;
        for (long digit = 100_000_000; digit > 0; digit /= 10) {
            into.append((char) ('0' + rest / digit % 10));
        }
        int end = into.length();
        while (into.charAt(end - 1) == '0') {
            end--;
        }
        into.setLength(into.charAt(end - 1) == '.' ? end - 1 : end);
        into.append('s');
    }

    private static String printable(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (Character.isISOControl(value.charAt(i))) {
                return value.replaceAll("\\p{Cntrl}", "?");
            }
        }
        return value;
    }
}
