package dev.onoma.plugins.prometheus;

import dev.onoma.api.MetricLabels;
import dev.onoma.api.Metrics.Counter;
import dev.onoma.api.Metrics.Histogram;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import java.net.Inet4Address;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Everything that is counted for one server, zone and view.
///
/// Series are made when they first count, and found by number after that. Two threads may make one
/// at the same time: they get the same from its family, so that no fence is needed.
final class ZoneSeries {
    // Types with numbers below have a counter of their own; HTTPS and SVCB are among them.
    private static final int TYPES = 66;
    private static final int RCODES = 24;

    private final QueryMetrics metrics;
    private final String server;
    private final String zone;
    private final String view;
    private final Counter wantingDnssec;
    private final Histogram seconds;
    private @Nullable Protocol udp;
    private @Nullable Protocol tcp;
    private volatile Answerer[] answerers = {};

    ZoneSeries(QueryMetrics metrics, String server, String zone, String view) {
        this.metrics = metrics;
        this.server = server;
        this.zone = zone;
        this.view = view;
        wantingDnssec = metrics.wantingDnssec.with(server, zone, view);
        seconds = metrics.seconds.with(server, zone, view);
    }

    String server() {
        return server;
    }

    String zone() {
        return zone;
    }

    /// Nearly always the same objects.
    boolean isOf(String server, String zone, String view) {
        return this.zone.equals(zone) && this.server.equals(server) && this.view.equals(view);
    }

    /// Counts a query and what became of it.
    void count(Query query, Outcome settled, long nanos) {
        var protocol = protocol(query.transport().label());
        protocol.requests(query).inc();
        protocol.requestOctets.observe(query.sizeOctets());
        seconds.observe(nanos * 1e-9);
        if (query.dnssecOk()) {
            wantingDnssec.inc();
        }
        switch (settled) {
            case Outcome.Reply(var response) -> count(query, response, protocol);
            case Outcome.Failed(var failure) -> {
                // The server writes it, so no plugin does.
                protocol.responseOctets.observe(query.questionEnd());
                responses("", failure.rcode()).inc();
            }
            case Outcome.Dropped _, Outcome.Later _ -> {} // no response, nothing to count
        }
    }

    private Protocol protocol(String label) {
        boolean isUdp = label.equals("udp");
        var known = isUdp ? udp : tcp;
        if (known != null) {
            return known;
        }
        var made = new Protocol(label);
        if (isUdp) {
            udp = made;
        } else {
            tcp = made;
        }
        return made;
    }

    private void count(Query query, Response response, Protocol protocol) {
        protocol.responseOctets.observe(response.sizeOctets());
        responses(query.answeredBy(), response.rcode()).inc();
    }

    private Counter responses(String plugin, int rcode) {
        for (var answerer : answerers) {
            if (answerer.plugin.equals(plugin)) {
                return answerer.responses(rcode);
            }
        }
        return add(plugin).responses(rcode);
    }

    private synchronized Answerer add(String plugin) {
        var added = new Answerer(plugin);
        var more = Arrays.copyOf(answerers, answerers.length + 1);
        more[answerers.length] = added;
        answerers = more;
        return added;
    }

    /// What is counted for `udp` or `tcp`.
    private final class Protocol {
        private final String label;
        private final Histogram requestOctets;
        private final Histogram responseOctets;
        private final @Nullable Counter[] ofFour = new @Nullable Counter[TYPES];
        private final @Nullable Counter[] ofSix = new @Nullable Counter[TYPES];

        Protocol(String label) {
            this.label = label;
            requestOctets = metrics.requestOctets.with(server, zone, view, label);
            responseOctets = metrics.responseOctets.with(server, zone, view, label);
        }

        Counter requests(Query query) {
            var counters = query.client().getAddress() instanceof Inet4Address ? ofFour : ofSix;
            int type = query.type();
            // ANY, transfers and types that nobody asks for are looked up in the family.
            if (type >= TYPES) {
                return rare(query);
            }
            var known = counters[type];
            if (known == null) {
                known = rare(query);
                counters[type] = known;
            }
            return known;
        }

        private Counter rare(Query query) {
            return metrics.requests.with(
                    server,
                    zone,
                    view,
                    label,
                    MetricLabels.family(query.client()),
                    MetricLabels.type(query.type()));
        }
    }

    /// What is counted for a plugin that answers.
    private final class Answerer {
        private final String plugin;
        private final @Nullable Counter[] byRcode = new @Nullable Counter[RCODES];

        Answerer(String plugin) {
            this.plugin = plugin;
        }

        Counter responses(int rcode) {
            if (rcode >= RCODES) {
                return make(rcode);
            }
            var known = byRcode[rcode];
            if (known == null) {
                known = make(rcode);
                byRcode[rcode] = known;
            }
            return known;
        }

        private Counter make(int rcode) {
            return metrics.responses.with(server, zone, view, MetricLabels.rcode(rcode), plugin);
        }
    }
}
