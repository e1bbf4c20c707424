package dev.onoma.api;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.Name;

/// The words after the name of a [Directive], read from left to right.
///
/// Each reader takes the next word and the name that the usage gives it, for messages:
/// `number("TTL")` complains `TTL is a whole number, not "abc"`. Readers ending in `Or` accept that
/// the line ends here; all others throw a [CorefileException] that points at the word.
public final class Arguments {
    private static final int NAMESERVERS_MAX = 1_000;
    private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");

    private final Directive directive;
    private final List<Word> words;
    private final String usage;
    private int last; // the word read last; the name at first

    Arguments(Directive directive, List<Word> words, String usage) {
        this.directive = directive;
        this.words = words;
        this.usage = usage;
    }

    /// How many words follow the name, read or not.
    public int size() {
        return words.size() - 1;
    }

    /// How many words are not read yet.
    public int remaining() {
        return words.size() - 1 - last;
    }

    /// Whether a word is left.
    public boolean hasNext() {
        return remaining() > 0;
    }

    /// The next word, which stays the next one.
    public Optional<String> peek() {
        return hasNext() ? Optional.of(words.get(last + 1).text()) : Optional.empty();
    }

    /// The next word as it is.
    public String text(String what) {
        return next(what);
    }

    /// The next word as it is, or another text if there is none.
    public String textOr(String what, String fallback) {
        return hasNext() ? next(what) : fallback;
    }

    /// The next word as it is, if there is one.
    public Optional<String> optionalText(String what) {
        return hasNext() ? Optional.of(next(what)) : Optional.empty();
    }

    /// The next word, which is one of those allowed.
    public String oneOf(String what, String... allowed) {
        var text = next(what);
        if (!List.of(allowed).contains(text)) {
            throw wrong(
                    "%s is one of %s, not \"%s\"".formatted(what, String.join(", ", allowed), text),
                    Spelling.advice(text, "", List.of(allowed)));
        }
        return text;
    }

    /// Any whole number of 32 bits, in decimal.
    public int number(String what) {
        return number(what, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /// A whole number that is not below `min`; one of more than 31 bits is the largest there is.
    public int number(String what, int min) {
        return (int) Math.min(longNumber(what, min, Long.MAX_VALUE), Integer.MAX_VALUE);
    }

    /// A whole number from `min` to `max`.
    public int number(String what, int min, int max) {
        return (int) longNumber(what, min, max);
    }

    /// A whole number that is not below `min`, or another if the line ends here.
    public int numberOr(String what, int min, int fallback) {
        return hasNext() ? number(what, min) : fallback;
    }

    /// A whole number from `min` to `max`, or another if the line ends here.
    public int numberOr(String what, int min, int max, int fallback) {
        return hasNext() ? number(what, min, max) : fallback;
    }

    /// A whole number from `min` to `max`.
    public long longNumber(String what, long min, long max) {
        var text = next(what);
        if (!isWhole(text)) {
            throw wrong(
                    "%s is a whole number%s, not \"%s\"".formatted(what, range(min, max), text));
        }
        var number = new BigInteger(text);
        if (number.compareTo(BigInteger.valueOf(min)) < 0
                || number.compareTo(BigInteger.valueOf(max)) > 0) {
            boolean unnamed = min == Integer.MIN_VALUE && max == Integer.MAX_VALUE;
            var range = unnamed ? " from %d to %d".formatted(min, max) : range(min, max);
            throw wrong("%s is a whole number%s, not %s".formatted(what, range, text));
        }
        return number.longValue();
    }

    private static String range(long min, long max) {
        boolean low = min != Integer.MIN_VALUE && min != Long.MIN_VALUE;
        boolean high = max != Integer.MAX_VALUE && max != Long.MAX_VALUE;
        if (low && high) {
            return " from " + min + " to " + max;
        }
        return low ? " of at least " + min : high ? " of at most " + max : "";
    }

    // Digits enough for any long; more would only cost time.
    private static boolean isWhole(String text) {
        return text.matches("[+-]?[0-9]{1,100}");
    }

    /// A number with or without decimals, from `min` to `max`.
    public double decimal(String what, double min, double max) {
        var text = next(what);
        if (text.matches("[+-]?([0-9]{1,50}\\.?[0-9]{0,50}|\\.[0-9]{1,50})")) {
            double number = new BigDecimal(text.endsWith(".") ? text + "0" : text).doubleValue();
            if (number >= min && number <= max) {
                return number;
            }
        }
        throw wrong(
                "%s is a number from %s to %s, not \"%s\""
                        .formatted(what, plain(min), plain(max), text));
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    /// A percentage: a whole number from `min` to `max` and `%`.
    public int percent(String what, int min, int max) {
        var text = next(what);
        var number = text.substring(0, Math.max(0, text.length() - 1));
        if (text.endsWith("%") && number.matches("[+-]?[0-9]{1,9}")) {
            int percent = Integer.parseInt(number);
            if (percent >= min && percent <= max) {
                return percent;
            }
        }
        throw wrong(
                "%s is a percentage from %d%% to %d%%, not \"%s\"".formatted(what, min, max, text),
                number.isEmpty() || !isWhole(text) ? "" : "did you mean: " + text + "%?");
    }

    /// `true` or `false`, also as `1 t T TRUE True 0 f F FALSE False`.
    public boolean bool(String what) {
        var text = next(what);
        if (!TRUE.contains(text) && !FALSE.contains(text)) {
            throw wrong("%s is true or false, not \"%s\"".formatted(what, text));
        }
        return TRUE.contains(text);
    }

    /// `true` or `false`, or another value if the line ends here.
    public boolean boolOr(String what, boolean fallback) {
        return hasNext() ? bool(what) : fallback;
    }

    /// A whole number of seconds that is not below `min`.
    public Duration seconds(String what, int min) {
        var text = next(what);
        if (!isWhole(text)) {
            throw wrong(
                    "%s is a whole number of seconds, not \"%s\"".formatted(what, text),
                    secondsAdvice(text));
        }
        last--;
        return Duration.ofSeconds(number(what, min));
    }

    private static String secondsAdvice(String text) {
        try {
            return "did you mean: " + Durations.parse(text).toSeconds() + "?";
        } catch (IllegalArgumentException _) {
            return ""; // no guess then
        }
    }

    /// A whole number of seconds that is not below `min`, or another duration if the line ends
    /// here.
    public Duration secondsOr(String what, int min, Duration fallback) {
        return hasNext() ? seconds(what, min) : fallback;
    }

    /// A whole number of seconds that is not below `min`, if the next word is a number at all; else
    /// nothing is read.
    public Optional<Duration> secondsIfNumber(String what, int min) {
        return peek().filter(Arguments::isWhole).map(_ -> seconds(what, min));
    }

    /// A duration with units, such as `500ms`, `30s` or `1h30m`; may be negative.
    public Duration duration(String what) {
        var text = next(what);
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            var cause = "invalid duration".equals(e.getMessage()) ? "" : ": " + e.getMessage();
            throw wrong(
                    "%s is a duration such as 500ms, 30s or 1h30m, not \"%s\"%s"
                            .formatted(what, text, cause),
                    isWhole(text) ? "did you mean: " + text + "s?" : "");
        }
    }

    /// A duration with units that is not below `min`.
    public Duration duration(String what, Duration min) {
        return atLeast(what, min, duration(what));
    }

    /// A duration with units that is not below `min`, or another if the line ends here.
    public Duration durationOr(String what, Duration min, Duration fallback) {
        return hasNext() ? duration(what, min) : fallback;
    }

    /// A duration with units, or a bare number of seconds; from `min` to `max`.
    public Duration durationOrSeconds(String what, Duration min, Duration max) {
        boolean bare = peek().filter(Arguments::isWhole).isPresent();
        var duration = bare ? Duration.ofSeconds(number(what)) : duration(what);
        if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
            throw wrong(
                    "%s is a duration from %s to %s, not %s"
                            .formatted(
                                    what,
                                    Durations.format(min),
                                    Durations.format(max),
                                    Durations.format(duration)));
        }
        return duration;
    }

    private Duration atLeast(String what, Duration min, Duration duration) {
        if (duration.compareTo(min) < 0) {
            throw wrong(
                    "%s is a duration of at least %s, not %s"
                            .formatted(what, Durations.format(min), Durations.format(duration)));
        }
        return duration;
    }

    /// A domain name, in lower case and fully qualified.
    public Name name(String what) {
        var text = next(what);
        try {
            return ZoneNames.parse(text);
        } catch (IllegalArgumentException _) {
            throw wrong("%s is a domain name, not \"%s\"".formatted(what, text));
        }
    }

    /// All words that are left, as zones: scheme and port are stripped, a network becomes its
    /// reverse zones, what is no zone is ignored with a warning. Without words, the fallback.
    ///
    /// `fallthrough [ZONES...]` reads its zones with the root as fallback.
    public List<Name> zonesOr(List<Name> fallback) {
        if (!hasNext()) {
            return fallback;
        }
        var zones = new ArrayList<Name>();
        while (hasNext()) {
            var text = next("ZONES");
            try {
                zones.addAll(ZoneNames.parseKey(text).zones());
            } catch (IllegalArgumentException e) {
                warn("\"%s\" is ignored: %s".formatted(text, e.getMessage()));
            }
        }
        return List.copyOf(zones);
    }

    /// A network such as `10.0.0.0/8`.
    public Cidr cidr(String what) {
        var text = next(what);
        return Cidr.parse(text)
                .orElseThrow(() ->
                        wrong(
                                "%s is a network such as 10.0.0.0/8 or 2001:db8::/32, not \"%s\""
                                        .formatted(what, text),
                                wholeNetworkAdvice(text)));
    }

    private static String wholeNetworkAdvice(String text) {
        return Addresses.parse(text)
                .map(a -> "did you mean: " + text + "/" + a.getAddress().length * 8 + "?")
                .orElse("");
    }

    /// A network, or an address, which stands for the network of that address alone.
    public Cidr cidrOrAddress(String what) {
        var alone = peek().flatMap(Addresses::parse);
        if (alone.isEmpty()) {
            return cidr(what);
        }
        last++;
        return new Cidr(alone.get(), alone.get().getAddress().length * 8);
    }

    /// An IP address.
    public InetAddress ipAddress(String what) {
        var text = next(what);
        return Addresses.parse(text)
                .orElseThrow(() -> wrong("%s is an IP address, not \"%s\"".formatted(what, text)));
    }

    /// An IP address with or without a port: `10.0.0.1`, `10.0.0.1:53`, `::1`, `[::1]:53`.
    public InetSocketAddress hostPort(String what, int defaultPort) {
        var text = next(what);
        return Endpoint.parse("dns://" + text, defaultPort)
                .flatMap(Endpoint::socketAddress)
                .orElseThrow(() ->
                        wrong(
                                "%s must specify an IP address such as 10.0.0.1 or [::1]:53, not \"%s\""
                                        .formatted(what, text)));
    }

    /// Where to serve HTTP: `HOST:PORT`; HOST may be empty, an address or a name.
    public Endpoint httpAddress(String what) {
        var text = next(what);
        var endpoint = Endpoint.parse("dns://" + text, -1).filter(e -> e.port() >= 0);
        return endpoint.orElseThrow(() ->
                wrong(
                        "%s is HOST:PORT or :PORT, not \"%s\"".formatted(what, text),
                        text.matches("[0-9]{1,5}") ? "did you mean: :" + text + "?" : ""));
    }

    /// Where to serve HTTP: `HOST:PORT`, or another place if the line ends here.
    public Endpoint httpAddressOr(String what, Endpoint fallback) {
        return hasNext() ? httpAddress(what) : fallback;
    }

    /// `[SCHEME://]ADDRESS[:PORT]`, where the port defaults to that of the scheme; or a file like
    /// `/etc/resolv.conf`, which stands for its name servers.
    ///
    /// @return at least one
    public List<Endpoint> addressOrFile(String what) {
        var text = next(what);
        var scheme = text.contains("://") ? text.substring(0, text.indexOf("://")) : "dns";
        var endpoint = Endpoint.parse(text, Endpoint.defaultPort(scheme));
        if (endpoint.isPresent()
                && (endpoint.get().scheme().equals("unix")
                        || endpoint.flatMap(Endpoint::address).isPresent())) {
            return List.of(endpoint.get());
        }
        var servers = nameservers(what, text.substring(text.startsWith("dns://") ? 6 : 0));
        if (servers.isEmpty()) {
            throw wrong("%s: no nameservers found in %s".formatted(what, text));
        }
        return servers;
    }

    private List<Endpoint> nameservers(String what, String file) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.map(line -> line.strip().split("\\s+"))
                    .filter(words -> words.length > 1 && words[0].equals("nameserver"))
                    .map(words -> words[1].replaceAll("%.*", ""))
                    .filter(address -> Addresses.parse(address).isPresent())
                    .limit(NAMESERVERS_MAX)
                    .map(address -> new Endpoint("dns", address, "", 53))
                    .toList();
        } catch (IOException | UncheckedIOException | InvalidPathException _) {
            throw wrong(
                    "%s is an IP address or a file of name servers, not \"%s\""
                            .formatted(what, file));
        }
    }

    /// A regular expression in RE2's syntax, at most 10,000 characters long.
    public Pattern regex(String what) {
        var text = next(what);
        try {
            return Regexes.compile(text);
        } catch (PatternSyntaxException e) {
            throw wrong(
                    "%s is a regular expression, not \"%s\": %s"
                            .formatted(what, text, e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw wrong(what + ": " + e.getMessage());
        }
    }

    /// All words that are left, as they are; maybe none.
    public List<String> rest() {
        var rest = words.subList(last + 1, words.size()).stream().map(Word::text).toList();
        last = words.size() - 1;
        return rest;
    }

    /// All words that are left, as they are; at least one.
    public List<String> restNotEmpty(String what) {
        if (!hasNext()) {
            throw missing(what);
        }
        return rest();
    }

    /// Skips what is left, with a warning, because CoreDNS ignores it.
    public void ignoreRest() {
        while (hasNext()) {
            warn("\"" + next("") + "\" is ignored");
        }
    }

    /// Checks that all words are read.
    ///
    /// @throws CorefileException that points at the first that is not
    public void expectEnd() {
        if (hasNext()) {
            var before = words.get(last).text();
            last++;
            throw wrong(
                    usage.isBlank()
                            ? "\"%s\" takes no arguments, \"%s\" is one too many"
                                    .formatted(directive.name(), words.get(last).text())
                            : "\"%s\" is one word too many after \"%s\""
                                    .formatted(words.get(last).text(), before));
        }
    }

    /// A mistake in the word read last.
    ///
    /// @param message what was expected and what was found, in one line, without plugin and place
    public CorefileException wrong(String message) {
        return wrong(message, "");
    }

    /// A mistake in the word read last.
    ///
    /// @param advice what to write instead, such as `did you mean: :8080?`
    public CorefileException wrong(String message, String advice) {
        return directive.problem(words.get(last).location(), message, fullUsage(), advice);
    }

    /// Tells the operator that the word read last is doubtful.
    ///
    /// @param message one line, without plugin and place
    public void warn(String message) {
        directive.warnAt(last, message);
    }

    private CorefileException missing(String what) {
        var before = words.get(last);
        return wrong("%s is missing after \"%s\"".formatted(what, before.text()));
    }

    private String next(String what) {
        if (!hasNext()) {
            throw missing(what);
        }
        last++;
        return words.get(last).text();
    }

    private String fullUsage() {
        return usage.isBlank() ? directive.name() : directive.name() + " " + usage;
    }
}
