package dev.onoma.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class OutcomeTest {
    private static final Outcome DROPPED = Outcome.dropped("for a test");

    @Test
    void whatIsKnownContinuesAtOnce() {
        assertThat(DROPPED.then(settled -> settled)).isSameAs(DROPPED);
        assertThat(DROPPED.map(response -> response.rcode(3))).isSameAs(DROPPED);
    }

    @Test
    void whatIsNotKnownYetContinuesLater() {
        var stage = new CompletableFuture<Outcome>();
        var failed = Outcome.failed(new Failure.NotSynced("kubernetes"));
        var outcome = new Outcome.Later(stage).then(_ -> failed);
        var settled = outcome.toStage().toCompletableFuture();
        assertThat(settled).isNotDone();
        stage.complete(DROPPED);
        assertThat(settled).isCompletedWithValue(failed);
    }

    @Test
    void laterInLaterIsFlat() {
        var first = new CompletableFuture<Outcome>();
        var second = new CompletableFuture<Outcome>();
        var outcome = new Outcome.Later(first).then(_ -> new Outcome.Later(second));
        first.complete(DROPPED);
        second.complete(DROPPED);
        assertThat(outcome.toStage().toCompletableFuture()).isCompletedWithValue(DROPPED);
    }

    @Test
    void anExceptionOnAVirtualThreadIsAMistake() throws Exception {
        var mistake = new IllegalStateException("for a test");
        var outcome =
                Outcome.onVirtualThread(() -> {
                    throw mistake;
                });
        assertThat(outcome.toStage().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .isEqualTo(Outcome.failed(new Failure.Mistake(mistake)));
    }

    @Test
    void everyFailureSaysWhatHappenedAndWhatTheClientIsTold() {
        var overloaded = new Failure.Overloaded("max_concurrent", 10);
        assertThat(overloaded.rcode()).isEqualTo(5);
        assertThat(overloaded.explain()).contains("exceeded maximum 10");
        assertThat(new Failure.NoNextPlugin("forward").explain())
                .isEqualTo("plugin/forward: no next plugin found");
        assertThat(new Failure.NotSynced("kubernetes").ede()).isEqualTo(Ede.NOT_READY);
        assertThat(new Failure.Other(3, Ede.NONE, "text").rcode()).isEqualTo(3);
    }
}
