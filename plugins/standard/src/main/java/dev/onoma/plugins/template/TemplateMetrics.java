package dev.onoma.plugins.template;

import dev.onoma.api.Metrics;
import dev.onoma.api.Metrics.Counter;
import dev.onoma.api.Metrics.Family;

/// Matches and failures, under CoreDNS's names.
final class TemplateMetrics {
    private final Family<Counter> matches;
    private final Family<Counter> templateFailures;
    private final Family<Counter> recordFailures;

    TemplateMetrics(Metrics metrics) {
        matches =
                metrics.counters(
                        "coredns_template_matches_total",
                        "Counter of template regex matches.",
                        "server",
                        "zone",
                        "view",
                        "class",
                        "type");
        templateFailures =
                failures(
                        metrics,
                        "coredns_template_template_failures_total",
                        "Counter of go template failures.");
        recordFailures =
                failures(
                        metrics,
                        "coredns_template_rr_failures_total",
                        "Counter of mis-templated RRs.");
    }

    private static Family<Counter> failures(Metrics metrics, String name, String help) {
        return metrics.counters(
                name, help, "server", "zone", "view", "class", "type", "section", "template");
    }

    /// The counter of what matches like this.
    Counter matches(Match match) {
        var query = match.query();
        return matches.with(
                query.server(), match.zoneName(), query.view(), match.dclass(), match.type());
    }

    void templateFailed(Match match, RecordTemplate template) {
        failed(templateFailures, match, template);
    }

    void recordFailed(Match match, RecordTemplate template) {
        failed(recordFailures, match, template);
    }

    private static void failed(Family<Counter> family, Match match, RecordTemplate template) {
        var query = match.query();
        family.with(
                        query.server(),
                        match.zoneName(),
                        query.view(),
                        match.dclass(),
                        match.type(),
                        template.section(),
                        template.template().toString())
                .inc();
    }
}
