package dev.onoma.server.listen;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the open connections of all transports take of the memory, and how much they may: so
/// whatever a Corefile allows, no number of connections ends the process.
///
/// Of the heap they may have so much, as long as everything else leaves an eighth of it free: what
/// else there is shows when all of the heap has been collected, which Java does before it gives up.
/// Beside the heap they may have a part of the memory of the machine, or of the container. How much
/// one takes is an estimate ([Cost]); where it is too low, the rest of the heap looks larger and
/// they may have less, so that it does not have to be exact. Any thread.
final class ConnectionMemory {
    // A collection of all of the heap takes some tens of milliseconds, in which nobody is answered.
    private static final long RELIEF_NANOS = Duration.ofSeconds(5).toNanos();

    // Asking the system takes as long as some queries.
    private static final long LOOK_NANOS = Duration.ofMillis(10).toNanos();

    // What a process with all listeners takes beside its heap when nobody attacks it, twice.
    private static final long USUAL_OCTETS = 256L << 20;

    /// Connections may have this part of the heap, or of memory, without anybody looking closer.
    static final int UNSEEN_PART = 8;

    private final AtomicLong heap = new AtomicLong();
    private final AtomicLong besides = new AtomicLong();
    private final long heapSize;
    private final long heapMax;
    private final long nativeMax;
    private final long tightFrom;
    private final Supplier<JavaMemory> loader;
    private final Executor background;
    private final AtomicBoolean isLoading = new AtomicBoolean();
    private final AtomicLong relievedNanos = new AtomicLong(System.nanoTime());
    private volatile @Nullable JavaMemory java;
    private volatile long lookedNanos = System.nanoTime() - LOOK_NANOS;
    private volatile boolean isTight;
    private volatile long collected;
    private volatile long heapAllowed;
    private volatile long nativeAllowed;

    /// What is known of the memory of this process.
    interface JavaMemory {
        /// Octets in use after the last collection of all of the heap; 0 if there was none.
        long collectedOctets();

        /// Octets that the machine has, or the container.
        long machineOctets();

        /// Octets that the process takes of it now, without what it shares with files; 0 if nobody
        /// knows.
        long takenOctets();

        /// Has all of the heap collected, which gives back what it does not need.
        void collect();
    }

    /// @param heapSize octets that the heap has at most
    /// @param heapMax what connections may have of it
    /// @param nativeMax what they may have beside it; 0 for a part of the machine's memory
    /// @param tightFrom octets that the process takes when memory is tight; 0 for three quarters of
    ///   the machine's memory, or as much as is unusual if that is less
    /// @param loader makes what is only needed when there are many connections; it may take a while
    /// @param background where it does
    ConnectionMemory(
            long heapSize,
            long heapMax,
            long nativeMax,
            long tightFrom,
            Supplier<JavaMemory> loader,
            Executor background) {
        this.heapSize = heapSize;
        this.heapMax = heapMax;
        this.nativeMax = nativeMax;
        this.tightFrom = tightFrom;
        this.loader = loader;
        this.background = background;
        heapAllowed = heapMax;
        nativeAllowed = nativeMax == 0 ? Long.MAX_VALUE : nativeMax;
    }

    /// Counts a connection.
    ///
    /// @return how many like it there was room for
    long add(Cost cost) {
        long heapBefore = heap.getAndAdd(cost.heapOctets());
        long nativeBefore = besides.getAndAdd(cost.nativeOctets());
        return Math.min(
                (heapAllowed - heapBefore) / cost.heapOctets(),
                (nativeAllowed - nativeBefore) / cost.nativeOctets());
    }

    /// Counts a connection no more.
    void remove(Cost cost) {
        heap.addAndGet(-cost.heapOctets());
        besides.addAndGet(-cost.nativeOctets());
    }

    /// Octets of the heap.
    long heapOctets() {
        return heap.get();
    }

    /// Octets beside it.
    long nativeOctets() {
        return besides.get();
    }

    /// Looks at what else takes memory, when connections take enough to matter.
    ///
    /// @return octets of the heap that connections are to give back
    long surplus() {
        long taken = heap.get();
        if (taken <= heapSize / UNSEEN_PART && besides.get() <= heapSize / UNSEEN_PART) {
            return 0;
        }
        var known = java;
        if (known == null) {
            load();
            return 0;
        }
        long now = known.collectedOctets();
        if (now != collected) {
            collected = now;
            long others = Math.max(0, now - taken);
            long free = heapSize - heapSize / UNSEEN_PART - others;
            heapAllowed = Math.clamp(free, heapSize / UNSEEN_PART, heapMax);
        }
        return Math.max(0, taken - heapAllowed);
    }

    /// Has the heap collected when the process takes more than seven eighths of the memory of its
    /// machine, or container: Java lets garbage lie until the heap is as large as it may be, and
    /// what many connections take beside it may be what is missing then.
    ///
    /// @param nowNanos of [System#nanoTime]
    void relieve(long nowNanos) {
        var known = java;
        long last = relievedNanos.get();
        if (known == null || nowNanos - last < RELIEF_NANOS) {
            return;
        }
        long most = known.machineOctets() / UNSEEN_PART * (UNSEEN_PART - 1);
        if (known.takenOctets() > most && relievedNanos.compareAndSet(last, nowNanos)) {
            background.execute(known::collect);
        }
    }

    /// Gets ready for [#isTight].
    void expect() {
        if (java == null) {
            load();
        }
    }

    /// Whether the process takes so much that what clients may make it keep is to be believed,
    /// where nobody knows what it is. If that cannot be said, it does.
    boolean isTight() {
        var known = java;
        if (known == null) {
            load();
            return true;
        }
        long now = System.nanoTime();
        if (now - lookedNanos >= LOOK_NANOS) {
            lookedNanos = now;
            long taken = known.takenOctets();
            long usual = Math.min(known.machineOctets() / 4 * 3, heapSize + USUAL_OCTETS);
            isTight = taken == 0 || taken > (tightFrom == 0 ? usual : tightFrom);
        }
        return isTight;
    }

    private void load() {
        if (isLoading.compareAndSet(false, true)) {
            background.execute(() -> {
                var loaded = loader.get();
                if (nativeMax == 0) {
                    nativeAllowed = loaded.machineOctets() / UNSEEN_PART;
                }
                java = loaded;
            });
        }
    }
}
