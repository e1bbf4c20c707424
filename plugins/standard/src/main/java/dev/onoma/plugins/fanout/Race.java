package dev.onoma.plugins.fanout;

import dev.onoma.api.Durations;
import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.MetricLabels;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Time;
import dev.onoma.plugins.fanout.FanoutHandler.Upstream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;

/// One query on its way to several upstreams. Each is asked with a query object of its own, so that
/// who comes late has nobody's response to write to.
///
/// Outcomes come in on the event loop of the query, or now; the time-out goes there too. Guarded by
/// itself all the same, as a plugin may end a stage anywhere.
final class Race {
    private static final Next NOBODY = _ -> Outcome.failed(new Failure.NoNextPlugin("fanout"));

    private final Query query;
    private final List<Upstream> runners;
    private final boolean firstCounts;
    private final Time time;
    private final CompletableFuture<Outcome> promise = new CompletableFuture<>();
    private int started;
    private int running;
    private boolean over;
    private @Nullable Outcome second;
    private Time.@Nullable Task deadline;

    /// @param firstCounts whether the first reply wins, good or not
    Race(Query query, List<Upstream> runners, boolean firstCounts, Time time) {
        this.query = query;
        this.runners = runners;
        this.firstCounts = firstCounts;
        this.time = time;
    }

    /// Starts.
    ///
    /// @param workers how many at a time
    Outcome run(int workers, Duration timeout) {
        for (int i = 0; i < workers && !isOver(); i++) {
            start();
        }
        synchronized (this) {
            if (!over) {
                deadline =
                        time.after(timeout, () -> query.executor().execute(() -> timeUp(timeout)));
            }
        }
        return promise.isDone() ? promise.join() : new Outcome.Later(promise);
    }

    private synchronized boolean isOver() {
        return over;
    }

    private void start() {
        Upstream runner;
        synchronized (this) {
            if (over || started == runners.size()) {
                return;
            }
            runner = runners.get(started);
            started++;
            running++;
        }
        runner.requests().inc();
        long begin = time.nanos();
        var own = query.asking(query.name(), query.type(), query.dclass());
        runner.handler()
                .handle(own, NOBODY)
                .toStage()
                .whenComplete((settled, mistake) ->
                        ended(
                                runner,
                                mistake == null ? settled : Outcome.mistaken(mistake),
                                begin));
    }

    private void ended(Upstream runner, Outcome settled, long begin) {
        runner.seconds().observe((time.nanos() - begin) * 1e-9);
        boolean more;
        synchronized (this) {
            running--;
            int rcode = settled instanceof Outcome.Reply(var r) ? r.rcode() : -1;
            if (rcode >= 0) {
                var label = MetricLabels.rcode(rcode);
                runner.metrics().rcodes().with(runner.label(), label).inc();
            }
            if (over) {
                return;
            }
            if (rcode == Rcode.NOERROR || rcode >= 0 && firstCounts) {
                win(settled, runner);
                return;
            }
            var best = better(second, settled);
            second = best;
            more = started < runners.size();
            if (!more && running == 0) {
                win(best, runner);
            }
        }
        if (more) {
            start();
        }
    }

    // That a name does not exist is an answer; errors are less, failures nothing.
    private static Outcome better(@Nullable Outcome before, Outcome now) {
        return before == null || rank(now) > rank(before) ? now : before;
    }

    private static int rank(Outcome outcome) {
        return outcome instanceof Outcome.Reply(var r) ? r.rcode() == Rcode.NXDOMAIN ? 2 : 1 : 0;
    }

    private void win(Outcome outcome, Upstream runner) {
        over = true;
        var task = deadline;
        if (task != null) {
            task.cancel();
        }
        if (outcome instanceof Outcome.Reply(var response)) {
            query.note("the answer is that of " + runner.label());
            promise.complete(response.answering(query).build());
        } else {
            promise.complete(outcome);
        }
    }

    private synchronized void timeUp(Duration timeout) {
        if (over) {
            return;
        }
        over = true;
        var best = second;
        if (best instanceof Outcome.Reply(var response)) {
            promise.complete(response.answering(query).build());
            return;
        }
        promise.complete(
                Outcome.failed(
                        new Failure.Other(
                                Rcode.SERVFAIL,
                                Ede.NO_REACHABLE_AUTHORITY,
                                "no upstream answered in " + Durations.format(timeout))));
    }
}
