package dev.onoma.plugins.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LabelSelectorTest {
    private static final Map<String, String> LABELS = Map.of("app", "web", "n", "3", "empty", "");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "app=web | true",
                "app==web,n=3 | true",
                "app = web , n!=4 | true",
                "app!=web | false",
                "other!=web | true",
                "app in (db, web) | true",
                "app notin (db,web) | false",
                "other notin (db) | true",
                "app | true",
                "!app | false",
                "!other,app in (web),empty= | true",
                "n>2,n<4 | true",
                "n>3 | false",
            })
    void selectorsMatchAsInKubernetes(String selector, boolean matches) {
        assertThat(LabelSelector.parse(selector).matches(LABELS)).isEqualTo(matches);
    }

    @Test
    void aPartThatIsNoRequirementIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelSelector.parse("app=web,a b"))
                .withMessageContaining("\"a b\" is none of key=value");
    }
}
