package dev.onoma.api;

import org.jspecify.annotations.Nullable;

/// What was worked out for names that were asked lately, so that it need not be worked out again.
///
/// A table with one place for each hash: a later name takes the place of an earlier, so it never
/// grows, and whoever asks for random names makes it useless for a moment, not large. No lock:
/// entries are immutable, and losing one costs nothing but the work. Any thread.
public final class NameMemo<V> {
    /// How many names are remembered at most.
    public static final int NAMES_MAX = 512;

    private volatile @Nullable Entry<V> @Nullable [] entries;

    private record Entry<V>(NameKey name, long asked, V value) {}

    /// What was kept for a name, or null. Allocates nothing.
    ///
    /// @param asked what else was asked: a type, a class
    public @Nullable V find(NameKey name, long asked) {
        var table = entries;
        if (table == null) {
            return null;
        }
        var entry = table[place(name)];
        return entry != null && entry.asked == asked && entry.name.equals(name)
                ? entry.value
                : null;
    }

    /// Keeps something for a name; it must be true as long as this is used.
    public void keep(NameKey name, long asked, V value) {
        var table = entries;
        if (table == null) {
            table = table();
            entries = table;
        }
        table[place(name)] = new Entry<>(name.copy(), asked, value);
    }

    @SuppressWarnings({
        "unchecked",
        "rawtypes"
    }) // Arrays of generic types cannot be made otherwise.
    private static <V> @Nullable Entry<V>[] table() {
        return new Entry[NAMES_MAX];
    }

    // Other bits than tables of names use.
    private static int place(NameKey name) {
        return (int) (name.hash() >>> 40) & NAMES_MAX - 1;
    }
}
