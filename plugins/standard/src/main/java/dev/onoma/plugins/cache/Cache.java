package dev.onoma.plugins.cache;

import dev.onoma.api.AdminPages;
import dev.onoma.api.BindAddresses;
import dev.onoma.api.DenialMemory;
import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ZoneSet;
import java.util.List;

/// Keeps the answers of the plugins behind it for as long as their TTL allows.
///
/// The answers outlive a reload as long as the stanza stays as it is: [CacheTable].
public final class Cache implements Plugin {
    @Override
    public String name() {
        return "cache";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.once(occurrences), block);
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var options = CacheOptions.parse(directive, block);
        var table = block.keep(CacheTable.class, identity(directive, block), _ -> table(options));
        block.setting(DenialMemory.class, denialMemory(options, table));
        show(table, block);
        var metrics = new CacheMetrics(block.metrics(), options.zones());
        return new CacheHandler(options, table, metrics, block.time());
    }

    private static CacheTable table(CacheOptions options) {
        return new CacheTable(options.success().capacity(), options.denial().capacity());
    }

    private static void show(CacheTable table, ServerBlock block) {
        var page = block.keep(CachePage.class, "", _ -> new CachePage());
        var label = String.join(" ", block.keys());
        var shown = new CachePage.Shown(label, table, block.time(), block.log("cache"));
        block.onStart(() -> page.add(shown));
        block.onStop(() -> page.remove(shown));
        AdminPages.add(
                block,
                "/cache",
                "what caches hold; ?name=NAME or ?zone=ZONE lists, POST forgets",
                page);
    }

    private static DenialMemory denialMemory(CacheOptions options, CacheTable table) {
        return new DenialMemory(
                new ZoneSet(options.zones()),
                new ZoneSet(options.denialOff()),
                options.denial().ttlMax(),
                table::flushes);
    }

    // What a block is, so that two blocks with the same stanza do not share answers. Views are
    // known only later; the table keeps them apart.
    private static String identity(Directive directive, ServerBlock block) {
        var addresses = block.setting(BindAddresses.class).map(BindAddresses::toString).orElse("");
        return block.keys() + " " + addresses + " " + directive.text();
    }
}
