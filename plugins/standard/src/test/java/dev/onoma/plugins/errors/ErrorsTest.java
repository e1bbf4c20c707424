package dev.onoma.plugins.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.PanicTraces;
import dev.onoma.testkit.Bench;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Rcode;

final class ErrorsTest {
    private static final Next SILENT =
            _ -> {
                var upstream = new InetSocketAddress("192.0.2.53", 53);
                return Outcome.failed(new Failure.Silent(upstream, Duration.ofSeconds(2)));
            };
    private static final Next REFUSING =
            _ -> Outcome.failed(new Failure.Other(Rcode.REFUSED, Ede.NONE, "not for you"));

    private final Bench bench = new Bench(".");

    private void fail(dev.onoma.api.Handler errors, Next next, String name) {
        errors.handle(bench.query(name, "A"), next);
    }

    @Test
    void aFailureIsOneLineWithCodeNameTypeAndReason() {
        var errors = bench.setup(new Errors(), "errors");
        var outcome = errors.handle(bench.query("Example.ORG.", "AAAA"), SILENT);
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(bench.logged())
                .containsExactly(
                        "[ERROR] plugin/errors: 2 example.org. AAAA: 192.0.2.53:53 did not answer in"
                                + " 2000 ms; check that it is reachable from here");
    }

    @Test
    void anAnswerOfWhateverCodeIsNoFailure() {
        var errors = bench.setup(new Errors(), "errors stdout");
        fail(errors, query -> query.reply().rcode(Rcode.SERVFAIL).build(), "a.");
        fail(errors, _ -> Outcome.dropped("on purpose"), "a.");
        assertThat(bench.logged()).isEmpty();
    }

    @Test
    void aNameOfTheClientMakesNoSecondLine() {
        var errors = bench.setup(new Errors(), "errors");
        fail(errors, REFUSING, "a\\010[INFO]\\027.b.");
        assertThat(bench.logged())
                .containsExactly("[ERROR] plugin/errors: 5 a\\010[info]\\027.b. A: not for you");
    }

    @Test
    void whatHasNotBeenReadYetIsALineAMinuteNotALineAQuery() {
        var errors = bench.setup(new Errors(), "errors");
        Next unread = _ -> Outcome.failed(new Failure.NotSynced("Kubernetes API"));
        for (int i = 0; i < 1000; i++) {
            fail(errors, unread, "a.");
        }
        assertThat(bench.logged())
                .containsExactly(
                        "[ERROR] plugin/errors: 2 a. A: Kubernetes API is not read yet; GET /ready says"
                                + " what it waits for");
        bench.time().advance(Duration.ofMinutes(1));
        assertThat(bench.logged())
                .hasSize(2)
                .contains(
                        "[ERROR] plugin/errors: 1000 errors like 'is not read yet' occurred in last"
                                + " 1m0s");
    }

    @Test
    void failuresThatAreAlikeAreCountedAndToldOnce() {
        var errors =
                bench.setup(
                        new Errors(),
                        "errors {\n consolidate 30s \"not for .*\" warning\n consolidate 5m .*\n}");
        fail(errors, REFUSING, "a.");
        fail(errors, REFUSING, "b.");
        fail(errors, SILENT, "c.");
        assertThat(bench.logged()).isEmpty();
        bench.time().advance(Duration.ofSeconds(30));
        assertThat(bench.logged())
                .containsExactly(
                        "[WARNING] plugin/errors: 2 errors like 'not for .*' occurred in last 30s");
        bench.time().advance(Duration.ofMinutes(5));
        assertThat(bench.logged())
                .hasSize(2)
                .contains("[ERROR] plugin/errors: 1 errors like '.*' occurred in last 5m0s");
    }

    @Test
    void theFirstIsShownAtOnceAndTheSumOnlyIfThereAreMore() {
        var errors = bench.setup(new Errors(), "errors {\n consolidate 1s you info show_first\n}");
        fail(errors, REFUSING, "a.");
        assertThat(bench.logged()).containsExactly("[INFO] plugin/errors: 5 a. A: not for you");
        bench.time().advance(Duration.ofSeconds(2));
        assertThat(bench.logged()).hasSize(1);
        fail(errors, REFUSING, "b.");
        fail(errors, REFUSING, "c.");
        bench.time().advance(Duration.ofSeconds(2));
        assertThat(bench.logged())
                .hasSize(3)
                .last()
                .isEqualTo("[INFO] plugin/errors: 2 errors like 'you' occurred in last 1s");
    }

    @Test
    void atTheEndWhatIsCountedIsToldAndLaterFailuresGetTheirOwnLines() throws Exception {
        var errors = bench.setup(new Errors(), "errors {\n consolidate 1h you\n}");
        fail(errors, REFUSING, "a.");
        bench.stop();
        fail(errors, REFUSING, "b.");
        assertThat(bench.logged())
                .containsExactly(
                        "[ERROR] plugin/errors: 1 errors like 'you' occurred in last 1h0m0s",
                        "[ERROR] plugin/errors: 5 b. A: not for you");
    }

    @Test
    void stackTracesAreASettingOfTheServer() {
        bench.setup(new Errors(), "errors {\n stacktrace\n}");
        assertThat(bench.setting(PanicTraces.class)).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "errors x.log | Corefile:1:8: plugin/errors: invalid log file: only stdout is",
                "errors stdout x | Corefile:1:15: plugin/errors: \"x\" is one word too many",
                "errors {; foo; } | Corefile:2:2: plugin/errors: there is no property \"foo\"",
                "errors {; stacktrace x; } | Corefile:2:13: plugin/errors: \"stacktrace\" takes no",
                "errors {; consolidate; } | Corefile:2:2: plugin/errors: DURATION is missing after",
                "errors {; consolidate 1s; } | Corefile:2:14: plugin/errors: REGEXP is missing",
                "errors {; consolidate 5 x; } | Corefile:2:14: plugin/errors: DURATION is a duration",
                "errors {; consolidate 1s (; } | plugin/errors: REGEXP is a regular expression",
                "errors {; consolidate 1s x loud; } | plugin/errors: unknown option in consolidate",
                "errors {; consolidate 1s x info error; } | multiple log levels specified in",
                "errors {; consolidate 1s x show_first info; } | log level must come before show_first",
                "errors {; consolidate 1s x show_first show_first; } | unknown option in consolidate",
                "errors; errors | Corefile:2:2: plugin/errors: this plugin can only be used once",
            })
    void mistakesInACorefileArePointedAt(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new Errors(), directive.replace(";", "\n")))
                .hasMessageContaining(message);
    }

    @Test
    void anExpressionThatIsTooLongIsRefused() {
        var text = "errors {\n consolidate 1s " + "x".repeat(10_001) + "\n}";
        assertThatThrownBy(() -> bench.setup(new Errors(), text))
                .hasMessageContaining("regex pattern too long: 10001 > 10000");
    }
}
