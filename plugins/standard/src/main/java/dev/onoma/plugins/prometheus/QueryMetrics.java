package dev.onoma.plugins.prometheus;

import dev.onoma.api.Metrics;
import dev.onoma.api.Metrics.Counter;
import dev.onoma.api.Metrics.Family;
import dev.onoma.api.Metrics.Histogram;

/// The families that count queries, with CoreDNS's names, labels and buckets.
final class QueryMetrics {
    private static final double[] SIZES = {
        0, 100, 200, 300, 400, 511, 1023, 2047, 4095, 8291, 16_000, 32_000, 48_000, 64_000
    };
    private static final int TIMES = 16;
    private static final double TIME_MIN = 0.00025;

    final Family<Counter> requests;
    final Family<Counter> wantingDnssec;
    final Family<Counter> responses;
    final Family<Histogram> seconds;
    final Family<Histogram> requestOctets;
    final Family<Histogram> responseOctets;

    QueryMetrics(Metrics metrics) {
        requests =
                metrics.counters(
                        "coredns_dns_requests_total",
                        "Counter of DNS requests made per zone, protocol and family.",
                        "server",
                        "zone",
                        "view",
                        "proto",
                        "family",
                        "type");
        wantingDnssec =
                metrics.counters(
                        "coredns_dns_do_requests_total",
                        "Counter of DNS requests with DO bit set per zone.",
                        "server",
                        "zone",
                        "view");
        responses =
                metrics.counters(
                        "coredns_dns_responses_total",
                        "Counter of response status codes.",
                        "server",
                        "zone",
                        "view",
                        "rcode",
                        "plugin");
        seconds =
                metrics.histograms(
                        "coredns_dns_request_duration_seconds",
                        "Histogram of the time (in seconds) each request took per zone.",
                        times(),
                        "server",
                        "zone",
                        "view");
        requestOctets =
                metrics.histograms(
                        "coredns_dns_request_size_bytes",
                        "Size of the request in bytes per zone and protocol.",
                        SIZES,
                        "server",
                        "zone",
                        "view",
                        "proto");
        responseOctets =
                metrics.histograms(
                        "coredns_dns_response_size_bytes",
                        "Size of the returned response in bytes.",
                        SIZES,
                        "server",
                        "zone",
                        "view",
                        "proto");
    }

    private static double[] times() {
        var times = new double[TIMES];
        for (int i = 0; i < TIMES; i++) {
            times[i] = TIME_MIN * (1 << i);
        }
        return times;
    }
}
