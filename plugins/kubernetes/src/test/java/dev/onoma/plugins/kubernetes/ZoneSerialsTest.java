package dev.onoma.plugins.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ZoneSerialsTest {
    private final ZoneSerials serials = new ZoneSerials();

    @Test
    void manyChangesOfASecondShareASerial() {
        for (int i = 0; i < 500; i++) {
            serials.changed(1_000, true, false);
        }
        assertThat(serials.cluster()).isEqualTo(1_000);
        assertThat(serials.external()).isZero();
    }

    @Test
    void whatWasTakenAwayIsNeverTheNewestAfterAChange() {
        serials.changed(1_000, true, false);
        serials.take();
        serials.changed(1_000, true, false);
        assertThat(serials.cluster()).isEqualTo(1_001);
        serials.changed(1_000, true, false);
        assertThat(serials.cluster()).isEqualTo(1_001);
        serials.changed(1_002, true, false);
        assertThat(serials.cluster()).isEqualTo(1_002);
    }

    @Test
    void aClockThatIsSetBackTurnsNoSerialBack() {
        serials.changed(1_000, true, false);
        serials.changed(900, true, true);
        assertThat(serials.cluster()).isEqualTo(1_000);
        assertThat(serials.external()).isEqualTo(1_000);
    }
}
