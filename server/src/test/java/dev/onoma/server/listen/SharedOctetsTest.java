package dev.onoma.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What all connections together may make the server keep.
final class SharedOctetsTest {
    private static final int MAX = 1 << 20;

    private final SharedOctets octets = new SharedOctets(MAX);

    @Test
    void oneMayHaveAnEighth() {
        assertThat(octets.add(MAX / 8, MAX / 8, 1)).isTrue();
        assertThat(octets.add(1, MAX / 8 + 1, 1)).isFalse();
    }

    @Test
    void belowTheHalfNobodyIsAskedForAnEvenShare() {
        assertThat(octets.add(MAX / 8, MAX / 8, 1000)).isTrue();
        assertThat(octets.add(MAX / 4, MAX / 8, 1000)).isTrue();
    }

    @Test
    void fromTheHalfOnNobodyMayHaveMoreThanAnEvenShare() {
        assertThat(octets.add(MAX / 2 + 1, MAX / 100, 100)).isTrue();
        assertThat(octets.add(1, MAX / 100 + 1, 100)).isFalse();
        assertThat(octets.add(0, MAX / 100 + 1, 100)).isFalse();
        assertThat(octets.add(0, MAX / 100, 100)).isTrue();
    }

    @Test
    void atTheWholeOnlyALittleMayBeAdded() {
        assertThat(octets.add(MAX, 512, 20)).isTrue();
        assertThat(octets.add(512, 512, 20)).isTrue();
        assertThat(octets.add(1, 513, 20)).isFalse();
        assertThat(octets.add(0, 513, 20)).isTrue();
    }

    @Test
    void whatIsTakenAwayIsAlwaysFineAndMakesRoom() {
        assertThat(octets.add(2 * MAX, MAX, 1)).isFalse();
        assertThat(octets.add(-MAX, MAX, 1)).isTrue();
        assertThat(octets.add(-MAX, 0, 1)).isTrue();
        assertThat(octets.octets()).isZero();
        assertThat(octets.add(MAX / 8, MAX / 8, 1)).isTrue();
    }
}
