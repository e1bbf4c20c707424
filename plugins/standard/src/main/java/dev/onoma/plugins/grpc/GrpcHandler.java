package dev.onoma.plugins.grpc;

import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.NameKey;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.ZoneSet;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// Decides which queries go to the upstreams, in which order those are asked, and what becomes of
/// the reply. The work happens on the event loop that received the query.
final class GrpcHandler implements Handler {
    private final GrpcOptions options;
    private final NameKey from;
    private final ZoneSet except;
    private final List<GrpcUpstream> upstreams;
    private final RandomGenerator random;
    private final AtomicInteger turn = new AtomicInteger();
    private volatile boolean last;
    private @Nullable MultiThreadIoEventLoopGroup ownLoops;

    GrpcHandler(GrpcOptions options, GrpcMetrics metrics, RandomGenerator random) {
        this.options = options;
        this.random = random;
        from = NameKey.of(options.from());
        except = new ZoneSet(options.except());
        upstreams =
                options.to().stream().map(to -> new GrpcUpstream(to, options, metrics)).toList();
    }

    /// Whether nobody stands behind, to whom a query could fall through.
    void isLast(boolean set) {
        last = set;
    }

    @Override
    public Outcome handle(Query query, Next next) {
        var name = query.key();
        if (!name.isUnder(from) || except.contains(name) && !name.equals(from)) {
            return next.handle(query);
        }
        if (query.type() == Type.AXFR || query.type() == Type.IXFR) {
            return Outcome.failed(
                    new Failure.Other(
                            Rcode.REFUSED, Ede.NOT_SUPPORTED, "transfers are not forwarded"));
        }
        var loop = query.executor() instanceof EventLoop own ? own : ownLoop();
        var promise = new CompletableFuture<Outcome>();
        var flight = new GrpcFlight(query, loop, order(), f -> landed(f, next, promise));
        if (loop.inEventLoop()) {
            flight.start();
        } else {
            loop.execute(flight::start);
        }
        return new Outcome.Later(promise);
    }

    private void landed(GrpcFlight flight, Next next, CompletableFuture<Outcome> promise) {
        outcome(flight, next)
                .toStage()
                .whenComplete((settled, mistake) ->
                        promise.complete(mistake == null ? settled : Outcome.mistaken(mistake)));
    }

    private Outcome outcome(GrpcFlight flight, Next next) {
        var query = flight.query();
        var reply = flight.reply();
        var upstream = flight.answeredBy();
        if (upstream != null) {
            query.metadata("grpc/upstream", upstream::label);
        }
        try {
            boolean absent = reply == null || reply.rcode() == Rcode.NXDOMAIN;
            if (absent && !last && fallsThrough(query)) {
                query.note("falls through to the next plugin");
                return next.handle(query);
            }
            return reply != null
                    ? reply.response(query).build()
                    : Outcome.failed(
                            new Failure.Other(
                                    Rcode.SERVFAIL, Ede.NO_REACHABLE_AUTHORITY, flight.trouble()));
        } catch (RuntimeException e) {
            return Outcome.mistaken(e);
        }
    }

    private boolean fallsThrough(Query query) {
        var zones = options.fallthrough();
        return zones != null && zones.contains(query.key());
    }

    // Who has just failed comes last.
    private List<GrpcUpstream> order() {
        if (upstreams.size() == 1) {
            return upstreams;
        }
        var order = new ArrayList<>(upstreams);
        switch (options.policy()) {
            case RANDOM -> {
                for (int i = order.size() - 1; i > 0; i--) {
                    Collections.swap(order, i, random.nextInt(i + 1));
                }
            }
            case ROUND_ROBIN -> {
                int first = Math.floorMod(turn.incrementAndGet(), order.size());
                order.addFirst(order.remove(first));
            }
            case SEQUENTIAL -> {
                // The order is right already.
            }
        }
        long now = System.nanoTime();
        order.sort(Comparator.comparing(upstream -> upstream.isSuspect(now)));
        return order;
    }

    // For queries that belong to no event loop.
    private synchronized EventLoop ownLoop() {
        var loops = ownLoops;
        if (loops == null) {
            loops =
                    new MultiThreadIoEventLoopGroup(
                            1, new DefaultThreadFactory("grpc", true), NioIoHandler.newFactory());
            ownLoops = loops;
        }
        return loops.next();
    }

    /// Closes all connections, when no query can come any more.
    synchronized void close() {
        upstreams.forEach(GrpcUpstream::close);
        if (ownLoops != null) {
            var _ = ownLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }
}
