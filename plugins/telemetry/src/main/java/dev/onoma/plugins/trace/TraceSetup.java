package dev.onoma.plugins.trace;

import brave.Tracing;
import brave.sampler.Sampler;
import dev.onoma.api.BindAddresses;
import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.LimitReports;
import dev.onoma.api.RequestFields;
import dev.onoma.api.ServerBlock;
import java.io.IOException;
import java.util.List;

/// What [Trace] does, apart from it so that nothing of the library is loaded for a Corefile without
/// the directive.
final class TraceSetup {
    private TraceSetup() {}

    static Handler handler(List<Directive> occurrences, ServerBlock block) {
        var options = TraceOptions.parse(occurrences);
        var key = options.toString();
        // What waits outlives a reload; blocks that say the same share it.
        var queue = block.keep(SpanQueue.class, key, _ -> queue(options, occurrences, block));
        var tracing = tracing(options, queue, block);
        block.setting(RequestFields.class, Parent.FIELDS);
        block.onStart(() -> queue.begin(block.time()));
        block.onStop(tracing::close);
        return new TraceHandler(options, tracing, queue, block.time());
    }

    private static SpanQueue queue(
            TraceOptions options, List<Directive> occurrences, ServerBlock block) {
        try {
            return new SpanQueue(
                    options,
                    Collector.of(options, block),
                    new TraceMetrics(block.metrics(), options.endpoint().toString()),
                    block.time(),
                    block.log("trace"),
                    new LimitReports(block.metrics(), block.log("trace")));
        } catch (IOException e) {
            throw occurrences.getLast().wrong(String.valueOf(e.getMessage()));
        }
    }

    // Whether a query is traced is decided by the handler; from there on everything is.
    private static Tracing tracing(TraceOptions options, SpanQueue queue, ServerBlock block) {
        var builder =
                Tracing.newBuilder()
                        .localServiceName(options.service())
                        .sampler(Sampler.ALWAYS_SAMPLE)
                        .supportsJoin(options.clientServer())
                        .traceId128Bit(options.kind().hasLongIds())
                        .addSpanHandler(queue);
        block.setting(BindAddresses.class)
                .flatMap(bound -> bound.addresses().stream().findFirst())
                .ifPresent(address -> {
                    builder.localIp(address.getHostAddress());
                    builder.localPort(port(block.keys().getFirst()));
                });
        return builder.build();
    }

    private static int port(String key) {
        return Integer.parseInt(key.substring(key.lastIndexOf(':') + 1));
    }
}
