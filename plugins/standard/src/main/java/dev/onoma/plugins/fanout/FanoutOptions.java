package dev.onoma.plugins.fanout;

import dev.onoma.api.Arguments;
import dev.onoma.api.Directive;
import dev.onoma.api.FileErrors;
import dev.onoma.api.Line;
import dev.onoma.api.Plugins;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ZoneNames;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.xbill.DNS.Name;

/// What the Corefile says about upstreams that are asked at once.
///
/// @param from names outside are for the next plugin
/// @param except names inside are, too
/// @param to upstreams as `forward` reads them
/// @param workers how many are asked at a time
/// @param draws how many are drawn for a query; 0 for all in their order
/// @param weights of the draw, one for each upstream
/// @param race whether the first answer counts, good or not
/// @param lines of options for `forward`
record FanoutOptions(
        Name from,
        List<Name> except,
        List<String> to,
        int workers,
        int draws,
        List<Integer> weights,
        Duration timeout,
        boolean race,
        List<Line> lines) {
    private static final int UPSTREAMS_MAX = 100;
    private static final int WEIGHT_MAX = 100;
    private static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(30);
    private static final Duration TIMEOUT_MIN = Duration.ofMillis(1);

    /// Reads `fanout FROM TO... { ... }`.
    ///
    /// @throws dev.onoma.api.CorefileException that points at the wrong word
    static FanoutOptions parse(Directive fanout, ServerBlock block) {
        var arguments = fanout.arguments("FROM TO... {");
        var from = arguments.name("FROM");
        var endpoints = new ArrayList<>(arguments.addressOrFile("TO"));
        while (arguments.hasNext()) {
            endpoints.addAll(arguments.addressOrFile("TO"));
        }
        if (endpoints.size() > UPSTREAMS_MAX) {
            throw arguments.wrong("more than %d upstreams".formatted(UPSTREAMS_MAX));
        }
        var reader = new Reader(fanout, block);
        fanout.properties().forEach(reader::read);
        var scheme = reader.tls ? "tls://" : "";
        var to =
                endpoints.stream()
                        .map(Object::toString)
                        .map(t -> t.contains("://") ? t : scheme + t)
                        .toList();
        return reader.options(from, to, fanout);
    }

    /// Takes one property after the other.
    private static final class Reader {
        private final Directive fanout;
        private final ServerBlock block;
        private final List<Name> except = new ArrayList<>();
        private final List<Line> lines = new ArrayList<>();
        private final List<Integer> weights = new ArrayList<>();
        private int workers;
        private int draws;
        private boolean weighted;
        private boolean race;
        private boolean tls;
        private Duration timeout = TIMEOUT_DEFAULT;

        Reader(Directive fanout, ServerBlock block) {
            this.fanout = fanout;
            this.block = block;
            // Whether an upstream lives is seen by asking it; there is nothing to probe.
            option("max_fails", "0");
        }

        private void option(String... words) {
            lines.add(Plugins.line(fanout.location(), List.of(words), null));
        }

        void read(Directive property) {
            switch (property.name()) {
                case "tls" -> lines.add(property.as("tls", 1));
                case "tls_servername", "tls-server" -> lines.add(property.as("tls_servername", 1));
                case "worker-count" -> workers = number(property, 1, UPSTREAMS_MAX);
                case "policy" -> policy(property);
                case "weighted-random-server-count" -> draws = number(property, 1, UPSTREAMS_MAX);
                case "weighted-random-load-factor" -> weights(property);
                case "network" -> network(property);
                case "except" -> except.addAll(property.arguments("DOMAINS...").zonesOr(List.of()));
                case "except-file" -> exceptFile(property.arguments("FILE"));
                case "attempt-count" -> {
                    int count = number(property, 0, Integer.MAX_VALUE);
                    option("max_connect_attempts", Integer.toString(count));
                }
                case "timeout" -> {
                    var arguments = property.arguments("DURATION");
                    timeout = arguments.duration("DURATION", TIMEOUT_MIN);
                    arguments.expectEnd();
                }
                case "race" -> {
                    property.expectNothingElse();
                    race = true;
                }
                default ->
                        throw property.unknown(
                                "tls",
                                "tls_servername",
                                "worker-count",
                                "policy",
                                "weighted-random-server-count",
                                "weighted-random-load-factor",
                                "network",
                                "except",
                                "except-file",
                                "attempt-count",
                                "timeout",
                                "race");
            }
        }

        private static int number(Directive property, int min, int max) {
            var arguments = property.arguments("NUMBER");
            int number = arguments.number("NUMBER", min, max);
            arguments.expectEnd();
            return number;
        }

        private void policy(Directive property) {
            var arguments = property.arguments("sequential|weighted-random");
            weighted =
                    arguments
                            .oneOf("the policy", "sequential", "weighted-random")
                            .equals("weighted-random");
            arguments.expectEnd();
        }

        private void weights(Directive property) {
            var arguments = property.arguments("FACTOR...");
            weights.add(arguments.number("FACTOR", 1, WEIGHT_MAX));
            while (arguments.hasNext()) {
                weights.add(arguments.number("FACTOR", 1, WEIGHT_MAX));
            }
        }

        private void network(Directive property) {
            var arguments = property.arguments("tcp|udp|tcp-tls");
            switch (arguments.text("NETWORK").toLowerCase(Locale.ROOT)) {
                case "tcp" -> option("force_tcp");
                case "udp" -> option("prefer_udp");
                case "tcp-tls" -> tls = true;
                default -> throw arguments.wrong("NETWORK is one of tcp, udp, tcp-tls");
            }
            arguments.expectEnd();
        }

        private void exceptFile(Arguments arguments) {
            var file = block.file(arguments.text("FILE"));
            arguments.expectEnd();
            try {
                for (var line : Files.readAllLines(file)) {
                    if (!line.isBlank()) {
                        except.add(ZoneNames.parse(line.strip()));
                    }
                }
            } catch (IOException | IllegalArgumentException e) {
                throw arguments.wrong(file + " is not read: " + FileErrors.reason(e));
            }
        }

        FanoutOptions options(Name from, List<String> to, Directive fanout) {
            if (!weights.isEmpty() && weights.size() != to.size()) {
                throw fanout.wrong(
                        "there are %d load factors for %d upstreams"
                                .formatted(weights.size(), to.size()));
            }
            var all = weights.isEmpty() ? to.stream().map(_ -> WEIGHT_MAX).toList() : weights;
            int drawn = weighted ? draws == 0 ? to.size() : Math.min(draws, to.size()) : 0;
            int most = weighted ? drawn : to.size();
            return new FanoutOptions(
                    from,
                    List.copyOf(except),
                    to,
                    workers == 0 ? most : Math.min(workers, most),
                    drawn,
                    List.copyOf(all),
                    timeout,
                    race,
                    List.copyOf(lines));
        }
    }
}
