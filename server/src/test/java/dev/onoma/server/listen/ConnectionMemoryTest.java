package dev.onoma.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// How much memory open connections may have.
final class ConnectionMemoryTest {
    private static final long MIB = 1 << 20;
    private static final long HEAP = 64 * MIB;

    private final Known known = new Known();
    private final ConnectionMemory memory =
            new ConnectionMemory(HEAP, HEAP / 2, 0, 0, () -> known, Runnable::run);

    private static final class Known implements ConnectionMemory.JavaMemory {
        private volatile long collected;
        private volatile long machine = 1024 * MIB;
        private volatile long taken;
        private int collections;
        private volatile boolean isAsked;

        @Override
        public long collectedOctets() {
            isAsked = true;
            return collected;
        }

        @Override
        public long machineOctets() {
            return machine;
        }

        @Override
        public long takenOctets() {
            return taken;
        }

        @Override
        public void collect() {
            collections++;
        }
    }

    private int open(Cost cost, int many) {
        int opened = 0;
        while (opened < many && memory.add(cost) > 0) {
            opened++;
        }
        if (opened < many) {
            memory.remove(cost);
        }
        return opened;
    }

    @Test
    void tenThousandOverTlsFitIntoASmallHeap() {
        assertThat(open(Cost.TLS, 10_000)).isEqualTo(10_000);
    }

    @Test
    void itIsTightWhenTheProcessTakesMoreThanUsualOrMostOfTheMachine() {
        assertThat(isTight(HEAP + 256 * MIB)).isFalse();
        assertThat(isTight(HEAP + 257 * MIB)).isTrue();
        known.machine = 160 * MIB;
        assertThat(isTight(120 * MIB)).isFalse();
        assertThat(isTight(121 * MIB)).isTrue();
        assertThat(isTight(0)).as("nobody knows").isTrue();
    }

    // One that has not looked yet.
    private boolean isTight(long taken) {
        known.taken = taken;
        var fresh = new ConnectionMemory(HEAP, HEAP / 2, 0, 0, () -> known, Runnable::run);
        fresh.expect();
        return fresh.isTight();
    }

    @Test
    void untilItIsKnownMemoryIsTight() {
        var unknown = new ConnectionMemory(HEAP, HEAP / 2, 0, 0, () -> known, _ -> {});
        assertThat(unknown.isTight()).isTrue();
    }

    @Test
    void whenMemoryGetsScarceTheHeapIsCollectedNowAndThen() {
        long now = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        known.taken = known.machine / 8 * 7 + MIB;
        memory.relieve(now);
        assertThat(known.collections).as("nobody has many connections").isZero();
        open(Cost.HTTP2, 1025);
        assertThat(memory.surplus()).isZero();
        memory.relieve(now);
        memory.relieve(now + TimeUnit.SECONDS.toNanos(1));
        assertThat(known.collections).isEqualTo(1);
        memory.relieve(now + TimeUnit.SECONDS.toNanos(6));
        assertThat(known.collections).isEqualTo(2);
        known.taken = known.machine / 8 * 7;
        memory.relieve(now + TimeUnit.SECONDS.toNanos(12));
        assertThat(known.collections).isEqualTo(2);
    }

    @Test
    void halfOfTheHeapIsTheEnd() {
        assertThat(open(Cost.HTTP2, 10_000)).isEqualTo(4096);
        assertThat(memory.heapOctets()).isEqualTo(HEAP / 2);
        memory.remove(Cost.HTTP2);
        assertThat(open(Cost.HTTP2, 2)).isEqualTo(1);
    }

    @Test
    void roomIsInConnectionsOfTheSameKind() {
        assertThat(memory.add(Cost.HTTP2)).isEqualTo(4096);
        assertThat(memory.add(Cost.HTTP2)).isEqualTo(4095);
    }

    @Test
    void nobodyLooksWhileThereAreFew() {
        open(Cost.TCP, 1000);
        assertThat(memory.surplus()).isZero();
        assertThat(known.isAsked).isFalse();
    }

    @Test
    void whatElseIsOnTheHeapLeavesThemLess() {
        open(Cost.HTTP2, 3000);
        assertThat(memory.surplus()).isZero();
        known.collected = memory.heapOctets() + 40 * MIB;
        assertThat(memory.surplus()).isEqualTo(memory.heapOctets() - 16 * MIB);
        assertThat(open(Cost.HTTP2, 1)).isZero();
        for (int i = 0; i < 1500; i++) {
            memory.remove(Cost.HTTP2);
        }
        assertThat(memory.surplus()).isZero();
        assertThat(open(Cost.HTTP2, 1000)).isEqualTo(16 * 128 - 1500);
    }

    @Test
    void anEighthOfTheHeapIsTheirsWhateverElseThereIs() {
        open(Cost.HTTP2, 1100);
        assertThat(memory.surplus()).isZero();
        known.collected = HEAP;
        assertThat(memory.surplus()).isEqualTo(memory.heapOctets() - HEAP / 8);
    }

    @Test
    void theMachineOrTheContainerHasAnEighthForThem() {
        known.machine = 170 * MIB;
        open(Cost.QUIC, 300);
        assertThat(memory.surplus()).isZero();
        assertThat(open(Cost.QUIC, 1000))
                .isEqualTo((int) (170 * MIB / 8 / Cost.QUIC.nativeOctets()) - 300);
    }

    @Test
    void anOptionSaysWhatTheyHaveBesideTheHeap() {
        var little = new ConnectionMemory(HEAP, HEAP / 2, 100 << 10, 0, () -> known, Runnable::run);
        assertThat(little.add(Cost.QUIC)).isEqualTo(2);
        assertThat(little.add(Cost.QUIC)).isEqualTo(1);
        assertThat(little.add(Cost.QUIC)).isZero();
    }

    @Test
    void managementKnowsTheMachineAndACollection() {
        var managed = new ManagedMemory();
        System.gc();
        assertThat(managed.machineOctets()).isPositive();
        assertThat(managed.collectedOctets()).isPositive();
    }
}
