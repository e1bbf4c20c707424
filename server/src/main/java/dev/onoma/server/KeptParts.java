package dev.onoma.server;

import dev.onoma.api.Log;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Parts of a configuration that outlive reloads, by class and key.
final class KeptParts {
    private record Key(Class<?> kind, String key) {}

    private final Map<Key, AutoCloseable> parts = new LinkedHashMap<>();
    private final @Nullable KeptParts before;

    /// @param before those of the configuration that runs now
    KeptParts(@Nullable KeptParts before) {
        this.before = before;
    }

    <T extends AutoCloseable> T keep(Class<T> kind, String key, Function<String, T> make) {
        var place = new Key(kind, key);
        var part = parts.get(place);
        if (part == null && before != null) {
            part = before.parts.get(place);
        }
        if (part == null) {
            part = make.apply(key);
        }
        parts.put(place, part);
        return kind.cast(part);
    }

    /// Closes the parts that another configuration does not have.
    ///
    /// @param other null to close all
    void closeAllBut(@Nullable KeptParts other, Log log) {
        parts.forEach((key, part) -> {
            if (other == null || other.parts.get(key) != part) {
                close(key, part, log);
            }
        });
    }

    private static void close(Key key, AutoCloseable part, Log log) {
        try {
            part.close();
        } catch (Exception e) {
            log.warning("closing " + key.kind().getSimpleName() + " failed: " + e.getMessage());
        }
    }
}
