package dev.onoma.plugins.on;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Handler;
import dev.onoma.testkit.Bench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OnTest {
    private final Bench bench = new Bench("test.");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "a b | [a, b]",
                "a 'b c' | [a, b c]",
                "a \"b 'c'\" | [a, b 'c']",
                "a\\ b '\\' | [a b, \\]",
                "'' x | [, x]",
            })
    void linesAreSplitAsAShellDoes(String line, String words) {
        assertThat(String.valueOf(ShellWords.split(line))).isEqualTo(words);
    }

    @Test
    void aQuoteThatStaysOpenIsNoLine() {
        assertThat(ShellWords.split("a 'b")).isNull();
    }

    @Test
    void aCommandRunsAndItsFailureIsLogged(@TempDir Path folder) throws Exception {
        var file = folder.resolve("made");
        new CommandRun(List.of("touch", file.toString()), true, bench.log("")).start();
        assertThat(Files.exists(file)).isTrue();
        assertThat(bench.logged().getFirst())
                .startsWith("[INFO] Blocking Command \"touch " + file + "\" with ID ");
        new CommandRun(List.of("false"), true, bench.log("")).start();
        assertThat(bench.logged().getLast())
                .matches("\\[ERROR] error on 'on-[0-9a-f-]+' hook: exit status 1");
        new CommandRun(List.of(folder.resolve("none").toString()), true, bench.log("")).start();
        assertThat(bench.logged().getLast()).startsWith("[ERROR] error on 'on-");
    }

    @Test
    void eventsAreKnownInAnyCase() {
        assertThat(bench.setup(new On(), "on Startup true &\non SHUTDOWN true"))
                .isSameAs(Handler.PASS);
        assertThat(bench.warnings()).isEmpty();
        bench.setup(new On(), "on certrenew true");
        assertThat(bench.warnings()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "on | EVENT is missing",
                "on foo x | Wrong event name or event not supported: 'foo'",
                "on startup | no command contained in ''",
                "on startup & | no command contained in ''",
                "on startup \"'a\" | error parsing command: a quote is not closed",
            })
    void mistakesAreExplained(String text, String message) {
        assertThatThrownBy(() -> bench.setup(new On(), text))
                .hasMessageContaining("plugin/on: " + message);
    }
}
