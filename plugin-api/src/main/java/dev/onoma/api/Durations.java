package dev.onoma.api;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/// Durations as Corefiles and log lines write them: Go's way, `1h30m`, `500ms`, `1.5s`.
public final class Durations {
    private static final BigDecimal NANOS_MAX = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final int TEXT_LENGTH_MAX = 100;
    private static final Pattern PART =
            Pattern.compile("(?<number>[0-9]+\\.?[0-9]*|\\.[0-9]+)(?<unit>[^0-9.]*)");
    private static final Map<String, Long> NANOS =
            Map.of(
                    "ns", 1L,
                    "us", 1_000L,
                    "µs", 1_000L,
                    "μs", 1_000L,
                    "ms", 1_000_000L,
                    "s", 1_000_000_000L,
                    "m", 60_000_000_000L,
                    "h", 3_600_000_000_000L);

    private Durations() {}

    /// Reads a duration.
    ///
    /// @throws IllegalArgumentException that says in one phrase what is wrong with the text
    public static Duration parse(String text) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        var rest = signed ? text.substring(1) : text;
        if (rest.equals("0")) {
            return Duration.ZERO;
        }
        if (rest.isEmpty() || rest.length() > TEXT_LENGTH_MAX) {
            throw new IllegalArgumentException("invalid duration");
        }
        var nanos = BigDecimal.ZERO;
        var part = PART.matcher(rest);
        int end = 0;
        while (part.find() && part.start() == end) {
            nanos = nanos.add(nanos(part.group("number"), part.group("unit")));
            end = part.end();
        }
        if (end != rest.length() || nanos.compareTo(NANOS_MAX) > 0) {
            throw new IllegalArgumentException("invalid duration");
        }
        var duration = Duration.ofNanos(nanos.longValue());
        return text.startsWith("-") ? duration.negated() : duration;
    }

    private static BigDecimal nanos(String number, String unit) {
        var factor = NANOS.get(unit);
        if (factor == null) {
            throw new IllegalArgumentException(
                    unit.isEmpty() ? "missing unit" : "unknown unit \"" + unit + "\"");
        }
        var padded = number.endsWith(".") ? number + "0" : number;
        return new BigDecimal(padded).multiply(BigDecimal.valueOf(factor));
    }

    /// Writes a duration: `30s`, `1m0s`, `25h0m0s`, `500ms`, `0s`.
    public static String format(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.isNegative()) {
            return "-" + format(duration.negated());
        }
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return belowOneSecond(duration.toNanos());
        }
        var text = new StringBuilder();
        if (duration.toHours() > 0) {
            text.append(duration.toHours()).append('h');
        }
        if (duration.toMinutes() > 0) {
            text.append(duration.toMinutesPart()).append('m');
        }
        var seconds =
                BigDecimal.valueOf(duration.toSecondsPart())
                        .add(BigDecimal.valueOf(duration.toNanosPart(), 9));
        return text.append(plain(seconds)).append('s').toString();
    }

    private static String belowOneSecond(long nanos) {
        if (nanos < 1_000) {
            return nanos + "ns";
        }
        return nanos < 1_000_000
                ? plain(BigDecimal.valueOf(nanos, 3)) + "µs"
                : plain(BigDecimal.valueOf(nanos, 6)) + "ms";
    }

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
}
