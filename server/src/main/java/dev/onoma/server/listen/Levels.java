package dev.onoma.server.listen;

import dev.onoma.api.Metrics;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Shows how near connections, listeners and handshakes come to their limits. Any thread.
final class Levels {
    private final List<Largest> largest = new CopyOnWriteArrayList<>();
    private final Metrics.Gauge handshakesWaiting;
    private final Metrics.Gauge handshakesOfOneSource;
    private final Metrics.Family<Metrics.Gauge> ofOneConnection;
    private final Metrics.Family<Metrics.Gauge> ofListener;
    private final Metrics.Family<Metrics.Gauge> ofListenerMax;

    Levels(Metrics metrics) {
        handshakesWaiting =
                metrics.gauges(
                                "onoma_handshakes_waiting",
                                "Greetings of TLS that wait for their turn.")
                        .with();
        handshakesOfOneSource =
                metrics.gauges(
                                "onoma_handshakes_of_one_source",
                                "Handshakes of the client that has most.")
                        .with();
        ofOneConnection =
                metrics.gauges(
                        "onoma_largest_of_one_connection",
                        "What the connection has that has most of it.",
                        "of");
        ofListener =
                metrics.gauges(
                        "onoma_listener_connections", "Open connections of a listener.", "server");
        ofListenerMax =
                metrics.gauges(
                        "onoma_listener_connections_max",
                        "How many it has room for; 0 if only the limits of all hold.",
                        "server");
    }

    /// Shows from now on what the connections of an event loop have.
    void show(Largest ofLoop) {
        largest.add(ofLoop);
    }

    /// A sweep is over.
    void swept() {
        for (var of : Largest.Of.values()) {
            long most = 0;
            for (var each : largest) {
                most = Math.max(most, each.shown(of));
            }
            ofOneConnection.with(of.label()).set((double) most);
        }
    }

    /// Shows greetings that wait for their turn, and how far the source with most handshakes is.
    void handshakes(int waiting, int ofLargestSource) {
        handshakesWaiting.set(waiting);
        handshakesOfOneSource.set(ofLargestSource);
    }

    /// Shows how full a listener is.
    void listener(Listener listener, int max) {
        var server = listener.service().server();
        ofListener.with(server).set(listener.sources().total());
        ofListenerMax.with(server).set(max);
    }
}
