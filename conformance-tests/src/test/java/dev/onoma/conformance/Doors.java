package dev.onoma.conformance;

import dev.onoma.testkit.Ports;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// Ports of a server that listens for every [Way].
///
/// @param ports by the scheme of the keys, that of UDP and TCP first
record Doors(Map<String, Integer> ports) {
    /// Free ones.
    static Doors choose() throws IOException {
        var ports = new LinkedHashMap<String, Integer>();
        for (var way : Way.values()) {
            if (!ports.containsKey(way.scheme())) {
                ports.put(way.scheme(), Ports.free());
            }
        }
        return new Doors(ports);
    }

    int port(Way way) {
        return Objects.requireNonNull(ports.get(way.scheme()));
    }

    /// The keys of a server block for a zone.
    String keys(String zone) {
        return ports.entrySet().stream()
                .map(e -> "%s://%s:%d".formatted(e.getKey(), zone, e.getValue()))
                .collect(Collectors.joining(" "));
    }
}
