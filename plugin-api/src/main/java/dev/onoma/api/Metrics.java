package dev.onoma.api;

import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.prometheus.client.CollectorRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The metrics of the process, under CoreDNS's names. They survive reloads: asking twice for one
/// name gives the same family.
///
/// Who counts on the packet path asks once for its [Counter] or [Histogram] and keeps it; counting
/// itself takes no lock and allocates nothing. Families have at most [#SERIES_MAX] series
/// (`onoma.metrics.series.max`); what comes beyond is counted together under labels of `other`.
public final class Metrics {
    /// The most series of one family, if nobody says anything.
    public static final int SERIES_MAX = 10_000;

    private final CollectorRegistry registry;
    private final ConcurrentHashMap<String, Family<?>> families = new ConcurrentHashMap<>();
    private final int seriesMax =
            Math.max(100, Integer.getInteger("onoma.metrics.series.max", SERIES_MAX));
    private volatile Consumer<String> full = _ -> {};

    public Metrics(CollectorRegistry registry) {
        this.registry = registry;
    }

    /// Has somebody told, by its name, of a family that has no room for a series.
    public void whenFull(Consumer<String> hears) {
        full = hears;
    }

    /// What is exported.
    public CollectorRegistry registry() {
        return registry;
    }

    /// A number that only grows.
    ///
    /// @param name with its suffix, `coredns_..._total`
    public Family<Counter> counters(String name, String help, String... labels) {
        return family(name, help, Collector.Type.COUNTER, labels, Counter::new);
    }

    /// A number that goes up and down.
    public Family<Gauge> gauges(String name, String help, String... labels) {
        return family(name, help, Collector.Type.GAUGE, labels, Gauge::new);
    }

    /// A distribution.
    ///
    /// @param buckets upper bounds, rising, without infinity
    public Family<Histogram> histograms(
            String name, String help, double[] buckets, String... labels) {
        return family(name, help, Collector.Type.HISTOGRAM, labels, () -> new Histogram(buckets));
    }

    @SuppressWarnings("unchecked") // A name belongs to one kind; another is a mistake of ours.
    private <S extends Series> Family<S> family(
            String name, String help, Collector.Type type, String[] labels, Supplier<S> make) {
        var family =
                families.computeIfAbsent(
                        name,
                        _ -> {
                            var made = new Family<>(name, help, type, List.of(labels), make);
                            registry.register(made);
                            return made;
                        });
        if (family.type != type || family.labels.size() != labels.length) {
            throw new IllegalArgumentException(name + " is another kind of metric already");
        }
        return (Family<S>) family;
    }

    /// All series of one name.
    public final class Family<S extends Series> extends Collector {
        private final String name;
        private final String help;
        private final Type type;
        private final List<String> labels;
        private final Supplier<S> make;
        private final ConcurrentHashMap<List<String>, S> series = new ConcurrentHashMap<>();

        private Family(String name, String help, Type type, List<String> labels, Supplier<S> make) {
            this.name = name;
            this.help = help;
            this.type = type;
            this.labels = labels;
            this.make = make;
            if (labels.isEmpty()) {
                with();
            }
        }

        /// The series with these values, in the order of the labels.
        public S with(String... values) {
            if (values.length != labels.size()) {
                throw new IllegalArgumentException(name + " has the labels " + labels);
            }
            var key = List.of(values);
            var known = series.get(key);
            if (known != null) {
                return known;
            }
            boolean isFull = series.size() >= seriesMax;
            if (isFull) {
                full.accept(name);
            }
            var bounded = isFull ? labels.stream().map(_ -> "other").toList() : key;
            return series.computeIfAbsent(bounded, _ -> make.get());
        }

        /// Forgets a series, for instance of an upstream that is no more.
        public void remove(String... values) {
            series.remove(List.of(values));
        }

        /// Forgets all series.
        public void clear() {
            series.clear();
        }

        @Override
        public List<MetricFamilySamples> collect() {
            var samples = new ArrayList<Sample>();
            series.forEach((values, one) -> one.collect(name, labels, values, samples));
            return List.of(new MetricFamilySamples(name, type, help, samples));
        }
    }

    /// One line, or a few, of what is exported.
    public sealed interface Series {
        /// Adds what is exported.
        void collect(String name, List<String> labels, List<String> values, List<Sample> into);
    }

    /// A number that only grows.
    public static final class Counter implements Series {
        private final LongAdder count = new LongAdder();

        private Counter() {}

        public void inc() {
            count.increment();
        }

        /// Adds an amount that is not negative.
        public void add(long amount) {
            count.add(amount);
        }

        public long value() {
            return count.sum();
        }

        @Override
        public void collect(
                String name, List<String> labels, List<String> values, List<Sample> into) {
            into.add(new Sample(name, labels, values, count.sum()));
        }
    }

    /// A number that goes up and down.
    public static final class Gauge implements Series {
        private volatile double value;

        private Gauge() {}

        public void set(double current) {
            value = current;
        }

        public double value() {
            return value;
        }

        @Override
        public void collect(
                String name, List<String> labels, List<String> values, List<Sample> into) {
            into.add(new Sample(name, labels, values, value));
        }
    }

    /// A distribution.
    public static final class Histogram implements Series {
        private final double[] bounds;
        private final LongAdder[] counts;
        private final DoubleAdder sum = new DoubleAdder();

        private Histogram(double[] bounds) {
            this.bounds = bounds.clone();
            counts = new LongAdder[bounds.length + 1];
            Arrays.setAll(counts, _ -> new LongAdder());
        }

        public void observe(double value) {
            int at = 0;
            while (at < bounds.length && value > bounds[at]) {
                at++;
            }
            counts[at].increment();
            sum.add(value);
        }

        /// The number of observations.
        public long count() {
            return Arrays.stream(counts).mapToLong(LongAdder::sum).sum();
        }

        @Override
        public void collect(
                String name, List<String> labels, List<String> values, List<Sample> into) {
            var withBound = new ArrayList<>(labels);
            withBound.add("le");
            long total = 0;
            for (int i = 0; i < counts.length; i++) {
                total += counts[i].sum();
                var bound = new ArrayList<>(values);
                bound.add(i < bounds.length ? Collector.doubleToGoString(bounds[i]) : "+Inf");
                into.add(new Sample(name + "_bucket", withBound, bound, total));
            }
            into.add(new Sample(name + "_count", labels, values, total));
            into.add(new Sample(name + "_sum", labels, values, sum.sum()));
        }
    }
}
