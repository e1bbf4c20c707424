package dev.onoma.server.listen;

import dev.onoma.api.Log;
import dev.onoma.api.Metrics;
import io.prometheus.client.CollectorRegistry;
import java.util.ArrayList;
import java.util.List;

/// Limits whose lines and metrics can be looked at.
final class LoggedLimits implements Log {
    private final List<String> lines = new ArrayList<>();
    private final Metrics metrics = new Metrics(new CollectorRegistry());
    private final Limits limits = new Limits(metrics, this);

    Limits limits() {
        return limits;
    }

    Metrics metrics() {
        return metrics;
    }

    List<String> lines() {
        return lines;
    }

    /// How often a limit was reached.
    double reached(String limit) {
        return metrics.counters("onoma_limit_reached_total", "", "limit").with(limit).value();
    }

    @Override
    public void debug(String message) {}

    @Override
    public void info(String message) {}

    @Override
    public void warning(String message) {
        lines.add(message);
    }

    @Override
    public void error(String message) {}

    @Override
    public boolean isDebug() {
        return false;
    }
}
