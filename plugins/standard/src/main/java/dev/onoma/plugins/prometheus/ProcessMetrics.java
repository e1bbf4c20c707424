package dev.onoma.plugins.prometheus;

import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.hotspot.BufferPoolsExports;
import io.prometheus.client.hotspot.ClassLoadingExports;
import io.prometheus.client.hotspot.GarbageCollectorExports;
import io.prometheus.client.hotspot.MemoryPoolsExports;
import io.prometheus.client.hotspot.ThreadExports;
import io.prometheus.client.hotspot.VersionInfoExports;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The metrics of the process and of the JVM, as long as somebody wants any.
///
/// What reads the JVM is made at the first scrape: it takes megabytes that a server nobody watches
/// does not have to spend.
final class ProcessMetrics implements AutoCloseable {
    private static final List<Supplier<Collector>> USUAL =
            List.of(
                    ProcessExports::new,
                    VersionInfoExports::new,
                    GarbageCollectorExports::new,
                    MemoryPoolsExports::new);
    private static final List<Supplier<Collector>> RUNTIME =
            List.of(BufferPoolsExports::new, ClassLoadingExports::new, ThreadExports::new);

    private final CollectorRegistry registry;
    private final List<Collector> registered = new ArrayList<>();
    private boolean usual;
    private boolean runtime;

    ProcessMetrics(CollectorRegistry registry) {
        this.registry = registry;
    }

    /// Exports them, if that is not so yet. What was asked for once stays until nobody wants any.
    synchronized void register(boolean withRuntime) {
        if (!usual) {
            usual = true;
            USUAL.forEach(this::add);
        }
        if (withRuntime && !runtime) {
            runtime = true;
            RUNTIME.forEach(this::add);
        }
    }

    private void add(Supplier<Collector> make) {
        var collector = new Lazy(make);
        registry.register(collector);
        registered.add(collector);
    }

    @Override
    public synchronized void close() {
        registered.forEach(registry::unregister);
        registered.clear();
    }

    /// A collector that is made when it is first asked.
    private static final class Lazy extends Collector {
        private final Supplier<Collector> make;
        private @Nullable Collector made;

        Lazy(Supplier<Collector> make) {
            this.make = make;
        }

        @Override
        public synchronized List<MetricFamilySamples> collect() {
            var collector = made;
            if (collector == null) {
                collector = make.get();
                made = collector;
            }
            return collector.collect();
        }
    }
}
