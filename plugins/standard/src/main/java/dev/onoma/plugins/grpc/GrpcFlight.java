package dev.onoma.plugins.grpc;

import dev.onoma.api.Query;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One query on its way: upstream after upstream is asked, the next one when one fails, or is
/// silent for [#PATIENCE_NANOS]; the first good reply counts. Belongs to an event loop.
final class GrpcFlight {
    /// What a query may take in all: less than the five seconds that most clients wait.
    static final Duration BUDGET = Duration.ofMillis(4_500);

    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Query query;
    private final EventLoop loop;
    private final List<GrpcUpstream> order;
    private final byte[] message;
    private final Consumer<GrpcFlight> landed;
    private final List<GrpcCall> running = new ArrayList<>(1);
    private final long begunNanos = System.nanoTime();
    private @Nullable ScheduledFuture<?> timer;
    private int asked;
    private boolean over;
    private @Nullable GrpcReply reply;
    private @Nullable GrpcUpstream answeredBy;
    private String trouble = "";

    /// @param order who is asked, the first one first
    /// @param landed told on the event loop
    GrpcFlight(Query query, EventLoop loop, List<GrpcUpstream> order, Consumer<GrpcFlight> landed) {
        this.query = query;
        this.loop = loop;
        this.order = order;
        this.landed = landed;
        message = GrpcReply.question(query);
    }

    Query query() {
        return query;
    }

    /// What came back, null if nobody answered.
    @Nullable GrpcReply reply() {
        return reply;
    }

    @Nullable GrpcUpstream answeredBy() {
        return answeredBy;
    }

    /// Why nobody did.
    String trouble() {
        return trouble;
    }

    void start() {
        askNext();
    }

    private void askNext() {
        var upstream = order.get(asked++);
        var call = new GrpcCall(this, upstream, message, System.nanoTime());
        running.add(call);
        upstream.send(call, loop);
        if (!over) {
            wake();
        }
    }

    private void wake() {
        if (timer != null) {
            timer.cancel(false);
        }
        long left = BUDGET.toNanos() - (System.nanoTime() - begunNanos);
        boolean more = asked < order.size();
        timer =
                loop.schedule(
                        this::timeUp,
                        more ? Math.min(left, PATIENCE_NANOS) : left,
                        TimeUnit.NANOSECONDS);
    }

    private void timeUp() {
        if (over) {
            return;
        }
        long now = System.nanoTime();
        for (var call : running) {
            call.overdue(now);
        }
        if (now - begunNanos >= BUDGET.toNanos()) {
            trouble = GrpcCall.text(GrpcCall.DEADLINE_EXCEEDED, "context deadline exceeded");
            land();
        } else if (asked < order.size()) {
            askNext();
        } else {
            wake();
        }
    }

    void replied(GrpcCall call, byte[] octets) {
        running.remove(call);
        if (over) {
            return;
        }
        var read = GrpcReply.read(query, octets);
        if (read == null) {
            failed(call, GrpcCall.INTERNAL, "the reply is malformed, or to another question");
            return;
        }
        call.upstream.answered(read.rcode(), System.nanoTime() - call.begunNanos);
        reply = read;
        answeredBy = call.upstream;
        land();
    }

    /// Its connection was about to end: another one is tried.
    void again(GrpcCall call) {
        if (!over) {
            call.upstream.send(call, loop);
        }
    }

    void failed(GrpcCall call, int status, String description) {
        running.remove(call);
        if (over) {
            return;
        }
        if (status == GrpcCall.NOT_FOUND) {
            reply = GrpcReply.NOT_FOUND;
            answeredBy = call.upstream;
            land();
            return;
        }
        call.count(System.nanoTime());
        trouble = GrpcCall.text(status, description);
        if (asked < order.size()) {
            askNext();
        } else if (running.isEmpty()) {
            land();
        }
    }

    private void land() {
        over = true;
        if (timer != null) {
            timer.cancel(false);
        }
        List.copyOf(running).forEach(GrpcCall::cancel);
        landed.accept(this);
    }
}
