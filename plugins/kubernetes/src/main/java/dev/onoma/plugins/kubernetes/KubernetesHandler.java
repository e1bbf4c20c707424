package dev.onoma.plugins.kubernetes;

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
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;

/// Answers the queries of one `kubernetes` directive.
///
/// A name that was asked before goes from one probe of [CompiledAnswers] to the response; only the
/// first question after a change looks into the store, and never an ExternalName, whose target is
/// somebody else's.
final class KubernetesHandler implements Handler {

    private final WatchedCluster cluster;
    private final ServiceStore store;
    private final ClusterAnswers answers;
    private final CompiledAnswers compiled;
    private final ClusterNotes notes;
    private final ZoneSet zones;
    private final @Nullable ZoneSet fallthrough;

    KubernetesHandler(
            KubernetesOptions options,
            WatchedCluster cluster,
            ClusterAnswers answers,
            CompiledAnswers compiled) {
        this.cluster = cluster;
        this.store = cluster.store();
        this.answers = answers;
        this.compiled = compiled;
        this.notes = new ClusterNotes(options, store, cluster.imports());
        this.zones = new ZoneSet(options.zones());
        var through = options.fallthrough();
        this.fallthrough = through == null ? null : new ZoneSet(through);
    }

    @Override
    public Outcome handle(Query query, Next next) {
        var known = compiled.find(query.key(), query.type());
        if (known != null) {
            query.note("asked before, and nothing about it has changed");
            var sections = known.sections();
            return sections == null
                    ? fallThrough(query, next, known)
                    : reply(query, known.rcode(), sections);
        }
        int zone = zones.match(query.key());
        return zone < 0 ? next.handle(query) : look(query, next, zones.name(zone));
    }

    private Outcome look(Query query, Next next, Name zone) {
        var key = query.key().copy();
        var owner = key.name();
        var origin = compiled.originNow();
        boolean synced = store.isSynced();
        if (query.isExplained()) {
            query.note(notes.of(key, zone));
        }
        return switch (answers.find(key, owner, query.type(), zone, query.responseOctetsMax())) {
            case Finding.Records(var answer, var additional, var state) -> {
                var sections = WireSections.of(owner, answer, List.of(), additional);
                var from =
                        state == null
                                ? origin
                                : new CompiledAnswers.Origin(
                                        state, origin.namespaceEpoch(), origin.generation());
                yield keep(query, key, Rcode.NOERROR, sections, from);
            }
            case Finding.Sample(var sections, boolean whole) ->
                    reply(query, Rcode.NOERROR, sections)
                            .map(response -> whole ? response : response.truncated(true));
            case Finding.NoData() -> keep(query, key, Rcode.NOERROR, negative(owner, zone), origin);
            case Finding.NoName() -> {
                if (!synced) {
                    yield Outcome.failed(new Failure.NotSynced(cluster.name()));
                }
                if (fallthrough != null && fallthrough.contains(key)) {
                    query.note("falls through to the next plugin");
                    var unknown =
                            new StillUnknown(
                                    compiled::generation,
                                    answers,
                                    key,
                                    query.type(),
                                    zone,
                                    origin.generation());
                    var entry =
                            new CompiledAnswers.Entry(
                                    key, query.type(), Rcode.NXDOMAIN, null, origin, unknown);
                    compiled.keep(entry);
                    yield fallThrough(query, next, entry);
                }
                yield keep(query, key, Rcode.NXDOMAIN, negative(owner, zone), origin);
            }
            case Finding.Alias(var target) -> follow(query, key, target, zone);
            case Finding.Refused() ->
                    synced
                            ? query.reply().rcode(Rcode.REFUSED).build()
                            : Outcome.failed(new Failure.NotSynced(cluster.name()));
        };
    }

    private Outcome keep(
            Query query,
            NameKey key,
            int rcode,
            WireSections sections,
            CompiledAnswers.Origin origin) {
        compiled.keep(new CompiledAnswers.Entry(key, query.type(), rcode, sections, origin, null));
        return reply(query, rcode, sections);
    }

    /// What the store says can change with the next query, and is here as fast as from a cache.
    private Outcome reply(Query query, int rcode, WireSections sections) {
        return authoritative(query, rcode).sections(sections).build();
    }

    private Response authoritative(Query query, int rcode) {
        var response =
                query.reply().authoritative().holdsWhile(Response.NOT_FOR_CACHES).rcode(rcode);
        return store.restoredAt() == null ? response : Cluster.markRestored(response);
    }

    /// What an alias is put into.
    private Response authoritative(Query query) {
        return authoritative(query, Rcode.NOERROR);
    }

    /// Others may know the name, for as long as the cluster does not.
    private static Outcome fallThrough(Query query, Next next, CompiledAnswers.Entry entry) {
        return next.handle(query).then(entry, KubernetesHandler::untilKnown);
    }

    private static Outcome untilKnown(CompiledAnswers.Entry entry, Outcome settled) {
        var unknown = entry.unknown();
        if (settled instanceof Outcome.Reply(var response) && unknown != null) {
            response.holdsWhile(unknown);
        }
        return settled;
    }

    private WireSections negative(Name owner, Name zone) {
        return WireSections.of(owner, List.of(), List.of(answers.soa(zone)), List.of());
    }

    /// Inside the same zone a target without addresses takes the alias with it, and so does a
    /// circle.
    private Outcome follow(Query query, NameKey owner, Name target, Name zone) {
        var targetKey = NameKey.of(target);
        if (targetKey.isUnder(owner)) {
            return noData(query, zone);
        }
        var alias = answers.alias(query.name(), target);
        if (!target.subdomain(zone)) {
            return Alias.follow(query, alias, this::authoritative);
        }
        return query.resolve(target, query.type())
                .then(settled ->
                        switch (settled) {
                            case Outcome.Reply(var found) -> followed(query, alias, zone, found);
                            case Outcome.Failed(var failure) ->
                                    failure instanceof Failure.TooManyLookups
                                            ? noData(query, zone)
                                            : settled;
                            case Outcome.Later _, Outcome.Dropped _ -> settled;
                        });
    }

    private Outcome followed(Query query, CNAMERecord alias, Name zone, Response found) {
        boolean leads =
                found.rcode() == Rcode.SERVFAIL
                        || found.rcode() == Rcode.NOERROR
                                && found.answers().stream()
                                        .anyMatch(r -> r.getType() == query.type());
        return leads ? Alias.answer(query, alias, found, this::authoritative) : noData(query, zone);
    }

    private Outcome noData(Query query, Name zone) {
        return reply(query, Rcode.NOERROR, negative(query.name(), zone));
    }
}
