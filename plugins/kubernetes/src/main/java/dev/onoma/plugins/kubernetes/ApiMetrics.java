package dev.onoma.plugins.kubernetes;

import dev.onoma.api.Metrics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;

/// What happens between this process and API servers, in numbers.
final class ApiMetrics {
    private static final double[] SECONDS = {
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
    };
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS_PER_SECOND = 1e3;

    private final Metrics.Family<Metrics.Counter> requests;
    private final Metrics.Family<Metrics.Histogram> durations;
    private final Metrics.Family<Metrics.Histogram> waits;
    private final Metrics.Family<Metrics.Counter> failures;
    private final Metrics.Family<Metrics.Counter> events;
    private final Metrics.Family<Metrics.Counter> lists;
    private final Metrics.Family<Metrics.Gauge> contacts;
    private final InstantSource clock;

    ApiMetrics(Metrics metrics, InstantSource clock) {
        this.clock = clock;
        requests =
                metrics.counters(
                        "coredns_kubernetes_rest_client_requests_total",
                        "Number of HTTP requests, partitioned by status code, method, and host.",
                        "code",
                        "method",
                        "host");
        durations =
                metrics.histograms(
                        "coredns_kubernetes_rest_client_request_duration_seconds",
                        "Request latency in seconds. Broken down by verb and host.",
                        SECONDS,
                        "verb",
                        "host");
        waits =
                metrics.histograms(
                        "coredns_kubernetes_rest_client_rate_limiter_duration_seconds",
                        "Client side rate limiter latency in seconds. Broken down by verb and host.",
                        SECONDS,
                        "verb",
                        "host");
        failures =
                metrics.counters(
                        "onoma_kubernetes_api_failures_total",
                        "Lists and watches that ended in trouble.",
                        "resource",
                        "cause");
        events =
                metrics.counters(
                        "onoma_kubernetes_api_events_total",
                        "Events of watches.",
                        "resource",
                        "type");
        lists =
                metrics.counters(
                        "onoma_kubernetes_api_lists_total",
                        "Complete lists that were read.",
                        "resource");
        contacts =
                metrics.gauges(
                        "onoma_kubernetes_api_last_contact_timestamp_seconds",
                        "When the API server last said something, in seconds since 1970.",
                        "resource");
    }

    /// @param status of HTTP, or 0 if there was no answer
    void requested(String host, int status, Duration took) {
        requests.with(status == 0 ? "<error>" : "" + status, "GET", host).inc();
        if (status != 0) {
            durations.with("GET", host).observe(took.toNanos() / NANOS_PER_SECOND);
        }
    }

    void waited(String host, Duration wait) {
        waits.with("GET", host).observe(wait.toNanos() / NANOS_PER_SECOND);
    }

    void failed(ApiResource resource, ApiFailure.Cause cause) {
        failures.with(resource.label(), cause.name().toLowerCase(Locale.ROOT)).inc();
    }

    void listed(ApiResource resource) {
        lists.with(resource.label()).inc();
    }

    Metrics.Gauge contact(ApiResource resource) {
        return contacts.with(resource.label());
    }

    void heard(Metrics.Gauge contact) {
        contact.set(clock.instant().toEpochMilli() / MILLIS_PER_SECOND);
    }

    Metrics.Counter events(ApiResource resource, String type) {
        return events.with(resource.label(), type);
    }
}
