package dev.onoma.api;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// The zones of one server block that may be transferred to other servers.
///
/// Whoever transfers them makes it a [ServerBlock#setting] in its setup; plugins with zones come
/// later in the chain. They [#offer] what they have in their setup, and say later what [#changed].
public final class ZoneTransfers {
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
}
