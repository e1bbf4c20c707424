package dev.onoma.api;

import java.util.Arrays;
import java.util.function.BiFunction;

/// One thing for each listener and view, made when its first query comes: mostly the series of
/// metrics with the labels `server` and `view`. There are few of them, so they are found by a short
/// walk, without a lock and without garbage.
public final class PerView<T> {
    private final BiFunction<String, String, T> make;
    private volatile Entry<T>[] known = entries(0);

    private record Entry<T>(String server, String view, T value) {}

    /// @param make given the labels `server` and `view`
    public PerView(BiFunction<String, String, T> make) {
        this.make = make;
    }

    @SuppressWarnings("unchecked") // There are no arrays of generic types; nobody else sees it.
    private static <T> Entry<T>[] entries(int size) {
        return (Entry<T>[]) new Entry<?>[size];
    }

    /// The one for the listener and the view that this query came through.
    public T of(Query query) {
        var server = query.server();
        var view = query.view();
        for (var entry : known) {
            if (entry.server.equals(server) && entry.view.equals(view)) {
                return entry.value;
            }
        }
        return add(server, view);
    }

    private synchronized T add(String server, String view) {
        var entry = new Entry<>(server, view, make.apply(server, view));
        var more = Arrays.copyOf(known, known.length + 1);
        more[known.length] = entry;
        known = more;
        return entry.value;
    }
}
