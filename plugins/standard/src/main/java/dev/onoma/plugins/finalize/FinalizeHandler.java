package dev.onoma.plugins.finalize;

import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.Time;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Follows aliases: first within the answer, where resolvers put the whole chain, then by asking
/// for the last target through the server. What leads nowhere goes out as it came.
///
/// The addresses take the name asked for, and the lowest TTL of all records on the way: none of
/// them may be believed for longer.
final class FinalizeHandler implements Handler {
    static final int DEPTH_MAX = 32;

    private final int depthMax;
    private final FinalizeMetrics metrics;
    private final Time time;

    FinalizeHandler(int depthMax, FinalizeMetrics metrics, Time time) {
        this.depthMax = depthMax;
        this.metrics = metrics;
        this.time = time;
    }

    /// A way from an alias to addresses, or a part of it.
    ///
    /// @param target of the last alias
    /// @param ttl the lowest on the way, in seconds
    /// @param depth how many aliases
    /// @param addresses of the target, if the answer had them
    private record Way(Name target, long ttl, int depth, List<Record> addresses) {}

    @Override
    public Outcome handle(Query query, Next next) {
        var outcome = next.handle(query);
        if (query.type() != Type.A && query.type() != Type.AAAA) {
            return outcome;
        }
        return outcome.then(
                query,
                0,
                (asked, _, settled) ->
                        settled instanceof Outcome.Reply(var response)
                                        && response.hasType(Section.ANSWER, Type.CNAME)
                                ? follow(asked, response)
                                : settled);
    }

    private Outcome follow(Query query, Response response) {
        var server = query.server();
        metrics.requests().with(server).inc();
        long begin = time.nanos();
        var way = walk(query.name(), query.type(), response.answers());
        if (way == null) {
            metrics.circles().with(server).inc();
            query.note("the aliases lead in a circle");
            return response.build();
        }
        if (way.depth() > depthMax) {
            metrics.depthReached().with(server).inc();
            query.note("more than " + depthMax + " aliases");
            return response.build();
        }
        if (!way.addresses().isEmpty()) {
            return ended(query, response, way, begin);
        }
        return query.resolve(way.target(), query.type())
                .then(settled -> looked(query, response, way, settled, begin));
    }

    // From a name along the aliases of an answer; null for a circle.
    private static @org.jspecify.annotations.Nullable Way walk(
            Name from, int type, List<Record> answers) {
        var seen = new HashSet<Name>();
        var at = from;
        long ttl = Integer.MAX_VALUE;
        while (true) {
            if (!seen.add(at)) {
                return null;
            }
            var owner = at;
            var addresses =
                    answers.stream()
                            .filter(r -> r.getType() == type && r.getName().equals(owner))
                            .toList();
            var alias =
                    answers.stream()
                            .filter(r -> r instanceof CNAMERecord && r.getName().equals(owner))
                            .findFirst();
            if (!addresses.isEmpty() || alias.isEmpty()) {
                return new Way(at, ttl, seen.size() - 1, addresses);
            }
            ttl = Math.min(ttl, alias.get().getTTL());
            at = ((CNAMERecord) alias.get()).getTarget();
        }
    }

    private Outcome looked(Query query, Response original, Way way, Outcome settled, long begin) {
        return switch (settled) {
            case Outcome.Reply(var inner) -> {
                var rest = walk(way.target(), query.type(), inner.answers());
                if (rest == null || rest.addresses().isEmpty()) {
                    metrics.dangling().with(query.server()).inc();
                    query.note("the aliases lead to no address");
                    yield original.build();
                }
                if (way.depth() + rest.depth() > depthMax) {
                    metrics.depthReached().with(query.server()).inc();
                    query.note("more than " + depthMax + " aliases");
                    yield original.build();
                }
                long ttl = Math.min(way.ttl(), rest.ttl());
                var whole = new Way(rest.target(), ttl, way.depth(), rest.addresses());
                yield ended(query, original, whole, begin);
            }
            case Outcome.Failed(var failure) -> {
                var counted =
                        failure instanceof Failure.TooManyLookups
                                ? metrics.circles()
                                : metrics.upstreamErrors();
                counted.with(query.server()).inc();
                query.note("the look-up of " + way.target() + " failed: " + failure.explain());
                yield original.build();
            }
            case Outcome.Dropped _ -> original.build();
            case Outcome.Later _ ->
                    throw new IllegalStateException("a stage that ended with another Later");
        };
    }

    private Outcome ended(Query query, Response response, Way way, long begin) {
        var flat = new ArrayList<Record>(way.addresses().size());
        for (var address : way.addresses()) {
            long ttl = Math.min(way.ttl(), address.getTTL());
            flat.add(
                    Record.newRecord(
                            query.name(),
                            address.getType(),
                            address.getDClass(),
                            ttl,
                            address.rdataToWireCanonical()));
        }
        response.answers().clear();
        response.authorities().clear();
        response.answers().addAll(flat);
        // What is signed is not what is sent any more.
        response.authenticData(false);
        metrics.seconds().with(query.server()).observe((time.nanos() - begin) * 1e-9);
        return response.build();
    }
}
