package dev.onoma.plugins.rrl;

import dev.onoma.api.Arguments;
import dev.onoma.api.Directive;
import dev.onoma.api.ServerBlock;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.xbill.DNS.Name;

/// What the Corefile says about limits.
///
/// @param zones names outside are not limited
/// @param window an account is never deeper in debt than that
/// @param intervals nanoseconds between two answers, 0 for no limit
/// @param requestInterval the same for queries of one network; 0 for no limit
/// @param slip each such surplus answer is sent, empty and truncated; 0 for none
/// @param reportOnly whether surplus is only counted
record RrlOptions(
        List<Name> zones,
        Duration window,
        int prefixV4,
        int prefixV6,
        Map<Category, Long> intervals,
        long requestInterval,
        int tableSize,
        int slip,
        boolean reportOnly) {
    static final int TABLE_SIZE_DEFAULT = 100_000;
    static final int TABLE_SIZE_MAX = 10_000_000;

    private static final Duration WINDOW_DEFAULT = Duration.ofSeconds(15);
    private static final double ALLOWANCE_MAX = 1_000_000;
    private static final double WINDOW_MAX = 3600;
    private static final int SLIP_DEFAULT = 2;
    private static final int SLIP_MAX = 10;
    private static final String[] PROPERTIES = {
        "window",
        "ipv4-prefix-length",
        "ipv6-prefix-length",
        "responses-per-second",
        "nodata-per-second",
        "nxdomains-per-second",
        "referrals-per-second",
        "errors-per-second",
        "requests-per-second",
        "max-table-size",
        "slip-ratio",
        "report-only"
    };

    /// Reads `rrl [ZONES...] { ... }`.
    ///
    /// @throws dev.onoma.api.CorefileException that points at the wrong word
    static RrlOptions parse(Directive rrl, ServerBlock block) {
        var zones = rrl.arguments("[ZONES...]").zonesOr(block.zones());
        var reader = new Reader();
        rrl.properties().forEach(reader::read);
        return reader.options(zones);
    }

    /// Takes one property after the other.
    private static final class Reader {
        private final Map<Category, Long> intervals = new EnumMap<>(Category.class);
        private Duration window = WINDOW_DEFAULT;
        private int prefixV4 = 24;
        private int prefixV6 = 56;
        private long requestInterval;
        private int tableSize = TABLE_SIZE_DEFAULT;
        private int slip = SLIP_DEFAULT;
        private boolean reportOnly;

        void read(Directive property) {
            switch (property.name()) {
                case "report-only" -> {
                    property.expectNothingElse();
                    reportOnly = true;
                }
                case "window" -> {
                    var arguments = property.arguments("SECONDS");
                    window = seconds(arguments.decimal("SECONDS", 0.001, WINDOW_MAX));
                    arguments.expectEnd();
                }
                case "ipv4-prefix-length" -> prefixV4 = number(property, "LENGTH", 1, 32);
                case "ipv6-prefix-length" -> prefixV6 = number(property, "LENGTH", 1, 128);
                case "max-table-size" -> tableSize = number(property, "SIZE", 1, TABLE_SIZE_MAX);
                case "slip-ratio" -> slip = number(property, "RATIO", 0, SLIP_MAX);
                case "requests-per-second" -> requestInterval = interval(property);
                default -> intervals.put(category(property), interval(property));
            }
        }

        private static Category category(Directive property) {
            for (var category : Category.values()) {
                if (category.property().equals(property.name())) {
                    return category;
                }
            }
            throw property.unknown(PROPERTIES);
        }

        private static int number(Directive property, String what, int min, int max) {
            var arguments = property.arguments(what);
            int number = arguments.number(what, min, max);
            arguments.expectEnd();
            return number;
        }

        private static long interval(Directive property) {
            Arguments arguments = property.arguments("ALLOWANCE");
            double allowance = arguments.decimal("ALLOWANCE", 0, ALLOWANCE_MAX);
            arguments.expectEnd();
            return allowance == 0 ? 0 : (long) (1e9 / allowance);
        }

        private static Duration seconds(double seconds) {
            return Duration.ofNanos((long) (seconds * 1e9));
        }

        RrlOptions options(List<Name> zones) {
            long responses = intervals.getOrDefault(Category.RESPONSE, 0L);
            for (var category : Category.values()) {
                intervals.putIfAbsent(category, responses);
            }
            return new RrlOptions(
                    zones,
                    window,
                    prefixV4,
                    prefixV6,
                    Collections.unmodifiableMap(intervals),
                    requestInterval,
                    tableSize,
                    slip,
                    reportOnly);
        }
    }
}
