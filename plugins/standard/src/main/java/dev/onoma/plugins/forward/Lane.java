package dev.onoma.plugins.forward;

import dev.onoma.api.Time;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// What one event loop needs to ask the upstreams of one stanza: sockets, ids, timers. Nothing here
/// is shared with other loops, so nothing is locked.
final class Lane {
    private static final long SWEEP_MILLIS = 1_000;

    private final EventLoop loop;
    private final Time time;
    private final Ids ids;
    private final Wheel wheel;
    private final List<Link> links = new ArrayList<>();
    private final List<Conduit> unflushed = new ArrayList<>();
    private boolean sweeping;
    private boolean flushing;
    private boolean closed;

    Lane(
            EventLoop loop,
            Time time,
            RandomGenerator random,
            List<Upstream> upstreams,
            ForwardOptions.Connections options) {
        this.loop = loop;
        this.time = time;
        ids = new Ids(random);
        wheel = new Wheel(loop, time);
        upstreams.forEach(upstream -> links.add(new Link(this, upstream, options)));
    }

    EventLoop loop() {
        return loop;
    }

    Ids ids() {
        return ids;
    }

    Wheel wheel() {
        return wheel;
    }

    long nanos() {
        return time.nanos();
    }

    /// Sends a question on its way.
    void send(Exchange exchange) {
        links.get(exchange.upstream.index()).send(exchange);
        if (!sweeping) {
            sweeping = true;
            var _ = loop.schedule(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void sweep() {
        sweeping = false;
        long now = nanos();
        boolean left = false;
        for (var link : links) {
            left |= link.sweep(now);
        }
        if (left && !closed) {
            sweeping = true;
            var _ = loop.schedule(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /// Flushes when the loop has done what it is doing, so that questions of one batch of queries
    /// leave together.
    void flushLater(Conduit conduit) {
        unflushed.add(conduit);
        if (!flushing) {
            flushing = true;
            loop.execute(this::flush);
        }
    }

    private void flush() {
        flushing = false;
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flush();
        }
        unflushed.clear();
    }

    /// Closes everything, on the loop.
    void close() {
        loop.execute(() -> {
            closed = true;
            links.forEach(Link::close);
        });
    }
}
