/// The `prometheus` plugin: counts queries, and serves all metrics of the process. Start at
/// [Prometheus]; [PrometheusHandler] counts through [ZoneSeries], [MetricsPage] is what is scraped,
/// [ProcessExports] reads the process's own numbers.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.prometheus;

import org.jspecify.annotations.NullMarked;
