package dev.onoma.plugins.cache;

import dev.onoma.api.HttpPage;
import dev.onoma.api.Log;
import dev.onoma.api.NameKey;
import dev.onoma.api.Time;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/// What operators see of all caches of the process, and how they make them forget: the page
/// `/cache` of `admin`.
///
/// `GET /cache` counts; with `name=NAME` or `zone=ZONE` it lists entries; `POST` or `DELETE` with
/// one of these forgets them.
final class CachePage implements HttpPage, AutoCloseable {
    private static final int LINES_MAX = 1_000;

    private final List<Shown> caches = new CopyOnWriteArrayList<>();

    /// One cache.
    ///
    /// @param label the keys of its server block
    record Shown(String label, CacheTable table, Time time, Log log) {}

    void add(Shown cache) {
        caches.add(cache);
    }

    void remove(Shown cache) {
        caches.remove(cache);
    }

    @Override
    public Answer get(Request request) throws IOException {
        var name = request.parameter("name");
        var zone = request.parameter("zone");
        if (name.isEmpty() && zone.isEmpty()) {
            return request.isChange()
                    ? Answer.text(400, "say what to forget: name=NAME, or zone=ZONE (. for all)\n")
                    : Answer.text(200, counts());
        }
        if (!name.isEmpty() && !zone.isEmpty()) {
            return Answer.text(400, "either name=NAME or zone=ZONE\n");
        }
        NameKey key;
        try {
            key = NameKey.of(Name.fromString(name.isEmpty() ? zone : name, Name.root));
        } catch (TextParseException e) {
            return Answer.text(400, "not a domain name: " + e.getMessage() + "\n");
        }
        Predicate<Entry> wanted =
                name.isEmpty() ? e -> e.name.isUnder(key) : e -> e.name.equals(key);
        return Answer.text(200, request.isChange() ? forget(wanted, key) : list(wanted));
    }

    private String counts() {
        var text = new StringBuilder();
        for (var cache : caches) {
            text.append(
                    "%s: %d answers, %d denials and failures, about %d KiB%n"
                            .formatted(
                                    cache.label(),
                                    cache.table().count(Kind.SUCCESS),
                                    cache.table().count(Kind.DENIAL),
                                    cache.table().octets() / 1024));
        }
        return text.append(
                        """

                        GET /cache?name=NAME or ?zone=ZONE lists entries; POST forgets them.
                        """)
                .toString();
    }

    private String list(Predicate<Entry> wanted) {
        var text = new StringBuilder();
        int lines = 0;
        for (var cache : caches) {
            var found = cache.table().entries(wanted);
            found.sort(Comparator.comparing(e -> reversed(e.name.toString())));
            for (var entry : found) {
                if (++lines > LINES_MAX) {
                    return text.append("... and more\n").toString();
                }
                text.append(cache.label())
                        .append("  ")
                        .append(entry.describe(cache.time().nanos()))
                        .append('\n');
            }
        }
        return lines == 0 ? "nothing is kept for this\n" : text.toString();
    }

    // So that names below each other stand together.
    private static String reversed(String name) {
        var labels = Arrays.asList(name.split("\\."));
        return String.join(".", labels.reversed());
    }

    private String forget(Predicate<Entry> wanted, NameKey key) {
        int all = 0;
        for (var cache : caches) {
            int count = cache.table().forget(wanted);
            all += count;
            if (count > 0) {
                cache.log().info("%d entries of %s are forgotten on demand".formatted(count, key));
            }
        }
        return "%d entries are forgotten%n".formatted(all);
    }

    /// Nothing is open.
    @Override
    public void close() {
        caches.clear();
    }
}
