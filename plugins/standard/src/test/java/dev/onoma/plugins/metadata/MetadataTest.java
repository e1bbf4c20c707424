package dev.onoma.plugins.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Handler;
import dev.onoma.api.MetadataZones;
import dev.onoma.api.Names;
import dev.onoma.testkit.Bench;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MetadataTest {
    private final Bench bench = new Bench("example.org.");

    @Test
    void zonesAreThoseOfTheBlockUnlessThereAreOthers() {
        assertThat(bench.setup(new Metadata(), "metadata")).isSameAs(Handler.PASS);
        assertThat(bench.setting(MetadataZones.class)).contains(new MetadataZones(bench.zones()));
        bench.setup(new Metadata(), "metadata a.test B.test");
        assertThat(bench.setting(MetadataZones.class).orElseThrow().zones())
                .containsExactly(Names.of("a.test."), Names.of("b.test."));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metadata { ; x ; } | takes no block",
                "metadata ; metadata | only be used once",
            })
    void mistakesAreExplained(String directives, String message) {
        assertThatThrownBy(() -> bench.setup(new Metadata(), directives.replace(";", "\n")))
                .hasMessageContaining("plugin/metadata")
                .hasMessageContaining(message);
    }
}
