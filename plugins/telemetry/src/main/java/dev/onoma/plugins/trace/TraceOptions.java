package dev.onoma.plugins.trace;

import dev.onoma.api.Arguments;
import dev.onoma.api.Directive;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What stands in the directive.
///
/// @param endpoint where spans are sent
/// @param every one in so many queries is traced; 0 for none
/// @param clientServer whether a span of a client goes on, instead of getting a child
/// @param analyticsRate of Datadog, 0 to 1
/// @param backlog spans that may wait
/// @param batch spans that are sent together
/// @param spansMax of one query
record TraceOptions(
        Kind kind,
        URI endpoint,
        long every,
        String service,
        boolean clientServer,
        double analyticsRate,
        int backlog,
        int batch,
        Duration interval,
        int spansMax) {
    private static final String SERVICE = "coredns";
    private static final int BACKLOG = 1000;
    private static final int BACKLOG_MAX = 1_000_000;
    private static final int BATCH = 100;
    private static final int SPANS_MAX = 500;
    private static final int SPANS_LIMIT_MAX = 100_000;
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration INTERVAL_MIN = Duration.ofMillis(10);

    /// Who takes spans.
    enum Kind {
        ZIPKIN("localhost:9411", "/api/v2/spans", false),
        DATADOG("localhost:8126", "/v0.4/traces", false),
        OTLP("localhost:4318", "/v1/traces", true);

        private final String address;
        private final String path;
        private final boolean longIds;

        Kind(String address, String path, boolean longIds) {
            this.address = address;
            this.path = path;
            this.longIds = longIds;
        }

        /// Whether identifiers of traces have 128 bits.
        boolean hasLongIds() {
            return longIds;
        }

        static List<String> words() {
            return Arrays.stream(values()).map(k -> k.name().toLowerCase(Locale.ROOT)).toList();
        }
    }

    /// Reads `trace [ENDPOINT-TYPE] [ENDPOINT] { ... }`.
    ///
    /// @throws dev.onoma.api.CorefileException that points at the wrong word and offers a right one
    static TraceOptions parse(List<Directive> occurrences) {
        var read = new Reader();
        occurrences.forEach(read::directive);
        return read.options();
    }

    private static final class Reader {
        private Kind kind = Kind.ZIPKIN;
        private @Nullable URI endpoint;
        private long every = 1;
        private String service = SERVICE;
        private boolean clientServer;
        private double analyticsRate;
        private int backlog;
        private int batch;
        private Duration interval = Duration.ZERO;
        private int spansMax = SPANS_MAX;

        void directive(Directive trace) {
            var arguments = trace.arguments("[ENDPOINT-TYPE] [ENDPOINT]");
            kind = arguments.size() > 1 ? kind(arguments) : Kind.ZIPKIN;
            endpoint = endpoint(arguments);
            arguments.expectEnd();
            trace.properties().forEach(this::property);
        }

        private static Kind kind(Arguments arguments) {
            var word = arguments.text("ENDPOINT-TYPE");
            return Arrays.stream(Kind.values())
                    .filter(known -> known.name().equalsIgnoreCase(word))
                    .findFirst()
                    .orElseThrow(() ->
                            arguments.wrong(
                                    "tracing endpoint type '%s' is not supported: it is one of %s"
                                            .formatted(word, String.join(", ", Kind.words()))));
        }

        private URI endpoint(Arguments arguments) {
            boolean alone = arguments.size() == 1;
            var word = arguments.textOr("ENDPOINT", kind.address);
            if (alone && Kind.words().contains(word.toLowerCase(Locale.ROOT))) {
                arguments.warn("\"%s\" alone is the host of a Zipkin".formatted(word));
            }
            boolean isUrl = word.startsWith("http://") || word.startsWith("https://");
            try {
                var url = new URI(isUrl ? word : "http://" + word + kind.path);
                if (url.getHost() != null) {
                    return isUrl && kind != Kind.ZIPKIN ? withPath(url) : url;
                }
            } catch (URISyntaxException _) {
                // said below
            }
            throw arguments.wrong("ENDPOINT is HOST:PORT or a URL, not \"" + word + "\"");
        }

        private URI withPath(URI url) {
            var path = url.getPath();
            return path == null || path.isEmpty() || path.equals("/")
                    ? url.resolve(kind.path)
                    : url;
        }

        private void property(Directive property) {
            switch (property.name()) {
                case "every" -> every = number(property, "AMOUNT", Long.MAX_VALUE);
                case "service" -> service = text(property);
                case "client_server" -> clientServer = bool(property);
                case "datadog_analytics_rate" -> analyticsRate = rate(property);
                case "zipkin_max_backlog_size" ->
                        backlog = (int) number(property, "SIZE", BACKLOG_MAX);
                case "zipkin_max_batch_size" -> batch = (int) number(property, "SIZE", BACKLOG_MAX);
                case "zipkin_max_batch_interval" -> interval = duration(property);
                case "max_spans" -> spansMax = property.number(1, SPANS_LIMIT_MAX);
                default ->
                        throw property.unknown(
                                "every",
                                "service",
                                "client_server",
                                "datadog_analytics_rate",
                                "zipkin_max_backlog_size",
                                "zipkin_max_batch_size",
                                "zipkin_max_batch_interval",
                                "max_spans");
            }
        }

        private static long number(Directive property, String what, long max) {
            var arguments = property.arguments(what);
            long number = arguments.longNumber(what, 0, max);
            arguments.expectEnd();
            return number;
        }

        private static String text(Directive property) {
            var arguments = property.arguments("NAME");
            var text = arguments.text("NAME");
            arguments.expectEnd();
            return text;
        }

        private static boolean bool(Directive property) {
            var arguments = property.arguments("[BOOL]");
            boolean set = arguments.boolOr("BOOL", true);
            arguments.expectEnd();
            return set;
        }

        private static double rate(Directive property) {
            var arguments = property.arguments("[RATE]");
            double rate = arguments.hasNext() ? arguments.decimal("RATE", 0, 1) : 0;
            arguments.expectEnd();
            return rate;
        }

        private static Duration duration(Directive property) {
            var arguments = property.arguments("DURATION");
            var duration = arguments.duration("DURATION", Duration.ZERO);
            arguments.expectEnd();
            return duration;
        }

        TraceOptions options() {
            int waiting = backlog == 0 ? BACKLOG : backlog;
            var period = interval.isZero() ? INTERVAL : interval;
            return new TraceOptions(
                    kind,
                    Objects.requireNonNull(endpoint),
                    every,
                    service,
                    clientServer,
                    analyticsRate,
                    waiting,
                    Math.min(waiting, batch == 0 ? BATCH : batch),
                    period.compareTo(INTERVAL_MIN) < 0 ? INTERVAL_MIN : period,
                    spansMax);
        }
    }
}
