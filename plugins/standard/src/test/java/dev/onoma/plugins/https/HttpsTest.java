package dev.onoma.plugins.https;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.CorefileException;
import dev.onoma.api.HttpLimits;
import dev.onoma.api.RequestLimit;
import dev.onoma.api.RequestLimits;
import dev.onoma.testkit.Bench;
import org.junit.jupiter.api.Test;

final class HttpsTest {
    private final Bench bench = new Bench(".");

    @Test
    void connectionsAreLimited() {
        bench.setup(new Https(), "https {\nmax_connections 7\n}");
        assertThat(bench.setting(HttpLimits.class))
                .contains(new HttpLimits(7, RequestLimits.DEFAULT));
    }

    @Test
    void aNumberOfMoreThan31BitsIsTheLargest() {
        bench.setup(new Https(), "https {\nmax_connections 4294967296\n}");
        assertThat(bench.setting(HttpLimits.class))
                .contains(new HttpLimits(Integer.MAX_VALUE, RequestLimits.DEFAULT));
    }

    @Test
    void theFirstOneCounts() {
        bench.setup(new Https(), "https {\nmax_connections 7\n}\nhttps {\nmax_connections 8\n}");
        assertThat(bench.setting(HttpLimits.class))
                .contains(new HttpLimits(7, RequestLimits.DEFAULT));
        assertThat(bench.warnings()).hasSize(1);
    }

    @Test
    void requestsAreLimited() {
        bench.setup(new Https(), "https {\nmax_header_fields 20\nmax_pings 7\n}");
        var limits = bench.setting(HttpLimits.class).orElseThrow();
        assertThat(limits.connectionsMax()).isEqualTo(200);
        assertThat(limits.requests().get(RequestLimit.MAX_HEADER_FIELDS)).isEqualTo(20);
        assertThat(limits.requests().get(RequestLimit.MAX_PINGS)).isEqualTo(7);
        assertThat(limits.requests().get(RequestLimit.MAX_RESETS)).isEqualTo(200);
    }

    @Test
    void mistakesAreNamed() {
        refused("https {\nmax_body_octets 65536\n}", "N is a whole number from 512 to 65535");
        refused("https 7", "\"7\" is one too many");
        refused("https {\nmax_connections a\n}", "N is a whole number of at least 0");
        refused("https {\nmax_connections -1\n}", "N is a whole number of at least 0");
        refused("https {\nmax_connections 1\nmax_connections 1\n}", "already defined");
        refused("https {\nmax_streams 1\n}", "there is no property");
    }

    private void refused(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new Https(), directive))
                .isInstanceOf(CorefileException.class)
                .hasMessageContaining(message);
    }
}
