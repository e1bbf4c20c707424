package dev.onoma.plugins.kubernetes;

import java.util.HashMap;
import java.util.Map;

/// Makes equal values one object: thousands of services share a few namespaces, ports and zones.
///
/// Forgets everything when full, which costs memory for later values and nothing else. For one
/// thread.
final class Interner {
    static final int VALUES_MAX = 16_384;

    private final Map<Object, Object> values = new HashMap<>();

    @SuppressWarnings("unchecked") // a value is only ever exchanged for one that is equal to it
    <T> T intern(T value) {
        if (values.size() >= VALUES_MAX) {
            values.clear();
        }
        Object known = values.putIfAbsent(value, value);
        return known == null ? value : (T) known;
    }
}
