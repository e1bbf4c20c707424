package dev.onoma.plugins.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Handler;
import dev.onoma.api.ViewFilter;
import dev.onoma.testkit.Bench;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ViewTest {
    private final Bench bench = new Bench("example.org.");

    private boolean accepts(String block, String type) {
        assertThat(bench.setup(new View(), "view v {\n" + block + "\n}")).isSameAs(Handler.PASS);
        var filter = bench.setting(ViewFilter.class).orElseThrow();
        assertThat(filter.name()).isEqualTo("v");
        return filter.accepts().test(bench.query("www.example.org.", type));
    }

    @Test
    void allExpressionsMustBeTrue() {
        assertThat(accepts("expr type() == 'A'\nexpr size() > 1", "A")).isTrue();
        assertThat(accepts("expr type() == 'A'\nexpr size() > 1", "AAAA")).isFalse();
        assertThat(accepts("expr type() == 'A'", "A")).isTrue();
        assertThat(accepts("", "A")).isTrue();
    }

    @Test
    void whatIsNotTrueIsFalse() {
        assertThat(accepts("expr 1", "A")).isFalse();
        assertThat(accepts("expr incidr(name(), '10.0.0.0/8')", "A")).isFalse();
    }

    @Test
    void theNameIsMetadata() {
        accepts("expr true", "A");
        var query = bench.told(bench.query("example.org.", "A"));
        assertThat(query.metadata("view/name")).contains("v");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "view | NAME is missing",
                "view a b | \"b\" is one word too many",
                "view a { ; foo ; } | there is no property \"foo\"",
                "view a { ; expr ; } | EXPRESSION is missing",
                "view a { ; expr 1 + foo ; } | :2:11: plugin/view: unknown name foo (character 5 of the expression)",
                "view a { ; expr 1 + ; } | unexpected token EOF",
                "view a ; view b | only be used once",
            })
    void mistakesAreExplained(String directives, String message) {
        assertThatThrownBy(() -> bench.setup(new View(), directives.replace(";", "\n")))
                .hasMessageContaining(message);
    }
}
