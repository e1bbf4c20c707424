package dev.onoma.plugins.fanout;

import dev.onoma.api.Handler;
import dev.onoma.api.Metrics;
import dev.onoma.api.NameKey;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Time;
import dev.onoma.api.ZoneSet;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Chooses the upstreams of a query and lets them race.
final class FanoutHandler implements Handler {
    private final FanoutOptions options;
    private final NameKey from;
    private final ZoneSet except;
    private final List<Upstream> upstreams;
    private final Time time;
    private final RandomGenerator random;

    /// One upstream: a `forward` of its own, and what is counted of it.
    ///
    /// @param label of metrics and notes
    record Upstream(
            String label,
            Handler handler,
            FanoutMetrics metrics,
            Metrics.Histogram seconds,
            Metrics.Counter requests) {
        Upstream(String label, Handler handler, FanoutMetrics metrics) {
            this(
                    label,
                    handler,
                    metrics,
                    metrics.seconds().with(label),
                    metrics.requests().with(label));
        }
    }

    FanoutHandler(
            FanoutOptions options, List<Upstream> upstreams, Time time, RandomGenerator random) {
        this.options = options;
        from = NameKey.of(options.from());
        except = new ZoneSet(options.except());
        this.upstreams = List.copyOf(upstreams);
        this.time = time;
        this.random = random;
    }

    @Override
    public Outcome handle(Query query, Next next) {
        if (!query.key().isUnder(from) || except.contains(query.key())) {
            return next.handle(query);
        }
        var race = new Race(query, runners(), options.race(), time);
        return race.run(options.workers(), options.timeout());
    }

    private List<Upstream> runners() {
        if (options.draws() == 0) {
            return upstreams;
        }
        var left = new ArrayList<>(upstreams);
        var weights = new ArrayList<>(options.weights());
        var drawn = new ArrayList<Upstream>(options.draws());
        while (drawn.size() < options.draws()) {
            int at = random.nextInt(weights.stream().mapToInt(Integer::intValue).sum());
            int i = 0;
            while (at >= weights.get(i)) {
                at -= weights.get(i);
                i++;
            }
            drawn.add(left.remove(i));
            weights.remove(/* index */ i);
        }
        return drawn;
    }
}
