package dev.onoma.plugins.erratic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Handler;
import dev.onoma.api.Outcome;
import dev.onoma.testkit.Bench;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

final class ErraticTest {
    private final Bench bench = new Bench("example.org.");

    private Handler erratic(String block) {
        return bench.setup(
                new Erratic(), block.isEmpty() ? "erratic" : "erratic {\n" + block + "\n}");
    }

    private Outcome ask(Handler erratic) {
        return erratic.handle(bench.query("example.org.", "A"), Bench.NOTHING);
    }

    // One letter a query: D dropped, L later, T truncated, . answered.
    private String fates(Handler erratic, int queries) {
        var fates = new StringBuilder();
        IntStream.range(0, queries).forEach(_ -> fates.append(fate(ask(erratic))));
        return fates.toString();
    }

    private static char fate(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Dropped _ -> 'D';
            case Outcome.Later _ -> 'L';
            case Outcome.Reply(var response) -> response.isTruncated() ? 'T' : '.';
            case Outcome.Failed _ -> 'F';
        };
    }

    @ParameterizedTest
    @CsvSource({
        "'',                   D.D.D.D.D.",
        "drop,                 D.D.D.D.D.",
        "drop 0,               ..........",
        "drop 3,               D..D..D..D",
        "truncate,             TT..TT..TT",
        "truncate 3,           T...T...T.",
        "truncate 0,           D.D.D.D.D.",
        "delay 3,              L..L..L..L",
        "'delay 3\ndrop 3',    D..D..D..D",
        "'truncate 1\ndrop 5', D.T.TDT.T.",
    })
    void amountsSayWhatHappensToWhichQuery(String block, String fates) {
        assertThat(fates(erratic(block), 10)).isEqualTo(fates);
    }

    @Test
    void answersAreFixedAndMayNotBeKept() {
        var erratic = erratic("drop 0");
        var four = bench.answer(erratic, "a.example.org.", "A");
        assertThat(four.getHeader().getFlag(Flags.AA)).isTrue();
        assertThat(Bench.records(four, Section.ANSWER))
                .containsExactly("a.example.org. 0 IN A 192.0.2.53");
        assertThat(bench.answer(erratic, "a.example.org.", "AAAA").getSection(Section.ANSWER))
                .singleElement()
                .asString()
                .endsWith("2001:db8:0:0:0:0:0:53");
        assertThat(bench.answer(erratic, "a.example.org.", "MX").getRcode())
                .isEqualTo(Rcode.SERVFAIL);
    }

    @Test
    void aLargeAnswerHasThirtyRecords() {
        var query = bench.query("example.org.", "A");
        var outcome = erratic("drop 0\nlarge").handle(query, Bench.NOTHING);
        assertThat(((Outcome.Reply) outcome).response().count(Section.ANSWER)).isEqualTo(30);
    }

    @Test
    void aTransferEndsWithItsSoaUnlessItIsTruncated() {
        assertThat(bench.answer(erratic("drop 0"), "xx.", "AXFR").getSection(Section.ANSWER))
                .hasSize(6)
                .last()
                .asString()
                .contains("SOA");
        assertThat(bench.answer(erratic("truncate"), "xx.", "AXFR").getSection(Section.ANSWER))
                .hasSize(5)
                .last()
                .asString()
                .contains("b.xx.");
    }

    @Test
    void aDelayedAnswerComesWhenTheTimeHasPassed() {
        var query = bench.query("example.org.", "A");
        var outcome = erratic("delay 1 50ms").handle(query, Bench.NOTHING);
        var stage = outcome.toStage().toCompletableFuture();
        bench.time().advance(Duration.ofMillis(49));
        assertThat(stage).isNotDone();
        bench.time().advance(Duration.ofMillis(1));
        assertThat(stage).isCompleted();
        assertThat(bench.encoded(query, stage.join()).getSection(Section.ANSWER)).hasSize(1);
    }

    @Test
    void itIsReadyAfterItsThirdAndFourthQueryOnly() {
        var erratic = erratic("");
        var ready = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            ready.append(bench.isReady("erratic") ? 'r' : '-');
            ask(erratic);
        }
        assertThat(ready).hasToString("---rr-");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "drop -1 | AMOUNT is a whole number of at least 0, not -1",
                "drop x | AMOUNT is a whole number of at least 0, not \"x\"",
                "drop 1 2 | \"2\" is one word too many",
                "truncate 2147483648 | AMOUNT is a whole number of at least 0, not 2147483648",
                "delay 1 x | DURATION is a duration such as 500ms, 30s or 1h30m, not \"x\"",
                "delay 1 1s 2 | \"2\" is one word too many",
                "large 3 | \"large\" takes no arguments",
                "dorp 3 | there is no property \"dorp\"",
            })
    void mistakesAreExplained(String block, String message) {
        assertThatThrownBy(() -> erratic(block)).hasMessageContaining("plugin/erratic: " + message);
    }
}
