package dev.onoma.tsig;

import dev.onoma.api.NameKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// The keys of a server block: a setting that those who sign queries of their own read.
public final class TsigKeys {
    private final Map<NameKey, TsigKey> byName = new HashMap<>();

    public TsigKeys(Collection<TsigKey> keys) {
        keys.forEach(key -> byName.put(NameKey.of(key.name()), key));
    }

    /// The key of this name.
    public Optional<TsigKey> key(Name name) {
        return Optional.ofNullable(find(NameKey.of(name)));
    }

    /// How many there are.
    public int count() {
        return byName.size();
    }

    @Nullable TsigKey find(NameKey name) {
        return byName.get(name);
    }
}
