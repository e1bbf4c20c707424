package dev.onoma.server.listen;

import dev.onoma.api.Ede;
import dev.onoma.api.Outcome;
import dev.onoma.api.Response;
import dev.onoma.api.WireSections;
import dev.onoma.server.chain.Mistakes;
import dev.onoma.server.chain.Router;
import dev.onoma.server.wire.Context;
import dev.onoma.server.wire.Encoder;
import dev.onoma.server.wire.Verdict;
import dev.onoma.server.wire.WireQuery;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.Rcode;

/// What one event loop needs to answer: the one admission point of every transport.
///
/// Queries are reused: [#take], fill, [#serve], [#give]. A query that somebody else will answer is
/// given back when that has happened. Everything here happens on the event loop.
public final class Worker implements Context {
    /// [#serve] returns this when the response comes later.
    static final int LATER = -1;

    private static final int POOL_MAX = 256;

    private final EventLoop loop;
    private final Gate gate;
    private final Mistakes mistakes;
    private final Limits limits;
    private final Encoder encoder = new Encoder();
    private final HttpDate date = new HttpDate();
    private final ArrayDeque<WireQuery> pool = new ArrayDeque<>();
    // Written by the event loop alone, read by whoever reports it.
    private final AtomicInteger inFlight = new AtomicInteger();

    Worker(EventLoop loop, Gate gate, Mistakes mistakes, Limits limits) {
        this.loop = loop;
        this.gate = gate;
        this.mistakes = mistakes;
        this.limits = limits;
    }

    EventLoop loop() {
        return loop;
    }

    /// Queries that wait for somebody. Any thread.
    int inFlight() {
        return inFlight.getOpaque();
    }

    Limits limits() {
        return limits;
    }

    /// For responses over HTTP.
    HttpDate date() {
        return date;
    }

    /// Where [#serve] has put the response.
    byte[] octets() {
        return encoder.octets();
    }

    WireQuery take() {
        var query = pool.pollLast();
        return query == null ? new WireQuery(this) : query;
    }

    void give(WireQuery query) {
        if (pool.size() < POOL_MAX && !query.isAbandoned()) {
            pool.addLast(query);
        }
    }

    /// Answers the packet of `octets` octets that is in the query's buffer.
    ///
    /// @param replyTo for a response that comes later
    /// @return the length of the response, 0 for none, or [#LATER]
    int serve(WireQuery query, int octets, Listener listener, ReplyTo replyTo) {
        return serve(query, query.read(octets), listener, replyTo);
    }

    /// Answers a packet that has been read, for a transport with an answer of its own to what is no
    /// query.
    int serve(WireQuery query, Verdict verdict, Listener listener, ReplyTo replyTo) {
        return switch (verdict) {
            case QUERY -> answer(query, Rcode.REFUSED, listener, replyTo);
            case IGNORE -> 0;
            case FORMERR -> encoder.error(query, Rcode.FORMERR);
            case NOTIMP -> encoder.error(query, Rcode.NOTIMP);
            case NOTIFY -> answer(query, Rcode.NOTAUTH, listener, replyTo);
            case UPDATE -> answer(query, Rcode.NOTIMP, listener, replyTo);
            case BADVERS -> encoder.error(query, Rcode.BADVERS);
        };
    }

    // What the client gets if there is nobody for its message depends on its opcode.
    private int answer(WireQuery query, int nobody, Listener listener, ReplyTo replyTo) {
        Outcome outcome;
        try {
            outcome = listener.service().router().handle(query);
        } catch (Exception | StackOverflowError | LinkageError e) {
            outcome = mistakes.failed(query, e);
        }
        if (outcome == null) {
            return nobody == Rcode.REFUSED ? refuse(query) : encoder.error(query, nobody);
        }
        return outcome instanceof Outcome.Later later
                ? later(query, later, replyTo)
                : settle(query, outcome);
    }

    private int refuse(WireQuery query) {
        gate.refused(query);
        var response = query.reply().rcode(Rcode.REFUSED);
        return encoder.encode(query, response.ede(Ede.NOT_AUTHORITATIVE, ""));
    }

    private int settle(WireQuery query, Outcome outcome) {
        try {
            return switch (outcome) {
                case Outcome.Reply(var response) -> reply(query, response.answering(query));
                case Outcome.Failed(var failure) ->
                        encoder.encode(
                                query,
                                error(query)
                                        .rcode(failure.rcode())
                                        .ede(failure.ede(), failure.edeText()));
                case Outcome.Dropped _ -> 0;
                case Outcome.Later _ ->
                        throw new IllegalStateException("a stage that ended with another Later");
            };
        } catch (RuntimeException e) {
            // Records that do not encode are a plugin's mistake too.
            mistakes.failed(query, e);
            return encoder.error(query, Rcode.SERVFAIL);
        }
    }

    private int reply(WireQuery query, Response response) {
        var more = response.more();
        if (more != null && !query.transport().carriesTransfers()) {
            more.close();
            return encoder.encode(query, query.reply().rcode(Rcode.REFUSED));
        }
        return encoder.encode(query, response);
    }

    /// Writes a further message of a response.
    ///
    /// @return its length
    int further(WireQuery query, WireSections sections) {
        return encoder.encode(query, query.reply().authoritative().sections(sections));
    }

    /// Counts and logs what escaped from a plugin behind the first message of a response.
    void mistaken(WireQuery query, Throwable mistake) {
        var _ = mistakes.failed(query, mistake);
    }

    // Whoever was given up on may still write to the query's own response.
    private static Response error(WireQuery query) {
        return query.isAbandoned() ? new Response(query) : query.reply();
    }

    private int later(WireQuery query, Outcome.Later later, ReplyTo replyTo) {
        if (inFlight.getPlain() >= limits.inFlightMax()) {
            // The work goes on, but nobody waits for it: the query is not given back.
            limits.reached("in_flight");
            query.abandon();
            return encoder.error(query, Rcode.SERVFAIL);
        }
        inFlight.setOpaque(inFlight.getPlain() + 1);
        var router = router(query);
        router.began();
        later.stage()
                .whenComplete((settled, mistake) -> {
                    var outcome = mistake == null ? settled : mistakes.failed(query, mistake);
                    if (loop.inEventLoop()) {
                        finish(query, outcome, router, replyTo);
                    } else {
                        loop.execute(() -> finish(query, outcome, router, replyTo));
                    }
                });
        return LATER;
    }

    private static Router router(WireQuery query) {
        if (query.route() instanceof Router router) {
            return router;
        }
        throw new IllegalStateException("a query that no router has seen");
    }

    private void finish(WireQuery query, Outcome outcome, Router router, ReplyTo replyTo) {
        inFlight.setOpaque(inFlight.getPlain() - 1);
        router.ended();
        int length = settle(query, outcome);
        if (length > 0) {
            replyTo.send(query, encoder.octets(), length);
        } else {
            replyTo.nothing(query);
        }
        give(query);
    }

    @Override
    public Executor executor() {
        return loop;
    }

    @Override
    public int lookupsMax() {
        return limits.lookupsMax();
    }

    @Override
    public int lookupDepthMax() {
        return limits.lookupDepthMax();
    }

    @Override
    public void tooManyLookups() {
        limits.reached("lookups");
    }

    @Override
    public Outcome ask(WireQuery inner, WireQuery origin) {
        var outcome = router(origin).handle(inner);
        if (outcome != null) {
            return outcome;
        }
        return inner.reply().rcode(Rcode.REFUSED).build();
    }
}
