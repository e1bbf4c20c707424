package dev.onoma.server.explain;

import dev.onoma.api.Explanation;
import dev.onoma.api.Outcome;
import dev.onoma.api.Response;
import dev.onoma.server.chain.Mistakes;
import dev.onoma.server.chain.Router;
import dev.onoma.server.wire.Encoder;
import dev.onoma.server.wire.WireQuery;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;

/// Asks one query through a chain that is looked at.
public final class Explainer {
    /// How long the outcome is waited for.
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int UDP_SIZE = 1232;
    private static final int CLIENT_PORT = 53_053;

    private final Executor loop;
    private final Mistakes mistakes;
    private final Duration patience;

    /// @param loop an event loop, on which the query is asked
    /// @param patience how long the outcome is waited for
    public Explainer(Executor loop, Mistakes mistakes, Duration patience) {
        this.loop = loop;
        this.mistakes = mistakes;
        this.patience = patience;
    }

    /// Asks, and waits for the outcome.
    ///
    /// @param local the address that is asked
    public Explanation explain(
            Explanation.Request request, Router router, InetSocketAddress local) {
        var tracer = new Tracer(loop, router);
        var query = query(request, tracer, local);
        var ended = new CompletableFuture<Explanation>();
        long begin = System.nanoTime();
        loop.execute(() -> ask(query, router, tracer, ended));
        try {
            return ended.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (java.util.concurrent.TimeoutException _) {
            query.abandon();
            var outcome = "no outcome within " + dev.onoma.api.Durations.format(patience);
            return explanation(query, router, tracer, outcome, null, begin);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static WireQuery query(
            Explanation.Request request, Tracer tracer, InetSocketAddress local) {
        var message = Message.newQuery(Record.newRecord(request.name(), request.type(), DClass.IN));
        int flags = request.dnssecOk() ? ExtendedFlags.DO : 0;
        message.addRecord(new org.xbill.DNS.OPTRecord(UDP_SIZE, 0, 0, flags), 3);
        var packet = message.toWire();
        var query = new WireQuery(tracer);
        System.arraycopy(packet, 0, query.buffer(packet.length), 0, packet.length);
        var client = new InetSocketAddress(request.client(), CLIENT_PORT);
        query.from(request.transport(), client, local, System.nanoTime());
        query.read(packet.length);
        return query;
    }

    private void ask(
            WireQuery query, Router router, Tracer tracer, CompletableFuture<Explanation> ended) {
        long begin = System.nanoTime();
        router.began();
        Outcome outcome;
        try {
            outcome = router.explain(query, tracer);
        } catch (Exception | StackOverflowError | LinkageError e) {
            outcome = mistakes.failed(query, e);
        }
        if (outcome == null) {
            router.ended();
            var refused = "REFUSED: no server block of " + router.server() + " is for this query";
            ended.complete(explanation(query, router, tracer, refused, null, begin));
            return;
        }
        outcome.toStage()
                .whenComplete((settled, mistake) -> {
                    router.ended();
                    var known = mistake == null ? settled : Outcome.mistaken(mistake);
                    try {
                        ended.complete(end(query, router, tracer, known, begin));
                    } catch (RuntimeException e) {
                        ended.completeExceptionally(e);
                    }
                });
    }

    private static Explanation end(
            WireQuery query, Router router, Tracer tracer, Outcome settled, long begin) {
        return switch (settled) {
            case Outcome.Reply(var response) -> {
                var answering = response.answering(query);
                var rcode = Rcode.string(answering.rcode());
                yield explanation(query, router, tracer, rcode, answering, begin);
            }
            case Outcome.Failed(var failure) -> {
                var response =
                        query.reply().rcode(failure.rcode()).ede(failure.ede(), failure.edeText());
                var text = Rcode.string(failure.rcode()) + ": " + failure.explain();
                yield explanation(query, router, tracer, text, response, begin);
            }
            case Outcome.Dropped(var reason) -> {
                var text = "no response: " + reason;
                yield explanation(query, router, tracer, text, null, begin);
            }
            case Outcome.Later _ ->
                    throw new IllegalStateException("a stage that ended with another Later");
        };
    }

    private static Explanation explanation(
            WireQuery query,
            Router router,
            Tracer tracer,
            String outcome,
            @org.jspecify.annotations.Nullable Response response,
            long begin) {
        return new Explanation(
                router.server(),
                query.zone(),
                query.view(),
                tracer.steps(),
                outcome,
                response == null ? null : message(query, response),
                System.nanoTime() - begin);
    }

    // Encoded and decoded again: what a client would see, cut to its size.
    private static Message message(WireQuery query, Response response) {
        var encoder = new Encoder();
        int length = encoder.encode(query, response);
        try {
            return new Message(Arrays.copyOf(encoder.octets(), length));
        } catch (IOException e) {
            throw new IllegalStateException("a response that does not decode", e);
        }
    }
}
