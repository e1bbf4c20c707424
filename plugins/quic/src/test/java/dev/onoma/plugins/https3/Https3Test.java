package dev.onoma.plugins.https3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.CorefileException;
import dev.onoma.api.RequestLimits;
import dev.onoma.testkit.Bench;
import org.junit.jupiter.api.Test;

final class Https3Test {
    private final Bench bench = new Bench(".");

    @Test
    void streamsAndConnectionsAreLimited() {
        bench.setup(new Https3(), "https3 {\nmax_streams 7\nmax_connections 0\n}");
        assertThat(bench.setting(Https3.Limits.class))
                .contains(new Https3.Limits(7, 0, RequestLimits.DEFAULT));
    }

    @Test
    void noStreamsAreThoseOfTheLibrary() {
        bench.setup(new Https3(), "https3 {\nmax_streams 0\n}");
        assertThat(bench.setting(Https3.Limits.class))
                .contains(new Https3.Limits(100, 200, RequestLimits.DEFAULT));
    }

    @Test
    void mistakesAreNamed() {
        refused("https3 7", "\"7\" is one too many");
        refused("https3 {\nmax_streams -1\n}", "N is a whole number of at least 0");
        refused("https3 {\nmax_connections 1\nmax_connections 1\n}", "already defined");
        refused("https3 {\nworker_pool_size 1\n}", "there is no property");
    }

    private void refused(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new Https3(), directive))
                .isInstanceOf(CorefileException.class)
                .hasMessageContaining(message);
    }
}
