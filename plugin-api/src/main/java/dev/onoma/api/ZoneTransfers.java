package dev.onoma.api;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// The zones of one server block that may be transferred to other servers.
///
/// Whoever transfers them makes it a [ServerBlock#setting] in its setup; plugins with zones come
/// later in the chain. They [#offer] what they have in their setup, and say later what [#changed].
public final class ZoneTransfers {
    /// How often the zones of a live source are looked at.
    public static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private final List<Source> sources = new CopyOnWriteArrayList<>();
    private final Consumer<Name> changes;

    /// A plugin with zones.
    public interface Source {
        /// The names of its zones, in lower case. Any thread.
        List<Name> zones();

        /// The version served now of the zone of exactly this name; null if there is none. Any
        /// thread.
        @Nullable ZoneVersion version(NameKey zone);
    }

    /// @param changes is told the names of zones that have changed, on any thread; must not wait
    public ZoneTransfers(Consumer<Name> changes) {
        this.changes = changes;
    }

    /// Adds a source. Those added first are asked first.
    public void offer(Source source) {
        sources.add(source);
    }

    /// Adds a source whose zones change on their own, perhaps many times in a second. While the
    /// server block serves, their serials are looked at every [#LOOK_EVERY], so that others are
    /// told of many changes at once.
    public void offerLive(Source source, ServerBlock block) {
        offer(source);
        var live = new Live(source, block.time());
        block.onServing(live::start);
        block.onStop(live::stop);
    }

    /// Another version of a zone is served from now on.
    public void changed(Name zone) {
        changes.accept(zone);
    }

    /// The names of all zones.
    public List<Name> zones() {
        return sources.stream().flatMap(s -> s.zones().stream()).distinct().toList();
    }

    /// The version of the zone of exactly this name that the first source which has it serves; null
    /// if none does.
    public @Nullable ZoneVersion version(NameKey zone) {
        for (var source : sources) {
            var version = source.version(zone);
            if (version != null) {
                return version;
            }
        }
        return null;
    }

    /// Looks at the serials of the zones of a source.
    private final class Live {
        private final Source source;
        private final Time time;
        private final Map<Name, Long> told = new ConcurrentHashMap<>();
        private Time.@Nullable Task looking;

        Live(Source source, Time time) {
            this.source = source;
            this.time = time;
        }

        synchronized void start() {
            look(_ -> {}); // whoever transfers zones tells of all of them at the start
            looking = time.every(LOOK_EVERY, () -> look(ZoneTransfers.this::changed));
        }

        synchronized void stop() {
            if (looking != null) {
                looking.cancel();
            }
        }

        private void look(Consumer<Name> news) {
            for (var zone : source.zones()) {
                var version = source.version(NameKey.of(zone));
                if (version != null && isNews(zone, version.serial())) {
                    news.accept(zone);
                }
            }
        }

        private boolean isNews(Name zone, long serial) {
            var before = told.put(zone, serial);
            return before == null || before != serial;
        }
    }
}
