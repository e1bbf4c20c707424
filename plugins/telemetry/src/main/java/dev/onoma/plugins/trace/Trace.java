package dev.onoma.plugins.trace;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.util.List;

/// Sends traces of queries to Zipkin, OpenTelemetry or Datadog.
public final class Trace implements Plugin {
    @Override
    public String name() {
        return "trace";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    /// All occurrences are one; what a later one says counts.
    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return TraceSetup.handler(occurrences, block);
    }
}
