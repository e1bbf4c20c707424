package dev.onoma.plugins.kubernetes;

import dev.onoma.api.NameKey;
import dev.onoma.api.WireSections;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Answers that are ready for the socket, by name and type, each with what it was made from.
///
/// *Idea.* A table of pairs of slots; a question has one pair, by its hash. An answer that is not
/// valid any more (its service has another state, a namespace came or went, or, for answers that
/// say what does not exist, anything changed) is not found, and makes room.
///
/// *Threads.* Any; entries are immutable, and a lost race loses an answer that is made again.
///
/// *Memory.* [#ENTRIES_MAX] entries and [#OCTETS_MAX] octets; beyond, all are forgotten. That
/// happens only to clusters with many large answers, which cost more to copy than to make.
///
/// *Time.* A hit allocates nothing and compares the name once.
final class CompiledAnswers {
    static final int ENTRIES_MAX = 1 << 15;
    static final long OCTETS_MAX = 8 << 20;

    /// Larger answers are made each time.
    static final int ANSWER_OCTETS_MAX = 16 << 10;

    private static final int ENTRY_OCTETS = 160;

    private final ServiceStore store;
    private final Runnable onClear;
    private final AtomicReferenceArray<@Nullable Entry> slots =
            new AtomicReferenceArray<>(ENTRIES_MAX);
    private final AtomicLong octets = new AtomicLong();

    /// What an answer was made from; read before it is made.
    ///
    /// @param state of the only service that the answer is about, or null
    /// @param namespaceEpoch when there is a state
    /// @param generation when there is none
    record Origin(@Nullable ServiceState state, int namespaceEpoch, long generation) {}

    /// A compiled answer.
    ///
    /// @param sections null if the next plugin is to be asked
    record Entry(
            NameKey name, int type, int rcode, @Nullable WireSections sections, Origin origin) {
        int octets() {
            return ENTRY_OCTETS + name.length() + (sections == null ? 0 : sections.footprint());
        }
    }

    CompiledAnswers(ServiceStore store, Runnable onClear) {
        this.store = store;
        this.onClear = onClear;
    }

    Origin originNow() {
        return new Origin(null, store.namespaceEpoch(), store.generation());
    }

    /// The answer if it is known and still valid.
    @Nullable Entry find(NameKey name, int type) {
        int slot = slot(name, type);
        var entry = slots.get(slot);
        if (entry == null || entry.type != type || !entry.name.equals(name)) {
            entry = slots.get(slot ^ 1);
            if (entry == null || entry.type != type || !entry.name.equals(name)) {
                return null;
            }
        }
        return isValid(entry.origin) ? entry : null;
    }

    void keep(Entry entry) {
        int size = entry.octets();
        if (size > ANSWER_OCTETS_MAX) {
            return;
        }
        int slot = slot(entry.name, entry.type);
        var first = slots.get(slot);
        var second = slots.get(slot ^ 1);
        boolean replaceSecond =
                first != null
                        && !isSame(first, entry)
                        && isValid(first.origin)
                        && (second == null || isSame(second, entry) || !isValid(second.origin));
        var old = slots.getAndSet(replaceSecond ? slot ^ 1 : slot, entry);
        long total = octets.addAndGet(size - (old == null ? 0 : old.octets()));
        if (total > OCTETS_MAX) {
            clear();
        }
    }

    /// For tests: what the entries take.
    long octets() {
        return octets.get();
    }

    private void clear() {
        for (int i = 0; i < ENTRIES_MAX; i++) {
            var old = slots.getAndSet(i, null);
            if (old != null) {
                octets.addAndGet(-old.octets());
            }
        }
        onClear.run();
    }

    private static boolean isSame(Entry entry, Entry other) {
        return entry.type == other.type && entry.name.equals(other.name);
    }

    private boolean isValid(Origin origin) {
        var state = origin.state;
        return state == null
                ? origin.generation == store.generation()
                : state.isCurrent() && origin.namespaceEpoch == store.namespaceEpoch();
    }

    private static int slot(NameKey name, int type) {
        long hash = name.hash() + type * 0x9e3779b97f4a7c15L;
        return (int) (hash ^ hash >>> 32) & ENTRIES_MAX - 1;
    }
}
