package dev.onoma.quic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class TicketKeysTest {
    private final AtomicLong nanos = new AtomicLong();
    private final TicketKeys keys = new TicketKeys(nanos::get);

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void ticketsAreGoodForHalfADayLongerThanTheirKeySeals() {
        var first = keys.present()[0];
        pass(Duration.ofHours(11));
        assertThat(keys.present()).containsExactly(first);
        pass(Duration.ofHours(2));
        var second = keys.present()[0];
        assertThat(keys.present()).containsExactly(second, first);
        assertThat(second).isNotEqualTo(first);
        pass(Duration.ofHours(13));
        assertThat(keys.present()).hasSize(2).contains(second).doesNotContain(first);
    }
}
