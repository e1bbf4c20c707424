package dev.onoma.server.listen;

import java.net.InetAddress;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The places of listeners that have only so many (`max_connections`), on one event loop.
///
/// While there are any, [Limits#leavesRoom] shares them out. When all are taken, a source that has
/// few connections gets the place of one that rests, and is not asked anything: of the source that
/// has most, if that has more than the newcomer would have; else only a source that has none gets
/// one, of a connection that has rested for a while. So whoever holds places to keep others out
/// loses them first, and nobody loses one that is in use.
final class Places {
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Limits limits;
    private final Map<Listener, Set<Connections.Open>> taken = new HashMap<>();

    Places(Limits limits) {
        this.limits = limits;
    }

    void opened(Connections.Open connection) {
        if (connection.connectionsMax() > 0) {
            taken.computeIfAbsent(connection.listener(), _ -> new LinkedHashSet<>())
                    .add(connection);
        }
    }

    void closed(Connections.Open connection) {
        var ofListener = taken.get(connection.listener());
        if (ofListener != null && ofListener.remove(connection) && ofListener.isEmpty()) {
            taken.remove(connection.listener());
        }
    }

    /// Looks for a place for a connection that is not counted yet.
    ///
    /// @param max that the listener has; 0 for no limit
    /// @return whether there is one
    boolean find(Listener listener, InetAddress source, int max) {
        if (max == 0 || listener.sources().total() < max) {
            return true;
        }
        int before = listener.sources().of(source);
        return limits.leavesRoom(before + 1, 1) && makeOne(listener, before);
    }

    /// Ends a connection that rests, for a source that has fewer.
    ///
    /// @param before how many that has
    /// @return whether there was one
    boolean makeOne(Listener listener, int before) {
        var sources = listener.sources();
        Connections.@Nullable Open found = null;
        int most = 0;
        for (var each : taken.getOrDefault(listener, Collections.emptySet())) {
            int ofSource = each.pending() > 0 ? 0 : sources.of(each.client().getAddress());
            if (ofSource > most || found != null && ofSource == most && restsLonger(each, found)) {
                found = each;
                most = ofSource;
            }
        }
        if (found == null || most <= before + 1 && !(before == 0 && hasRested(found))) {
            return false;
        }
        closed(found);
        limits.reached("listener");
        found.giveWay();
        return true;
    }

    private static boolean restsLonger(Connections.Open one, Connections.Open other) {
        return one.usedNanos() - other.usedNanos() < 0;
    }

    private static boolean hasRested(Connections.Open connection) {
        return System.nanoTime() - connection.usedNanos() > REST_NANOS;
    }
}
