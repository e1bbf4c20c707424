package dev.onoma.plugins.forward;

import dev.onoma.api.Log;
import dev.onoma.api.Time;
import dev.onoma.api.UpstreamTap;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// All questions of one stanza that are on their way, by question, so that nobody asks what is
/// asked already (RFC 5452, section 5: identical questions in flight help those who guess).
///
/// A flight stays on the event loop that began it; queries of other loops join it there, and get
/// its result on their own. At most [#WAITING_MAX] queries wait, for all flights together.
final class Flights {
    /// How many queries may wait for upstreams; at about 3 KB each.
    static final int WAITING_MAX = 10_000;

    private static final long LOG_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ForwardOptions options;
    private final ForwardMetrics metrics;
    private final Log log;
    private final Time time;
    private final RandomGenerator random;
    private final @Nullable UpstreamTap tap;
    private final ConcurrentHashMap<Question, Flight> inFlight = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<EventLoop, Lane> lanes = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicLong loggedNanos;
    private volatile List<Upstream> upstreams = List.of();
    private volatile boolean closed;
    private @Nullable MultiThreadIoEventLoopGroup ownLoops;

    /// @param tap who hears of every message, or null
    Flights(
            ForwardOptions options,
            ForwardMetrics metrics,
            Log log,
            Time time,
            RandomGenerator random,
            @Nullable UpstreamTap tap) {
        this.options = options;
        this.metrics = metrics;
        this.log = log;
        this.time = time;
        this.random = random;
        this.tap = tap;
        loggedNanos = new AtomicLong(time.nanos() - LOG_PAUSE_NANOS);
    }

    /// Takes the upstreams; before the first query.
    void open(List<Upstreams.Target> targets) {
        var all = new ArrayList<Upstream>();
        for (var target : targets) {
            all.add(new Upstream(all.size(), target, options, metrics));
        }
        upstreams = List.copyOf(all);
    }

    /// Closes all sockets, when no query can come any more.
    synchronized void close() {
        closed = true;
        lanes.values().forEach(Lane::close);
        upstreams.forEach(Upstream::close);
        if (ownLoops != null) {
            var _ = ownLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    long nanos() {
        return time.nanos();
    }

    boolean isClosed() {
        return closed;
    }

    /// Who hears of every message, or null.
    @Nullable UpstreamTap tap() {
        return tap;
    }

    ForwardOptions options() {
        return options;
    }

    ForwardMetrics metrics() {
        return metrics;
    }

    List<Upstream> order(Lane lane) {
        return options.policy().order(upstreams, turn, lane.ids(), lane.nanos());
    }

    /// Whether upstreams are alike, so that any of them may be asked for another's reply. In a
    /// sequence they are not: the first may know names that the second must not even hear of.
    boolean areEquals() {
        return options.policy() != Policy.SEQUENTIAL;
    }

    /// After how long without reply another try is made.
    long retryNanos(Upstream upstream) {
        return areEquals() ? upstream.retryNanos() : Upstream.RETRY_NANOS_MAX;
    }

    /// Makes room for one more query.
    ///
    /// @return 0, or the limit that is reached
    int enter() {
        int count = waiting.incrementAndGet();
        int max = options.maxConcurrent();
        if (max > 0 && count > max) {
            waiting.decrementAndGet();
            metrics.maxConcurrentRejects.inc();
            return max;
        }
        if (count > WAITING_MAX) {
            waiting.decrementAndGet();
            metrics.inFlightRejects.inc();
            complain();
            return WAITING_MAX;
        }
        return 0;
    }

    private void complain() {
        long now = time.nanos();
        long last = loggedNanos.get();
        if (now - last >= LOG_PAUSE_NANOS && loggedNanos.compareAndSet(last, now)) {
            log.warning(
                    "%d queries wait for upstreams of %s, further ones are refused; look at the"
                                    .formatted(WAITING_MAX, options.from())
                            + " upstreams, or set max_concurrent");
        }
    }

    /// Gives the room of one query back.
    void leave() {
        waiting.decrementAndGet();
    }

    /// Begins a flight for a query, or joins the one that asks the same.
    void board(Question question, Waiter waiter, boolean tcp) {
        var loop = waiter.loop();
        if (!loop.inEventLoop()) {
            loop.execute(() -> board(question, waiter, tcp));
            return;
        }
        var known = inFlight.get(question);
        if (known == null) {
            var lane = lane(loop);
            var flight = new Flight(question, this, lane, tcp);
            flight.join(waiter);
            known = inFlight.putIfAbsent(question, flight);
            if (known == null) {
                flight.start();
                return;
            }
        }
        metrics.merged.inc();
        waiter.query().note("somebody asks the same already: waits for that answer");
        known.joinFromAnywhere(waiter);
    }

    void landed(Question question, Flight flight) {
        inFlight.remove(question, flight);
    }

    private Lane lane(EventLoop loop) {
        var known = lanes.get(loop);
        return known != null
                ? known
                : lanes.computeIfAbsent(
                        loop, l -> new Lane(l, time, random, upstreams, options.connections()));
    }

    /// A loop for queries that have none.
    synchronized EventLoop ownLoop() {
        var loops = ownLoops;
        if (loops == null) {
            loops = Channels.group();
            ownLoops = loops;
        }
        return loops.next();
    }

    /// Begins to check an upstream, unless that is going on, or is not wanted.
    void check(Upstream upstream, Lane lane) {
        if (options.checks().failsMax() > 0 && !closed && upstream.beginChecks()) {
            new HealthCheck(upstream, this, lane).begin();
        }
    }
}
