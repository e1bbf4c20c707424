package dev.onoma.plugins.forward;

import dev.onoma.api.Metrics;
import dev.onoma.api.Metrics.Counter;
import dev.onoma.api.Metrics.Family;
import dev.onoma.api.Metrics.Histogram;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.xbill.DNS.Rcode;

/// What forwarding counts: CoreDNS's names, and some of our own.
final class ForwardMetrics {
    private static final String PROXY_NAME = "forward";
    private static final int BUCKETS = 16;
    private static final int RCODES = 24;

    final Counter allDown;
    final Counter maxConcurrentRejects;
    final Counter inFlightRejects;
    final Counter merged;
    final Counter absent;
    private final Family<Histogram> durations;
    private final Family<Counter> healthFailures;
    private final Family<Counter> reused;
    private final Family<Counter> opened;
    private final Family<Counter> ignored;
    private final Family<Counter> unrelated;

    ForwardMetrics(Metrics metrics) {
        allDown =
                counter(
                        metrics,
                        "coredns_forward_healthcheck_broken_total",
                        "Counter of the number of complete failures of the healthchecks.");
        maxConcurrentRejects =
                counter(
                        metrics,
                        "coredns_forward_max_concurrent_rejects_total",
                        "Counter of the number of queries rejected because the concurrent"
                                + " queries were at maximum.");
        inFlightRejects =
                counter(
                        metrics,
                        "coredns_forward_in_flight_rejects_total",
                        "Counter of queries refused because the table of queries that wait"
                                + " for upstreams was full.");
        merged =
                counter(
                        metrics,
                        "coredns_forward_merged_queries_total",
                        "Counter of queries that got the answer of an identical query in"
                                + " flight.");
        absent =
                counter(
                        metrics,
                        "coredns_forward_absent_names_total",
                        "Counter of queries for names of which an upstream has said, for"
                                + " another type or name, that they do not exist.");
        durations =
                metrics.histograms(
                        "coredns_proxy_request_duration_seconds",
                        "Histogram of the time each request took.",
                        buckets(),
                        "proxy_name",
                        "to",
                        "rcode");
        healthFailures =
                metrics.counters(
                        "coredns_proxy_healthcheck_failures_total",
                        "Counter of the number of failed healthchecks.",
                        "proxy_name",
                        "to");
        reused = connections(metrics, "coredns_proxy_conn_cache_hits_total", "hits");
        opened = connections(metrics, "coredns_proxy_conn_cache_misses_total", "misses");
        ignored =
                metrics.counters(
                        "coredns_forward_ignored_replies_total",
                        "Counter of messages from upstreams that answer nothing that was asked.",
                        "to",
                        "reason");
        unrelated =
                metrics.counters(
                        "coredns_forward_unrelated_records_total",
                        "Counter of records dropped from replies because they have nothing to do"
                                + " with the question.",
                        "to");
    }

    private static Family<Counter> connections(Metrics metrics, String name, String what) {
        return metrics.counters(
                name,
                "Counter of connection cache " + what + " per upstream and protocol.",
                "proxy_name",
                "to",
                "proto");
    }

    private static Counter counter(Metrics metrics, String name, String help) {
        return metrics.counters(name, help).with();
    }

    private static double[] buckets() {
        var buckets = new double[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            buckets[i] = 0.00025 * (1 << i);
        }
        return buckets;
    }

    /// The series of one upstream.
    final class Labelled {
        private final String to;
        private final AtomicReferenceArray<Histogram> byRcode = new AtomicReferenceArray<>(RCODES);
        final Counter healthFailures;
        final Counter udpReused;
        final Counter udpOpened;
        final Counter tcpReused;
        final Counter tcpOpened;
        final Counter unexpected;
        final Counter mismatched;
        final Counter noResponse;
        final Counter malformed;
        final Counter unrelatedRecords;

        Labelled(String to, Upstreams.Scheme scheme) {
            this.to = to;
            healthFailures = ForwardMetrics.this.healthFailures.with(PROXY_NAME, to);
            udpReused = reused.with(PROXY_NAME, to, "udp");
            udpOpened = opened.with(PROXY_NAME, to, "udp");
            var stream =
                    switch (scheme) {
                        case DNS -> "tcp";
                        case TLS -> "tcp-tls";
                        case HTTPS -> "https";
                    };
            tcpReused = reused.with(PROXY_NAME, to, stream);
            tcpOpened = opened.with(PROXY_NAME, to, stream);
            unexpected = ignored.with(to, "unexpected");
            mismatched = ignored.with(to, "question");
            noResponse = ignored.with(to, "no_response");
            malformed = ignored.with(to, "malformed");
            unrelatedRecords = unrelated.with(to);
        }

        void replied(int rcode, long nanos) {
            duration(rcode).observe(nanos / 1e9);
        }

        private Histogram duration(int rcode) {
            if (rcode >= RCODES) {
                return durations.with(PROXY_NAME, to, Integer.toString(rcode));
            }
            var known = byRcode.get(rcode);
            if (known == null) {
                known = durations.with(PROXY_NAME, to, label(rcode));
                byRcode.set(rcode, known);
            }
            return known;
        }

        private static String label(int rcode) {
            var text = Rcode.string(rcode);
            return text.startsWith("RESERVED") ? Integer.toString(rcode) : text;
        }
    }
}
