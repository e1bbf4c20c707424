package dev.onoma.plugins.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.CorefileException;
import dev.onoma.api.RequestLimit;
import dev.onoma.api.RequestLimits;
import dev.onoma.testkit.Bench;
import org.junit.jupiter.api.Test;

final class QuicTest {
    private final Bench bench = new Bench(".");

    @Test
    void streamsAreLimited() {
        bench.setup(new Quic(), "quic {\nmax_streams 7\n}");
        assertThat(bench.setting(Quic.Limits.class))
                .contains(new Quic.Limits(7, 200, RequestLimits.DEFAULT));
    }

    @Test
    void connectionsAndWhatIsOnItsWayAreLimited() {
        bench.setup(new Quic(), "quic {\nmax_connections 0\nmax_window_octets 100000\n}");
        var limits = bench.setting(Quic.Limits.class).orElseThrow();
        assertThat(limits.connectionsMax()).isZero();
        assertThat(limits.requests().get(RequestLimit.MAX_WINDOW_OCTETS)).isEqualTo(100_000);
    }

    @Test
    void aNumberOfMoreThan31BitsIsTheLargest() {
        bench.setup(new Quic(), "quic {\nmax_streams 4294967296\nworker_pool_size 4294967296\n}");
        assertThat(bench.setting(Quic.Limits.class).orElseThrow().streamsMax())
                .isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void theFirstOneCounts() {
        bench.setup(new Quic(), "quic\nquic {\nmax_streams 8\n}");
        assertThat(bench.setting(Quic.Limits.class)).contains(Quic.Limits.DEFAULT);
        assertThat(bench.warnings()).hasSize(1);
    }

    @Test
    void workersAreNotNeeded() {
        bench.setup(new Quic(), "quic {\nworker_pool_size 5\n}");
        assertThat(bench.warnings()).hasSize(1);
    }

    @Test
    void mistakesAreNamed() {
        refused("quic 7", "\"7\" is one too many");
        refused("quic {\nmax_streams a\n}", "N is a whole number");
        refused("quic {\nmax_streams 0\n}", "N is a whole number");
        refused("quic {\nmax_streams 1\nmax_streams 1\n}", "already defined");
        refused("quic {\nmax_connections -1\n}", "N is a whole number");
        refused("quic {\nmax_window_octets 69631\n}", "N is a whole number from 69632");
        refused("quic {\nmax_pings 1\n}", "there is no property");
    }

    private void refused(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new Quic(), directive))
                .isInstanceOf(CorefileException.class)
                .hasMessageContaining(message);
    }
}
