package dev.onoma.plugins.forward;

import dev.onoma.api.DenialMemory;
import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.NameKey;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.ZoneSet;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// One stanza: decides which queries go to its upstreams, and what becomes of the replies.
///
/// The work happens on the event loop that received the query, so a query neither changes threads
/// nor waits for a lock. A reply travels from the upstream's datagram to the client's without being
/// decoded into records.
final class ForwardHandler implements Handler {
    private final ForwardOptions options;
    private final Flights flights;
    private final NameKey from;
    private final ZoneSet except;
    private final boolean hasSuccessor;
    private final @Nullable Absences absences;

    /// @param hasSuccessor whether another stanza stands behind, which `next` can hand over to
    /// @param memory for how long absent names may be remembered; null for not at all
    ForwardHandler(
            ForwardOptions options,
            Flights flights,
            boolean hasSuccessor,
            @Nullable DenialMemory memory) {
        this.options = options;
        this.flights = flights;
        this.hasSuccessor = hasSuccessor;
        from = NameKey.of(options.from());
        except = new ZoneSet(options.except());
        boolean asksOthers = options.nextRcodes().contains(Rcode.NXDOMAIN);
        absences = memory == null || asksOthers ? null : new Absences(memory);
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
        var absent = absences == null ? null : absences.recall(query);
        if (absent != null) {
            flights.metrics().absent.inc();
            query.note(
                    "a name above it does not exist, says an answer that is still valid (RFC 8020)");
            return absent.build();
        }
        int limit = flights.enter();
        if (limit > 0) {
            return Outcome.failed(new Failure.Overloaded("forward", limit));
        }
        var loop = query.executor() instanceof EventLoop own ? own : flights.ownLoop();
        var promise = new CompletableFuture<Outcome>();
        var waiter = new Waiter(query, next, this, loop, promise);
        flights.board(Question.of(query), waiter, isTcp(query));
        return new Outcome.Later(promise);
    }

    private boolean isTcp(Query query) {
        var connections = options.connections();
        return connections.forceTcp()
                || !connections.preferUdp() && query.transport().label().equals("tcp");
    }

    /// Answers a query that has waited. On its event loop.
    void complete(Waiter waiter, Flight.Result result) {
        flights.leave();
        Outcome outcome;
        try {
            outcome = outcome(waiter, result);
        } catch (RuntimeException e) {
            outcome = Outcome.mistaken(e);
        }
        if (outcome instanceof Outcome.Later later) {
            later.stage()
                    .whenComplete((settled, mistake) ->
                            waiter.promise()
                                    .complete(
                                            mistake == null ? settled : Outcome.mistaken(mistake)));
        } else {
            waiter.promise().complete(outcome);
        }
    }

    private Outcome outcome(Waiter waiter, Flight.Result result) {
        var query = waiter.query();
        return switch (result) {
            case Flight.Result.Answered(var reply, var upstream) -> {
                say(query, upstream);
                if (absences != null) {
                    absences.learn(query, reply, flights.nanos());
                }
                boolean handsOver = isForSuccessor(reply);
                if (handsOver) {
                    query.note("hands over to the next forward, because of the response code");
                }
                yield handsOver ? waiter.next().handle(query) : reply.response(query).build();
            }
            case Flight.Result.Failed(var failure, var upstream) -> {
                say(query, upstream);
                yield Outcome.failed(failure);
            }
        };
    }

    private static void say(Query query, @Nullable Upstream upstream) {
        if (upstream != null) {
            query.metadata("forward/upstream", upstream::label);
        }
    }

    private boolean isForSuccessor(UpstreamReply reply) {
        if (!hasSuccessor) {
            return false;
        }
        boolean nodata =
                reply.rcode() == Rcode.NOERROR && reply.sections().count(Section.ANSWER) == 0;
        return options.nextRcodes().contains(reply.rcode()) || options.nextOnNodata() && nodata;
    }
}
