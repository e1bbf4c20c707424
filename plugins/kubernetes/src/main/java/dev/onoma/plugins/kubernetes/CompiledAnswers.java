package dev.onoma.plugins.kubernetes;

import dev.onoma.api.NameKey;
import dev.onoma.api.WireSections;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Answers that are ready for the socket, by name and type, each with what it was made from.
///
/// *Idea.* An open table in which an answer lies at most [#REACH] slots from where its hash points.
/// An answer that is not valid any more (its service has another state, a namespace came or went,
/// or, for answers that say what does not exist, anything changed) is not found, and makes room.
///
/// *Threads.* Any; entries are immutable, and a lost race loses an answer that is made again.
///
/// *Memory.* [#ENTRIES_MAX] entries and [#OCTETS_MAX] octets; beyond, a hand that goes round the
/// table takes away what it meets.
///
/// *Time.* A hit allocates nothing and compares the name once.
final class CompiledAnswers {
    static final int ENTRIES_MAX = 1 << 16;
    static final long OCTETS_MAX = 8 << 20;

    /// Larger answers are made each time. A full message of addresses is not among them: to make it
    /// is expensive.
    static final int ANSWER_OCTETS_MAX = 128 << 10;

    private static final int REACH = 8;
    private static final int ENTRY_OCTETS = 160;

    private final ServiceStore store;
    private final ServiceStore imports;
    private final Runnable onEviction;
    private final AtomicReferenceArray<@Nullable Entry> slots =
            new AtomicReferenceArray<>(ENTRIES_MAX);
    private final AtomicLong octets = new AtomicLong();
    private final AtomicInteger hand = new AtomicInteger();

    /// What an answer was made from; read before it is made.
    ///
    /// @param state of the only service that the answer is about, or null
    /// @param namespaceEpoch when there is a state
    /// @param generation when there is none
    record Origin(@Nullable ServiceState state, int namespaceEpoch, long generation) {}

    /// A compiled answer.
    ///
    /// @param sections null if the next plugin is to be asked
    /// @param unknown how long its answer holds then
    record Entry(
            NameKey name,
            int type,
            int rcode,
            @Nullable WireSections sections,
            Origin origin,
            @Nullable StillUnknown unknown) {
        int octets() {
            return ENTRY_OCTETS + name.length() + (sections == null ? 0 : sections.footprint());
        }
    }

    /// @param imports services of other clusters; may be the same
    CompiledAnswers(ServiceStore store, ServiceStore imports, Runnable onEviction) {
        this.store = store;
        this.imports = imports;
        this.onEviction = onEviction;
    }

    Origin originNow() {
        return new Origin(null, store.namespaceEpoch(), generation());
    }

    /// Grows with every visible change of either store.
    long generation() {
        return store.generation() + imports.generation();
    }

    /// The answer if it is known and still valid.
    @Nullable Entry find(NameKey name, int type) {
        int home = home(name, type);
        for (int i = 0; i < REACH; i++) {
            var entry = slots.get(home + i & ENTRIES_MAX - 1);
            if (entry != null && entry.type == type && entry.name.equals(name)) {
                return isValid(entry.origin) ? entry : null;
            }
        }
        return null;
    }

    void keep(Entry entry) {
        int size = entry.octets();
        if (size > ANSWER_OCTETS_MAX) {
            return;
        }
        var old = slots.getAndSet(slotFor(entry), entry);
        octets.addAndGet(size - (old == null ? 0 : old.octets()));
        while (octets.get() > OCTETS_MAX) {
            evict();
        }
    }

    /// The slot of the same question, else the first that nobody needs, else any.
    private int slotFor(Entry entry) {
        int home = home(entry.name, entry.type);
        int free = -1;
        for (int i = 0; i < REACH; i++) {
            int slot = home + i & ENTRIES_MAX - 1;
            var there = slots.get(slot);
            if (there != null && there.type == entry.type && there.name.equals(entry.name)) {
                return slot;
            }
            if (free < 0 && (there == null || !isValid(there.origin))) {
                free = slot;
            }
        }
        if (free >= 0) {
            return free;
        }
        onEviction.run();
        return home + (hand.getAndIncrement() & REACH - 1) & ENTRIES_MAX - 1;
    }

    private void evict() {
        var old = slots.getAndSet(hand.getAndIncrement() & ENTRIES_MAX - 1, null);
        if (old != null) {
            octets.addAndGet(-old.octets());
            onEviction.run();
        }
    }

    /// For tests: what the entries take.
    long octets() {
        return octets.get();
    }

    private boolean isValid(Origin origin) {
        var state = origin.state;
        return state == null
                ? origin.generation == generation()
                : state.isCurrent() && origin.namespaceEpoch == store.namespaceEpoch();
    }

    private static int home(NameKey name, int type) {
        long hash = name.hash() + type * 0x9e3779b97f4a7c15L;
        return (int) (hash ^ hash >>> 32) & ENTRIES_MAX - 1;
    }
}
