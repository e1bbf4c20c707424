package dev.onoma.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class TtlTest {
    @Test
    void ttlWithTheTopBitSetIsZero() {
        assertThat(Ttl.ofWire(0x8000_0001)).isEqualTo(new Ttl(0));
        assertThat(Ttl.ofWire(3600)).isEqualTo(new Ttl(3600));
    }

    @Test
    void negativeTtlIsRefused() {
        assertThatThrownBy(() -> new Ttl(-1)).hasMessageContaining("not -1");
    }
}
