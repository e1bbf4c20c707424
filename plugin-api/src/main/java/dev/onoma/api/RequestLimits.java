package dev.onoma.api;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The limits of requests that a Corefile has set.
///
/// @param set those alone
public record RequestLimits(Map<RequestLimit, Integer> set) {
    /// Without a word of a Corefile.
    public static final RequestLimits DEFAULT = new RequestLimits(Map.of());

    public RequestLimits {
        set = Map.copyOf(set);
    }

    /// What holds.
    public int get(RequestLimit limit) {
        return set.getOrDefault(limit, limit.fallback());
    }

    /// The names of properties, behind those of the plugin itself.
    public static String[] properties(Set<RequestLimit> limits, String... own) {
        return Stream.concat(
                        Arrays.stream(own), limits.stream().sorted().map(RequestLimit::property))
                .toArray(String[]::new);
    }

    /// These and what a property says.
    ///
    /// @param property one of those in [#properties] that are not the plugin's own
    public RequestLimits with(Directive property) {
        var limit =
                Arrays.stream(RequestLimit.values())
                        .filter(each -> each.property().equals(property.name()))
                        .findFirst()
                        .orElseThrow();
        var more = new HashMap<>(set);
        more.put(limit, limit.read(property));
        return new RequestLimits(more);
    }
}
