package dev.onoma.testkit;

import dev.onoma.testkit.Question.Flag;
import dev.onoma.testkit.Question.Over;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/// Reads `NAME TYPE [CLASS] [+option...]` or `raw HEX [+option...]`; the options are dig's where
/// dig has one.
///
/// Sent as written: without `+edns`, `+do`, `+bufsize`, `+nsid`, ... there is no EDNS record, and
/// recursion is desired unless `+norec` says otherwise.
final class QuestionParser {
    private static final int SIZE_WITH_EDNS = 1232;
    private static final int SIZE_WITHOUT_EDNS = 512;
    private static final Random IDS = new Random();

    private final Line line;
    private final List<String> words = new ArrayList<>();
    private @Nullable Octets raw;
    private int id = IDS.nextInt(0x10000);
    private int flags = Flag.RD.mask;
    private boolean edns;
    private int ednsVersion;
    private int ednsSize = SIZE_WITH_EDNS;
    private int ednsFlags;
    private final ByteArrayOutputStream ednsOptions = new ByteArrayOutputStream();
    private Over over = Over.UDP;
    private String path = "/dns-query";
    private boolean framed = true;
    private Duration timeout = Client.TIMEOUT;
    private int times = 1;
    private Optional<String> connection = Optional.empty();
    private Optional<String> as = Optional.empty();
    private Optional<String> server = Optional.empty();
    private Optional<String> from = Optional.empty();
    private int split;
    private boolean halfClose;

    private QuestionParser(Line line) {
        this.line = line;
    }

    static Question parse(Line line, String text) {
        return new QuestionParser(line).read(text);
    }

    private Question read(String text) {
        for (var word : Records.words(text)) {
            if (word.startsWith("+")) {
                option(word.substring(1));
            } else if (word.startsWith("@")) {
                server = Optional.of(word.substring(1));
            } else {
                words.add(word);
            }
        }
        if (words.isEmpty()) {
            throw line.wrong("a query needs a name and a type, such as \"> example.org. A\"");
        }
        var message = words.getFirst().equals("raw") ? rawMessage() : message();
        return new Question(
                text.strip(),
                message,
                raw != null,
                over,
                path,
                framed,
                edns ? Math.max(ednsSize, SIZE_WITHOUT_EDNS) : SIZE_WITHOUT_EDNS,
                timeout,
                times,
                connection,
                as,
                server,
                from,
                split,
                halfClose);
    }

    private Octets rawMessage() {
        try {
            var octets = Octets.ofHex(String.join("", words.subList(1, words.size())));
            raw = octets;
            return octets;
        } catch (IllegalArgumentException e) {
            throw line.wrong("expected hexadecimal digits after raw: " + e.getMessage());
        }
    }

    private Octets message() {
        if (words.size() < 2 || words.size() > 3) {
            throw line.wrong("expected NAME TYPE [CLASS] and options that begin with +");
        }
        int type = type(words.get(1));
        int dclass = words.size() == 3 ? dclass(words.get(2)) : DClass.IN;
        var out = new ByteArrayOutputStream();
        put16(out, id);
        put16(out, flags);
        put16(out, 1);
        put16(out, 0);
        put16(out, 0);
        put16(out, edns ? 1 : 0);
        out.writeBytes(name(words.getFirst()).toWire());
        put16(out, type);
        put16(out, dclass);
        if (edns) {
            out.write(0);
            put16(out, Type.OPT);
            put16(out, ednsSize);
            out.write(0);
            out.write(ednsVersion);
            put16(out, ednsFlags);
            put16(out, ednsOptions.size());
            out.writeBytes(ednsOptions.toByteArray());
        }
        return Octets.of(out.toByteArray());
    }

    private Name name(String text) {
        try {
            return Name.fromString(text, Name.root);
        } catch (TextParseException e) {
            throw line.wrong("not a domain name: " + text + " (" + e.getMessage() + ")");
        }
    }

    private int type(String text) {
        int type = text.equals("TYPE0") ? 0 : Type.value(text, true);
        if (type < 0) {
            throw line.wrong(
                    "not a record type: " + text + " (use TYPE123 for one without a name)");
        }
        return type;
    }

    private int dclass(String text) {
        int dclass = text.equals("CLASS0") ? 0 : DClass.value(text);
        if (dclass < 0) {
            throw line.wrong("not a class: " + text);
        }
        return dclass;
    }

    private void option(String option) {
        int equals = option.indexOf('=');
        var name = (equals < 0 ? option : option.substring(0, equals)).toLowerCase(Locale.ROOT);
        var value = equals < 0 ? "" : option.substring(equals + 1);
        if (!header(name, value) && !edns(name, value) && !way(name, value)) {
            throw line.wrong("there is no option +" + option);
        }
    }

    private boolean header(String name, String value) {
        switch (name) {
            case "norec", "nordflag" -> flags &= ~Flag.RD.mask;
            case "rec", "rdflag" -> flags |= Flag.RD.mask;
            case "cd", "cdflag" -> flags |= Flag.CD.mask;
            case "ad", "adflag" -> flags |= Flag.AD.mask;
            case "aaflag" -> flags |= Flag.AA.mask;
            case "raflag" -> flags |= Flag.RA.mask;
            case "tcflag" -> flags |= Flag.TC.mask;
            case "zflag" -> flags |= Flag.Z.mask;
            case "qrflag" -> flags |= Flag.QR.mask;
            case "rcode" -> flags |= number(value) & 0xf;
            case "opcode" -> flags |= (number(value) & 0xf) << 11;
            case "id" -> id = number(value);
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean edns(String name, String value) {
        switch (name) {
            case "edns" -> ednsVersion = value.isEmpty() ? 0 : number(value);
            case "do", "dnssec" -> ednsFlags |= 0x8000;
            case "ednsflags" -> ednsFlags |= number(value);
            case "bufsize" -> ednsSize = number(value);
            case "nsid" -> ednsOption(3, Octets.ofHex(""));
            case "cookie" -> ednsOption(10, hex(value.isEmpty() ? "0102030405060708" : value));
            case "keepalive" -> ednsOption(11, Octets.ofHex(""));
            case "padding" -> ednsOption(12, Octets.of(new byte[number(value)]));
            case "subnet" -> ednsOption(8, subnet(value));
            case "ednsopt" -> {
                int colon = value.indexOf(':');
                var code = colon < 0 ? value : value.substring(0, colon);
                ednsOption(number(code), hex(colon < 0 ? "" : value.substring(colon + 1)));
            }
            default -> {
                return false;
            }
        }
        edns = true;
        return true;
    }

    private boolean way(String name, String value) {
        switch (name) {
            case "noedns" -> edns = false;
            case "tcp" -> over = Over.TCP;
            case "udp" -> over = Over.UDP;
            case "tls" -> over = Over.TLS;
            case "https", "https-get" -> {
                over = name.equals("https") ? Over.HTTPS : Over.HTTPS_GET;
                path = value.isEmpty() ? path : value;
            }
            case "nolength" -> framed = false;
            case "timeout" -> timeout = duration(line, value);
            case "times" -> times = number(value);
            case "split" -> split = value.isEmpty() ? 1 : number(value);
            case "halfclose" -> halfClose = true;
            case "from" -> from = Optional.of(value);
            case "as" -> as = Optional.of(value);
            case "conn" -> {
                connection = Optional.of(value);
                over = over == Over.UDP ? Over.TCP : over;
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void ednsOption(int code, Octets data) {
        put16(ednsOptions, code);
        put16(ednsOptions, data.length());
        ednsOptions.writeBytes(data.toArray());
    }

    private Octets subnet(String value) {
        int slash = value.indexOf('/');
        if (slash < 0) {
            throw line.wrong("expected +subnet=ADDRESS/LENGTH");
        }
        try {
            var address = InetAddress.ofLiteral(value.substring(0, slash)).getAddress();
            int length = number(value.substring(slash + 1));
            var out = new ByteArrayOutputStream();
            put16(out, address.length == 4 ? 1 : 2);
            out.write(length);
            out.write(0);
            out.write(address, 0, (length + 7) / 8);
            return Octets.of(out.toByteArray());
        } catch (IllegalArgumentException e) {
            throw line.wrong("not an address: " + value);
        }
    }

    private Octets hex(String value) {
        try {
            return Octets.ofHex(value);
        } catch (IllegalArgumentException _) {
            throw line.wrong("not hexadecimal: " + value);
        }
    }

    private int number(String value) {
        try {
            return Integer.decode(value);
        } catch (NumberFormatException _) {
            throw line.wrong("expected a number, found \"" + value + "\"");
        }
    }

    /// Reads `200ms`, `1.5s`, `2m`.
    static Duration duration(Line line, String value) {
        var digits = value.replaceAll("[a-z]+$", "");
        var unit = value.substring(digits.length());
        try {
            double number = Double.parseDouble(digits);
            return switch (unit) {
                case "ms" -> Duration.ofNanos(Math.round(number * 1e6));
                case "s" -> Duration.ofNanos(Math.round(number * 1e9));
                case "m" -> Duration.ofNanos(Math.round(number * 60e9));
                default -> throw line.wrong("expected a duration such as 200ms, 1.5s or 2m");
            };
        } catch (NumberFormatException _) {
            throw line.wrong("expected a duration such as 200ms, found \"" + value + "\"");
        }
    }

    static void put16(ByteArrayOutputStream out, int value) {
        out.write(value >> 8);
        out.write(value);
    }
}
