/// The `trace` plugin: tells a collector which plugins a query passed, and how long each took.
///
/// Start at [TraceHandler]; [TracedQuery] makes the spans of one query, [SpanQueue] brings them to
/// their [Collector] in the [SpanFormat] it reads. [TraceOptions] reads the Corefile. The manual
/// for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.trace;

import org.jspecify.annotations.NullMarked;
