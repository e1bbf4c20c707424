package dev.onoma.plugins.multisocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Handler;
import dev.onoma.testkit.Bench;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MultisocketTest {
    private final Bench bench = new Bench("test.");

    @ParameterizedTest
    @ValueSource(strings = {"multisocket", "multisocket 1", "multisocket 1024"})
    void numbersAreAccepted(String text) {
        assertThat(bench.setup(new Multisocket(), text)).isSameAs(Handler.PASS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "multisocket 0 | N is a whole number from 1 to 1024, not 0",
                "multisocket 1025 | N is a whole number from 1 to 1024, not 1025",
                "multisocket x | N is a whole number from 1 to 1024, not \"x\"",
                "multisocket 1 2 | \"2\" is one word too many",
            })
    void mistakesAreExplained(String text, String message) {
        assertThatThrownBy(() -> bench.setup(new Multisocket(), text))
                .hasMessageContaining("plugin/multisocket: " + message);
    }
}
