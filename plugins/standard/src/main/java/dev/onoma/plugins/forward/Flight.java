package dev.onoma.plugins.forward;

import dev.onoma.api.ChainWatcher;
import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Query;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;

/// One question on its way to the upstreams, and those who wait for its answer.
///
/// When nothing has come in the time that the upstream usually needs, the next upstream is asked
/// too, and the first valid reply counts, whoever sent it. An upstream that cannot be reached costs
/// no time at all. The whole takes a little longer than `read_timeout`, and at most
/// [#TOTAL_NANOS_MAX], so that clients, who mostly give up after five seconds, hear of a failure in
/// time to ask somebody else. Belongs to the event loop of its [Lane].
final class Flight extends Wheel.Timer implements Exchange.Asker {
    static final long TOTAL_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(4_500);

    /// The whole may take so much more than `read_timeout`.
    private static final double PATIENCE = 1.2;

    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(2_400);

    /// Tries for a question when the Corefile does not say: where a fifth of all packets is lost,
    /// nine of them get through but for once in ten thousand times.
    private static final int TRIES_MAX = 9;

    /// Tries when the upstream has said nothing to anybody for a while: they are more load for
    /// nothing.
    private static final int HOPELESS_TRIES_MAX = 3;

    // A connection may have to be opened first, and losses are repaired below us.
    private static final long TCP_RETRY_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long TCP_RETRY_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    /// How long something better than SERVFAIL or REFUSED is waited for.
    private static final long BETTER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Question question;
    private final Flights flights;
    private final Lane lane;
    private final boolean tcp;
    private final List<Waiter> waiters = new ArrayList<>(1);
    private final List<Upstream> order;
    private final BitSet asked = new BitSet();
    private final int failuresMax;
    private final long startNanos;
    private long endNanos;
    private int turn;
    private int tries;
    private int failures;
    private long retryAtNanos;
    private boolean lastResort;
    private boolean refreshed;
    private @Nullable Exchange latest;

    // What is answered if nothing better comes.
    private Result.@Nullable Answered fallback;
    private @Nullable Failure failure;
    private @Nullable Result result;

    /// How a flight ended.
    sealed interface Result {
        /// With a reply.
        record Answered(UpstreamReply reply, Upstream upstream) implements Result {}

        /// Without.
        record Failed(Failure failure, @Nullable Upstream upstream) implements Result {}
    }

    Flight(Question question, Flights flights, Lane lane, boolean tcp) {
        this.question = question;
        this.flights = flights;
        this.lane = lane;
        this.tcp = tcp;
        order = flights.order(lane);
        int set = flights.options().attemptsMax();
        failuresMax = set < 0 ? 2 * order.size() : set == 0 ? Integer.MAX_VALUE : set;
        startNanos = lane.nanos();
        long read = flights.options().connections().readTimeout().toNanos();
        endNanos = startNanos + totalNanos(Math.min(read, TOTAL_NANOS_MAX));
    }

    private long totalNanos(long read) {
        long tries = Math.max(2, Math.min(failuresMax, 100));
        long patience = Math.max((long) (read * PATIENCE), Math.min(read * tries, PATIENCE_NANOS));
        return Math.min(TOTAL_NANOS_MAX, patience);
    }

    /// Adds somebody who waits.
    void join(Waiter waiter) {
        var done = result;
        if (done == null) {
            waiters.add(waiter);
        } else {
            waiter.complete(done);
        }
    }

    /// Adds somebody who waits, from any thread.
    void joinFromAnywhere(Waiter waiter) {
        if (lane.loop().inEventLoop()) {
            join(waiter);
        } else {
            lane.loop().execute(() -> join(waiter));
        }
    }

    void start() {
        ask();
        schedule();
    }

    // Asks the next upstream that is not down.
    private void ask() {
        int failsMax = flights.options().checks().failsMax();
        for (int i = 0; i < order.size(); i++) {
            var upstream = order.get(turn++ % order.size());
            if (!upstream.isDown(failsMax)) {
                ask(upstream, tcp, true, true);
                return;
            }
        }
        if (lastResort) {
            return;
        }
        lastResort = true;
        flights.metrics().allDown.inc();
        if (flights.options().failfast()) {
            end(new Result.Failed(new Failure.NoHealthyUpstream(question.name().toString()), null));
        } else {
            ask(order.get(lane.ids().below(order.size())), tcp, true, true);
        }
    }

    private void ask(Upstream upstream, boolean wantsTcp, boolean counts, boolean edns) {
        long now = lane.nanos();
        boolean overTcp = wantsTcp || upstream.isEncrypted();
        if (counts) {
            tries++;
            asked.set(upstream.index());
        }
        boolean withOpt = edns && upstream.takesEdns(now);
        var exchange = new Exchange(question, upstream, this, overTcp, withOpt, now);
        exchange.previous = latest;
        latest = exchange;
        long usual = flights.retryNanos(upstream);
        long wait =
                overTcp ? Math.clamp(2 * usual, TCP_RETRY_NANOS_MIN, TCP_RETRY_NANOS_MAX) : usual;
        int round = Math.min(3, Math.max(0, tries - 1) / order.size());
        retryAtNanos = now + (wait << round);
        lane.send(exchange);
        var tap = flights.tap();
        if (tap != null) {
            tap.sent(exchange.transport(), upstream.address(), exchange.message());
        }
    }

    private boolean mayRetry() {
        int set = flights.options().attemptsMax();
        var last = latest;
        boolean hopeless = last != null && last.upstream.isHopeless(lane.nanos());
        int most = hopeless ? Math.max(HOPELESS_TRIES_MAX, order.size() + 1) : TRIES_MAX;
        return !lastResort && tries < (set > 0 ? set : most);
    }

    private void schedule() {
        if (result != null) {
            return;
        }
        long next = mayRetry() ? Math.min(endNanos, retryAtNanos) : endNanos;
        long read = flights.options().connections().readTimeout().toNanos();
        for (var e = latest; e != null; e = e.previous) {
            if (e.carrier != null && !e.overdue) {
                next = Math.min(next, e.sentNanos + read);
            }
        }
        lane.wheel().set(this, next);
    }

    @Override
    void expired() {
        long now = lane.nanos();
        markOverdue(now);
        if (now >= endNanos || lastResort && !isWaiting(false)) {
            end(silence(now));
            return;
        }
        if (mayRetry() && now >= retryAtNanos) {
            var silent = latest;
            if (silent != null && silent.carrier != null) {
                silent.upstream.wasSilent(now);
                if (silent.upstream.isSuspect(now)) {
                    flights.check(silent.upstream, lane);
                }
            }
            ask();
        }
        schedule();
    }

    private void markOverdue(long now) {
        long read = flights.options().connections().readTimeout().toNanos();
        for (var e = latest; e != null; e = e.previous) {
            if (e.carrier != null && !e.overdue && now - e.sentNanos >= read) {
                e.overdue = true;
                flights.check(e.upstream, lane);
            }
        }
    }

    private Result silence(long now) {
        var best = fallback;
        if (best != null) {
            return best;
        }
        var last = latest;
        var upstream = last == null ? order.getFirst() : last.upstream;
        var known = failure;
        return known != null && !isWaiting(true)
                ? new Result.Failed(known, upstream)
                : new Result.Failed(
                        new Failure.Silent(upstream.address(), Duration.ofNanos(now - startNanos)),
                        upstream);
    }

    @Override
    public void replied(Exchange exchange, byte[] message) {
        if (result != null) {
            return;
        }
        long now = lane.nanos();
        var upstream = exchange.upstream;
        var tap = flights.tap();
        if (tap != null) {
            tap.received(
                    exchange.transport(), upstream.address(), now - exchange.sentNanos, message);
        }
        upstream.replied(now - exchange.sentNanos);
        upstream.healthy();
        var reply = UpstreamReply.read(question, message);
        exchange.ended(
                now, reply == null ? -1 : reply.rcode(), reply == null ? "malformed reply" : null);
        if (!exchange.tcp && UpstreamReply.isTruncated(message)) {
            exchange.trouble = "truncated reply, so it is asked over TCP,";
            fallback = reply == null ? fallback : answered(reply, upstream);
            ask(upstream, true, false, exchange.edns);
        } else if (reply == null) {
            malformed(exchange);
        } else if (exchange.edns && isWithoutEdns(reply)) {
            ask(upstream, exchange.tcp, false, false);
        } else {
            upstream.metrics().replied(reply.rcode(), now - exchange.sentNanos);
            if (!exchange.edns && !isWithoutEdns(reply)) {
                upstream.plain(now);
            }
            decide(reply, upstream);
        }
        schedule();
    }

    // RFC 6891, section 7.
    private static boolean isWithoutEdns(UpstreamReply reply) {
        boolean refuses =
                reply.rcode() == Rcode.FORMERR
                        || reply.rcode() == Rcode.NOTIMP
                        || reply.rcode() == Rcode.BADVERS;
        return refuses && !reply.hasOpt();
    }

    private void malformed(Exchange exchange) {
        exchange.upstream.metrics().malformed.inc();
        if (!exchange.tcp) {
            ask(exchange.upstream, true, false, exchange.edns);
            return;
        }
        failed(
                new Failure.Other(
                        Rcode.SERVFAIL,
                        Ede.INVALID_DATA,
                        exchange.upstream + " sent a malformed reply to " + question),
                exchange.upstream);
    }

    private void decide(UpstreamReply reply, Upstream upstream) {
        boolean chosen = flights.options().failoverRcodes().contains(reply.rcode());
        boolean unhelpful = reply.isUnhelpful() && !chosen && flights.areEquals();
        var first = fallback;
        if (chosen && askAnother()) {
            fallback = answered(reply, upstream);
        } else if (unhelpful && asked.cardinality() < 2 && askAnother()) {
            fallback = answered(reply, upstream);
            endNanos = Math.min(endNanos, lane.nanos() + BETTER_NANOS);
        } else {
            end(unhelpful && first != null ? first : answered(reply, upstream));
        }
    }

    private Result.Answered answered(UpstreamReply reply, Upstream upstream) {
        var related = Relevance.filter(question, reply.sections());
        int dropped = reply.sections().count() - related.count();
        if (dropped > 0) {
            upstream.metrics().unrelatedRecords.add(dropped);
        }
        return new Result.Answered(reply.with(related), upstream);
    }

    // Each upstream has its say once.
    private boolean askAnother() {
        int failsMax = flights.options().checks().failsMax();
        for (var upstream : order) {
            if (!asked.get(upstream.index()) && !upstream.isDown(failsMax)) {
                ask(upstream, tcp, true, true);
                return true;
            }
        }
        return false;
    }

    @Override
    public void failed(Exchange exchange, String cause, boolean stale) {
        if (result != null) {
            return;
        }
        exchange.ended(lane.nanos(), -1, cause);
        // A connection that was used before may have been closed for its idleness.
        if (stale && !refreshed) {
            refreshed = true;
            ask(exchange.upstream, exchange.tcp, false, exchange.edns);
            schedule();
            return;
        }
        flights.check(exchange.upstream, lane);
        failed(new Failure.Unreachable(exchange.upstream.address(), cause), exchange.upstream);
    }

    private void failed(Failure cause, Upstream upstream) {
        failure = cause;
        failures++;
        if (failures < failuresMax && !lastResort) {
            if (failures > 2 * order.size()) {
                // No limit is set, so time is the limit: do not turn in a tight circle.
                retryAtNanos = lane.nanos() + PAUSE_NANOS;
                tries = Math.min(tries, 1);
            } else {
                ask();
            }
        } else if (!isWaiting(true)) {
            var best = fallback;
            end(best != null ? best : new Result.Failed(cause, upstream));
        }
        schedule();
    }

    // Whether a reply may still come.
    private boolean isWaiting(boolean overdueToo) {
        for (var e = latest; e != null; e = e.previous) {
            if (e.carrier != null && (overdueToo || !e.overdue)) {
                return true;
            }
        }
        return false;
    }

    private void end(Result ended) {
        if (result != null) {
            return;
        }
        result = ended;
        lane.wheel().cancel(this);
        flights.landed(question, this);
        for (var e = latest; e != null; e = e.previous) {
            e.forget();
        }
        for (var waiter : waiters) {
            if (waiter.query().isExplained()) {
                explain(waiter.query());
            }
            var watcher = waiter.query().watcher();
            if (watcher != null) {
                tell(watcher);
            }
            waiter.complete(ended);
        }
    }

    private void tell(ChainWatcher watcher) {
        long now = lane.nanos();
        for (var e = latest; e != null; e = e.previous) {
            watcher.asked(
                    e.upstream.address(), e.sentNanos, e.endedNanos == 0 ? now : e.endedNanos);
        }
    }

    private void explain(Query query) {
        int failsMax = flights.options().checks().failsMax();
        for (var upstream : order) {
            if (upstream.isDown(failsMax)) {
                query.note(
                        "%s is down: %d health checks in a row have failed"
                                .formatted(upstream, upstream.fails()));
            }
        }
        var stories = new ArrayDeque<String>();
        long now = lane.nanos();
        for (var e = latest; e != null; e = e.previous) {
            stories.addFirst(e.story(now));
        }
        stories.forEach(query::note);
    }
}
