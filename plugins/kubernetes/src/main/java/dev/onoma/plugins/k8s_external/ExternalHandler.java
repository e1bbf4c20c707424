package dev.onoma.plugins.k8s_external;

import dev.onoma.api.Alias;
import dev.onoma.api.Cluster;
import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.NameKey;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.WireSections;
import dev.onoma.api.ZoneSet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Answers the queries of one server block for names of services outside of their cluster.
final class ExternalHandler implements Handler {
    private final ExternalOptions options;
    private final ZoneSet zones;
    private final List<Zone> places;
    private final @Nullable ZoneSet fallthrough;
    private volatile @Nullable Source source;

    /// A zone, as a name and as a key, with the key of its apex.
    private record Zone(Name name, NameKey key, NameKey apex) {}

    /// Where answers come from, known when the server block starts.
    record Source(Cluster cluster, ExternalAnswers answers) {}

    ExternalHandler(ExternalOptions options) {
        this.options = options;
        zones = new ZoneSet(options.zones());
        places = options.zones().stream().map(this::zone).toList();
        var through = options.fallthrough();
        fallthrough = through == null ? null : new ZoneSet(through);
    }

    private Zone zone(Name name) {
        var apex = ExternalRecords.under(options.apex(), name).orElseThrow();
        return new Zone(name, NameKey.of(name), NameKey.of(apex));
    }

    /// Answers from this cluster from now on.
    void cluster(Cluster cluster) {
        source = new Source(cluster, new ExternalAnswers(options, cluster));
    }

    /// The zones, for those who transfer them.
    ExternalZones transferred() {
        return new ExternalZones(options.zones(), () -> source);
    }

    @Override
    public Outcome handle(Query query, Next next) {
        int zone = zones.match(query.key());
        var from = source;
        if (zone < 0 || from == null) {
            return next.handle(query);
        }
        if (query.type() == Type.AXFR || query.type() == Type.IXFR) {
            return query.reply().rcode(Rcode.REFUSED).build();
        }
        var place = places.get(zone);
        boolean synced = from.cluster().isSynced();
        if (query.isExplained()) {
            query.note(from.answers().note(query.key(), place.name()));
        }
        return switch (look(query, place, from.answers())) {
            case Found.Records(var answer, var additional, var hosts, boolean whole) ->
                    (hosts.isEmpty()
                                    ? reply(
                                            query,
                                            from,
                                            Rcode.NOERROR,
                                            answer,
                                            List.of(),
                                            additional)
                                    : withHosts(
                                            query,
                                            from,
                                            answer,
                                            hosts,
                                            0,
                                            new ArrayList<>(additional)))
                            .map(response -> whole ? response : response.truncated(true));
            case Found.Alias(var target) ->
                    Alias.follow(
                            query,
                            from.answers().alias(query.name(), target),
                            asked -> authoritative(asked, from, Rcode.NOERROR));
            case Found.NoData() -> negative(query, from, Rcode.NOERROR, place);
            case Found.NoName() -> {
                if (!synced) {
                    yield Outcome.failed(new Failure.NotSynced(from.cluster().source()));
                }
                if (fallthrough != null
                        && fallthrough.contains(query.key())
                        && !isOwn(query.key(), place)) {
                    query.note("falls through to the next plugin");
                    yield next.handle(query);
                }
                yield negative(query, from, Rcode.NXDOMAIN, place);
            }
        };
    }

    private static boolean isOwn(NameKey name, Zone zone) {
        return name.isUnder(zone.apex()) || name.equals(zone.key());
    }

    private static Found look(Query query, Zone zone, ExternalAnswers answers) {
        var key = query.key().copy();
        var owner = key.name();
        return isOwn(key, zone)
                ? answers.own(key, owner, query.type(), zone.name(), zone.apex())
                : answers.find(key, owner, query.type(), zone.name(), query.responseOctetsMax());
    }

    private static Outcome negative(Query query, Source from, int rcode, Zone zone) {
        var soa = List.of(from.answers().soa(zone.name()));
        return reply(query, from, rcode, List.of(), soa, List.of());
    }

    private static Outcome reply(
            Query query,
            Source from,
            int rcode,
            List<Record> answer,
            List<Record> authority,
            List<Record> additional) {
        var sections = WireSections.of(query.key().name(), answer, authority, additional);
        return authoritative(query, from, rcode).sections(sections).build();
    }

    /// Adds the addresses of load balancers that have names, as far as somebody here knows them:
    /// both families of one after the other.
    private static Outcome withHosts(
            Query query,
            Source from,
            List<Record> answer,
            List<Name> hosts,
            int at,
            List<Record> additional) {
        if (at == 2 * hosts.size()) {
            return reply(query, from, Rcode.NOERROR, answer, List.of(), additional);
        }
        return query.resolve(hosts.get(at / 2), at % 2 == 0 ? Type.A : Type.AAAA)
                .then(settled -> {
                    if (settled instanceof Outcome.Reply(var inner)
                            && inner.rcode() == Rcode.NOERROR) {
                        additional.addAll(inner.answers());
                    }
                    return withHosts(query, from, answer, hosts, at + 1, additional);
                });
    }

    /// Nothing of the cluster is kept elsewhere: it may change at any moment, and asking costs
    /// little.
    private static Response authoritative(Query query, Source from, int rcode) {
        var response =
                query.reply().authoritative().holdsWhile(Response.NOT_FOR_CACHES).rcode(rcode);
        return from.cluster().isRestored() ? Cluster.markRestored(response) : response;
    }
}
