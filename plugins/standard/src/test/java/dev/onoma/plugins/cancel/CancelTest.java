package dev.onoma.plugins.cancel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Outcome;
import dev.onoma.testkit.Bench;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CancelTest {
    private final Bench bench = new Bench(".");
    private final CompletableFuture<Outcome> stage = new CompletableFuture<>();

    @Test
    void anOutcomeThatIsHereIsPassedOnAsItIs() {
        var cancel = bench.setup(new Cancel(), "cancel 1s");
        var query = bench.query("a.", "A");
        var reply = query.reply().build();
        assertThat(cancel.handle(query, _ -> reply)).isSameAs(reply);
        assertThat(bench.time().waiting()).isZero();
    }

    @Test
    void anAnswerInTimeStopsTheClock() {
        var cancel = bench.setup(new Cancel(), "cancel 1s");
        var query = bench.query("a.", "A");
        var outcome = cancel.handle(query, _ -> new Outcome.Later(stage)).toStage();
        bench.time().advance(Duration.ofMillis(999));
        var reply = query.reply().build();
        stage.complete(reply);
        assertThat(outcome.toCompletableFuture()).isCompletedWithValue(reply);
        assertThat(bench.time().waiting()).isZero();
        assertThat(query.isAbandoned()).isFalse();
    }

    @Test
    void aMistakeStaysAMistake() {
        var cancel = bench.setup(new Cancel(), "cancel 1s");
        var outcome =
                cancel.handle(bench.query("a.", "A"), _ -> new Outcome.Later(stage)).toStage();
        stage.completeExceptionally(new IllegalStateException("broken"));
        assertThat(outcome.toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void afterTheTimeoutTheQueryIsGivenUpAndALateAnswerIsNotUsed() {
        var cancel = bench.setup(new Cancel(), "cancel");
        var query = bench.query("a.", "A");
        var outcome = cancel.handle(query, _ -> new Outcome.Later(stage)).toStage();
        bench.time().advance(Duration.ofSeconds(5));
        assertThat(outcome.toCompletableFuture()).isNotDone();
        bench.time().advance(Duration.ofMillis(1));
        assertThat(outcome.toCompletableFuture().join())
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed ->
                                assertThat(failed.failure().explain())
                                        .isEqualTo("no answer within 5.001s"));
        assertThat(query.isAbandoned()).isTrue();
        stage.complete(query.reply().build());
        assertThat(outcome.toCompletableFuture().join()).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void theLastOfSeveralCounts() {
        var cancel = bench.setup(new Cancel(), "cancel 1s\ncancel 3s");
        var query = bench.query("a.", "A");
        var outcome = cancel.handle(query, _ -> new Outcome.Later(stage)).toStage();
        bench.time().advance(Duration.ofSeconds(2));
        assertThat(outcome.toCompletableFuture()).isNotDone();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "cancel foo | Corefile:1:8: plugin/cancel: TIMEOUT is a duration such as 500ms",
                "cancel 5 | did you mean: 5s?",
                "cancel 0s | Corefile:1:8: plugin/cancel: TIMEOUT is a duration of at least 1ns",
                "cancel -1s | TIMEOUT is a duration of at least 1ns, not -1s",
                "cancel 1s 2s | Corefile:1:11: plugin/cancel: \"2s\" is one word too many",
                "cancel {; x; } | Corefile:2:2: plugin/cancel: \"cancel\" takes no block",
            })
    void mistakesInACorefileArePointedAt(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new Cancel(), directive.replace(";", "\n")))
                .hasMessageContaining(message);
    }
}
