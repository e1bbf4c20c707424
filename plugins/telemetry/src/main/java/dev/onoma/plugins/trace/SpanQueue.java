package dev.onoma.plugins.trace;

import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.propagation.TraceContext;
import dev.onoma.api.LimitReports;
import dev.onoma.api.Log;
import dev.onoma.api.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// Spans on their way to a collector. Whoever brings one never waits: when too many are there, the
/// oldest is lost, and counted.
///
/// They are sent on a virtual thread, one request at a time: after each interval, or as soon as a
/// batch is full. A batch that the collector could not take is sent again after the next interval.
final class SpanQueue extends SpanHandler implements AutoCloseable {
    private static final long COMPLAINT_PAUSE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long LAST_NANOS_MAX = Duration.ofSeconds(2).toNanos();

    private final TraceOptions options;
    private final Collector collector;
    private final TraceMetrics metrics;
    private final Time time;
    private final Log log;
    private final LimitReports reports;
    private final LinkedBlockingQueue<MutableSpan> waiting;
    private final AtomicBoolean sending = new AtomicBoolean();
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile Time.Task ticking = () -> {};
    private volatile boolean troubled;

    // Of whoever sends.
    private List<MutableSpan> batch = new ArrayList<>();
    private long complainedNanos;

    SpanQueue(
            TraceOptions options,
            Collector collector,
            TraceMetrics metrics,
            Time time,
            Log log,
            LimitReports reports) {
        this.options = options;
        this.collector = collector;
        this.metrics = metrics;
        this.time = time;
        this.log = log;
        this.reports = reports;
        reports.known("spans");
        waiting = new LinkedBlockingQueue<>(options.backlog());
        complainedNanos = time.nanos() - COMPLAINT_PAUSE_NANOS;
    }

    /// A span is not sent, as too many wait, or as its query has too many.
    void lost() {
        metrics.dropped().inc();
        reports.reached(
                "spans",
                "spans that wait for their collector, or of one query; others are lost:"
                        + " zipkin_max_backlog_size, max_spans of trace");
    }

    /// Lets time pass, once.
    void begin(Time time) {
        if (begun.compareAndSet(false, true)) {
            ticking = time.every(options.interval(), this::send);
        }
    }

    @Override
    public boolean end(TraceContext context, MutableSpan span, Cause cause) {
        while (!waiting.offer(span)) {
            if (waiting.poll() != null) {
                lost();
            }
        }
        if (waiting.size() >= options.batch() && !troubled && !sending.get()) {
            Thread.startVirtualThread(this::send);
        }
        return true;
    }

    /// Sends what is there, as long as it is taken.
    void send() {
        if (!sending.compareAndSet(false, true)) {
            return;
        }
        try {
            boolean taken = true;
            while (taken && fill()) {
                taken = sendBatch();
            }
        } finally {
            sending.set(false);
        }
    }

    private boolean fill() {
        waiting.drainTo(batch, options.batch() - batch.size());
        return !batch.isEmpty();
    }

    private boolean sendBatch() {
        try {
            int status = collector.send(batch);
            if (status / 100 == 2) {
                metrics.sent().add(batch.size());
            } else if (status == 429 || status / 100 == 5) {
                failed("the collector answers " + status);
                return false;
            } else {
                metrics.dropped().add(batch.size());
                complain("the collector answers " + status + ", so spans are lost");
            }
        } catch (IOException | RuntimeException e) {
            failed(e.toString());
            return false;
        }
        batch = new ArrayList<>();
        if (troubled) {
            troubled = false;
            log.info("Spans are sent to %s again".formatted(options.endpoint()));
        }
        return true;
    }

    private void failed(String cause) {
        troubled = true;
        complain(cause);
    }

    private void complain(String cause) {
        metrics.failures().inc();
        long now = time.nanos();
        if (now - complainedNanos >= COMPLAINT_PAUSE_NANOS) {
            complainedNanos = now;
            log.warning(
                    "failed to send the request: Post \"%s\": %s"
                            .formatted(options.endpoint(), cause));
        }
    }

    /// Sends the last, if that does not take long.
    @Override
    public void close() {
        ticking.cancel();
        long begin = System.nanoTime();
        while (!waiting.isEmpty() || !batch.isEmpty()) {
            if (troubled || System.nanoTime() - begin > LAST_NANOS_MAX) {
                metrics.dropped().add(waiting.size() + batch.size());
                return;
            }
            send();
            Thread.onSpinWait();
        }
    }
}
