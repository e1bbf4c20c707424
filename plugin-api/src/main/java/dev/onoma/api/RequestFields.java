package dev.onoma.api;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Header fields of requests over HTTP and gRPC that plugins of a server block want to see, with
/// [Query#requestFields]. Nobody looks at a field as long as nobody has set this.
///
/// @param names in lower case
public record RequestFields(Set<String> names) {
    /// What is longer is left out.
    public static final int VALUE_OCTETS_MAX = 256;

    /// None.
    public static final RequestFields NONE = new RequestFields(Set.of());

    public RequestFields {
        names = Set.copyOf(names);
    }

    /// Those of a request.
    ///
    /// @param request gives the value of a name, or null
    public Map<String, String> of(Function<String, @Nullable CharSequence> request) {
        if (names.isEmpty()) {
            return Map.of();
        }
        var found = new HashMap<String, String>();
        for (var name : names) {
            var value = request.apply(name);
            if (value != null && value.length() <= VALUE_OCTETS_MAX) {
                found.put(name, value.toString());
            }
        }
        return found.isEmpty() ? Map.of() : found;
    }
}
