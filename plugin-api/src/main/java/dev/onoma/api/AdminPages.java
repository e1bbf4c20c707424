package dev.onoma.api;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// Pages with which operators look into plugins and act on them, for instance on a cache.
///
/// Plugins add theirs whether or not somebody serves them; `admin` does, those of all server blocks
/// together, and only to this machine unless the operator says otherwise.
///
/// ```java
/// AdminPages.add(block, "/cache", "what the cache holds; POST ?flush=NAME forgets", page);
/// ```
///
/// A page that changes something does so only for a request that [HttpPage.Request#isChange]: a
/// browser follows links, and fetches ahead what it may never show.
public final class AdminPages implements AutoCloseable {
    private final ConcurrentSkipListMap<String, List<Entry>> entries =
            new ConcurrentSkipListMap<>();

    private record Entry(String help, HttpPage page) {}

    private AdminPages() {}

    /// The pages of the process.
    public static AdminPages of(ServerBlock block) {
        return block.keep(AdminPages.class, "", _ -> new AdminPages());
    }

    /// Adds a page for as long as the configuration runs. Of several at one path the youngest
    /// answers: plugins that stand in several blocks share a page with [ServerBlock#keep].
    ///
    /// @param path begins with `/`
    /// @param help one line for operators: what it shows, which parameters it takes
    public static void add(ServerBlock block, String path, String help, HttpPage page) {
        var pages = of(block);
        var entry = new Entry(help, page);
        block.onStart(() -> pages.put(path, entry));
        block.onStop(() -> pages.remove(path, entry));
    }

    private void put(String path, Entry entry) {
        entries.compute(
                path,
                (_, before) -> {
                    var all = before == null ? new ArrayList<Entry>() : new ArrayList<>(before);
                    all.add(entry);
                    return List.copyOf(all);
                });
    }

    private void remove(String path, Entry entry) {
        entries.computeIfPresent(
                path,
                (_, before) -> {
                    var rest = before.stream().filter(e -> e != entry).toList();
                    return rest.isEmpty() ? null : rest;
                });
    }

    /// What each path is for, in the order of the paths.
    public List<Map.Entry<String, String>> listed() {
        return entries.entrySet().stream()
                .map(e -> Map.entry(e.getKey(), e.getValue().getLast().help()))
                .toList();
    }

    /// The answer of the page at the path of a request, or null if there is none.
    public HttpPage.@Nullable Answer answer(HttpPage.Request request) throws IOException {
        var all = entries.get(request.path());
        return all == null ? null : all.getLast().page().get(request);
    }

    /// Forgets all pages.
    @Override
    public void close() {
        entries.clear();
    }
}
