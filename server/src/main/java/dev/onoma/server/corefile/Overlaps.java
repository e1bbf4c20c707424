package dev.onoma.server.corefile;

import dev.onoma.api.CorefileException.Problem;
import dev.onoma.api.CorefileWarning;
import dev.onoma.api.Location;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// Finds zones that would be served twice at one address. For use when all plugins of all blocks
/// are set up, and `bind` and `view` are known.
public final class Overlaps {
    private final Map<Place, Location> registered = new HashMap<>();
    private final Map<Place, Place> bound = new HashMap<>();
    private final Map<Listener, Location> unboundListeners = new HashMap<>();
    private final Map<Listener, Place> boundListeners = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    /// A server block with what its plugins decided.
    ///
    /// @param hosts the addresses of `bind`; empty if the block has none
    /// @param hasView whether it only answers some clients, and others may serve the same zone
    public record Use(Block block, List<String> hosts, boolean hasView) {}

    private record Listener(String scheme, int port) {}

    private record Place(String scheme, Name zone, int port, String host) {
        Place unbound() {
            return new Place(scheme, zone, port, "");
        }

        Listener listener() {
            return new Listener(scheme, port);
        }

        @Override
        public String toString() {
            var place = scheme + "://" + zone + ":" + port;
            return host.isEmpty() ? place : place + " on " + host;
        }
    }

    private Overlaps() {}

    /// Checks all blocks, in their order.
    ///
    /// @param warnings learns of listeners that compete for the queries to one port
    /// @return what must not be; empty if all is well
    public static List<Problem> check(List<Use> uses, Consumer<CorefileWarning> warnings) {
        var overlaps = new Overlaps();
        for (var use : uses) {
            for (var key : use.block().keys()) {
                for (var host : use.hosts().isEmpty() ? List.of("") : use.hosts()) {
                    var place = new Place(key.scheme(), key.zone(), key.port(), host);
                    overlaps.check(place, key.at(), use.hasView(), warnings);
                }
            }
        }
        return List.copyOf(overlaps.problems);
    }

    private void check(
            Place place, Location at, boolean hasView, Consumer<CorefileWarning> warnings) {
        var first = registered.get(place);
        var other = other(place);
        if (first != null && !hasView) {
            problem(at, "cannot serve " + place + " - it is already defined", first);
        } else if (first == null && other != null) {
            problem(
                    at,
                    "cannot serve " + place + " - zone overlap listener capacity with " + other,
                    registered.getOrDefault(other, at));
        } else {
            if (!hasView) {
                registered.put(place, at);
                bound.put(place.unbound(), place);
            }
            warnIfCompeting(place, at, warnings);
        }
    }

    // The same zone and port on all addresses where this is bound, or bound where this is not.
    private @Nullable Place other(Place place) {
        if (place.host().isEmpty()) {
            return bound.get(place.unbound());
        }
        return registered.containsKey(place.unbound()) ? place.unbound() : null;
    }

    private void problem(Location at, String message, Location first) {
        problems.add(new Problem(at, message, "", "the first one is at " + first));
    }

    private void warnIfCompeting(Place place, Location at, Consumer<CorefileWarning> warnings) {
        var listener = place.listener();
        if (place.host().isEmpty()) {
            unboundListeners.putIfAbsent(listener, at);
            var other = boundListeners.get(listener);
            if (other != null) {
                warnings.accept(competing(place, at, other.host()));
            }
        } else {
            boundListeners.putIfAbsent(listener, place);
            if (unboundListeners.containsKey(listener)) {
                warnings.accept(competing(place, at, "all addresses"));
            }
        }
    }

    private static CorefileWarning competing(Place place, Location at, String other) {
        return new CorefileWarning(
                at,
                "%s competes with the listener of another block on %s for the same port; bind both, or neither"
                        .formatted(place, other));
    }
}
