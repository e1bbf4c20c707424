package dev.onoma.plugins.cancel;

import dev.onoma.api.Durations;
import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Time;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;

/// Answers SERVFAIL for a query whose answer is not here in time.
///
/// What waits is an [Outcome.Later], so this is a race between its stage and the clock, decided on
/// the query's own thread. The loser's work goes on and ends unseen; its query is given up, never
/// reused. Outcomes that are here already cost one comparison.
final class CancelHandler implements Handler {
    private final Duration timeout;
    private final Time time;
    private final Outcome late;

    CancelHandler(Duration timeout, Time time) {
        this.timeout = timeout;
        this.time = time;
        late =
                Outcome.failed(
                        new Failure.Other(
                                Rcode.SERVFAIL,
                                Ede.OTHER,
                                "no answer within " + Durations.format(timeout)));
    }

    @Override
    public Outcome handle(Query query, Next next) {
        var outcome = next.handle(query);
        return outcome instanceof Outcome.Later later ? race(query, later) : outcome;
    }

    private Outcome race(Query query, Outcome.Later later) {
        var first = new CompletableFuture<Outcome>();
        var spent = Duration.ofNanos(time.nanos() - query.receivedNanos());
        var task = time.after(timeout.minus(spent), () -> on(query, () -> giveUp(query, first)));
        later.stage()
                .whenComplete((settled, mistake) -> {
                    task.cancel();
                    on(query, () -> finish(first, settled, mistake));
                });
        return new Outcome.Later(first);
    }

    private static void finish(
            CompletableFuture<Outcome> first, Outcome settled, @Nullable Throwable mistake) {
        if (mistake == null) {
            first.complete(settled);
        } else {
            first.completeExceptionally(mistake);
        }
    }

    private static void on(Query query, Runnable step) {
        if (query.executor() instanceof EventExecutor loop && loop.inEventLoop()) {
            step.run();
        } else {
            query.executor().execute(step);
        }
    }

    private void giveUp(Query query, CompletableFuture<Outcome> first) {
        if (!first.isDone()) {
            query.abandon();
            first.complete(late);
        }
    }
}
