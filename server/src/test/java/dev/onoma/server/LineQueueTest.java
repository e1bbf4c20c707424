package dev.onoma.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Metrics;
import io.prometheus.client.CollectorRegistry;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class LineQueueTest {
    private final Metrics metrics = new Metrics(new CollectorRegistry());
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }

    @Test
    void closingWritesWhatWaitsInOrder() {
        var queue =
                new LineQueue(
                        new PrintStream(written, true, StandardCharsets.UTF_8),
                        LineFormat.text(),
                        metrics);
        for (int i = 0; i < 3000; i++) {
            queue.add("line " + i);
        }
        queue.close();
        assertThat(text().lines())
                .hasSize(3000)
                .startsWith("line 0", "line 1")
                .endsWith("line 2999");
    }

    @Test
    void aStreamThatNobodyReadsHoldsUpNobodyAndTheLossIsSaid() {
        var read = new CountDownLatch(1);
        var slow =
                new OutputStream() {
                    @Override
                    public void write(int octet) {
                        awaitUninterrupted(read);
                        written.write(octet);
                    }
                };
        var queue =
                new LineQueue(
                        new PrintStream(slow, true, StandardCharsets.UTF_8),
                        LineFormat.text(),
                        metrics);
        for (int i = 0; i < LineQueue.LINES_MAX + 2000; i++) {
            queue.add("line");
        }
        var lost = metrics.counters("coredns_log_lost_lines_total", "").with();
        assertThat(lost.value()).isBetween(1L, 2000L);
        read.countDown();
        queue.close();
        // One line says it, or two: the writer may have begun when some were lost already.
        var said =
                Pattern.compile("\\[WARNING] (\\d+) log lines were lost")
                        .matcher(text())
                        .results()
                        .mapToLong(line -> Long.parseLong(line.group(1)));
        assertThat(said.sum()).isEqualTo(lost.value());
    }

    @Test
    void queuedMessagesLookLikeOthers() {
        var out = new PrintStream(written, true, StandardCharsets.UTF_8);
        var queue = new LineQueue(out, LineFormat.text(), metrics);
        var log =
                new ProcessLog(out, LineFormat.text(), new AtomicBoolean(), queue)
                        .plugin("errors")
                        .queued();
        log.error("2 a.\033[31m A: x");
        log.debug("not wanted");
        queue.close();
        assertThat(text()).isEqualTo("[ERROR] plugin/errors: 2 a.?[31m A: x\n");
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
