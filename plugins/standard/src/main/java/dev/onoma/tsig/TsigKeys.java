package dev.onoma.tsig;

import dev.onoma.api.Arguments;
import dev.onoma.api.NameKey;
import dev.onoma.api.ServerBlock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// The keys of a server block: a setting that those who sign queries of their own read.
public final class TsigKeys {
    private final Map<NameKey, TsigKey> byName = new HashMap<>();

    public TsigKeys(Collection<TsigKey> keys) {
        keys.forEach(key -> byName.put(NameKey.of(key.name()), key));
    }

    /// Reads the name of a key that `tsig` of the same server block has.
    ///
    /// @throws dev.onoma.api.CorefileException if it has none
    public static TsigKey named(Arguments words, String what, ServerBlock block) {
        var name = words.name(what);
        return block.setting(TsigKeys.class)
                .flatMap(keys -> keys.key(name))
                .orElseThrow(() ->
                        words.wrong(
                                "there is no key %s; tsig, in the same server block, says which there are"
                                        .formatted(name)));
    }

    /// The key of this name.
    public Optional<TsigKey> key(Name name) {
        return Optional.ofNullable(find(NameKey.of(name)));
    }

    /// Something that is different when a key is.
    public String fingerprint() {
        return byName.values().stream()
                .map(TsigKey::fingerprint)
                .sorted()
                .collect(Collectors.joining(" "));
    }

    /// How many there are.
    public int count() {
        return byName.size();
    }

    @Nullable TsigKey find(NameKey name) {
        return byName.get(name);
    }
}
