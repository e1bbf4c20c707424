package dev.onoma.server;

import dev.onoma.api.Log;
import dev.onoma.server.listen.FrontEnds;
import dev.onoma.server.listen.Listener;
import java.time.Duration;
import java.util.Collection;

/// Waits until a configuration that ends has answered what it was asked, and until clients of
/// listeners that end have taken their answers: a zone transfer takes its time.
///
/// @param log hears of what does not end in time
record LastAnswers(FrontEnds frontEnds, Log log) {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(5);

    void await(Instance last, Collection<Listener> closing) {
        frontEnds.quiesce();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while ((last.waiting() > 0 || frontEnds.isAnswering(closing))
                && System.nanoTime() - end < 0) {
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        if (last.waiting() > 0) {
            log.warning(last.waiting() + " queries of the old configuration did not end in time");
        }
        if (frontEnds.isAnswering(closing)) {
            log.warning("some clients have not taken their answers in time");
        }
    }
}
