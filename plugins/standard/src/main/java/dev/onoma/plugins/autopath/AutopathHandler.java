package dev.onoma.plugins.autopath;

import dev.onoma.api.Handler;
import dev.onoma.api.NameKey;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.SearchPath;
import dev.onoma.api.ZoneSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.Rcode;

/// Asks the rest of the chain for a name below each domain of the client's search path, until one
/// exists.
///
/// A resolver puts the first domain behind a short name and asks; so a name below that domain is
/// the first of a walk, and the rest of it can be done here. The client gets the answer of the
/// first name that exists as an alias of the one it asked for, else the denial of that.
final class AutopathHandler implements Handler {
    private final ZoneSet zones;
    private final AutopathMetrics metrics;
    private volatile @Nullable SearchPath path;

    AutopathHandler(List<Name> zones, AutopathMetrics metrics) {
        this.zones = new ZoneSet(zones);
        this.metrics = metrics;
    }

    /// Walks this path from now on.
    void path(SearchPath path) {
        this.path = path;
    }

    @Override
    public Outcome handle(Query query, Next next) {
        var known = path;
        if (known == null || !zones.contains(query.key())) {
            return next.handle(query);
        }
        var domains = known.of(query);
        if (domains == null) {
            query.note("no search path of this client leads to such a name, as far as is known");
            return next.handle(query);
        }
        if (!isBelow(query.key(), domains.first())) {
            query.note("not below the first domain of the search path of the client");
            return next.handle(query);
        }
        if (query.isExplained()) {
            query.note("the search path of the client is " + domains.names());
        }
        return next.handle(query)
                .then(first ->
                        isDenial(first)
                                ? walk(query, next, domains.names(), 1, first)
                                : answered(query, first));
    }

    /// The domain itself is nobody's short name.
    private static boolean isBelow(NameKey name, NameKey domain) {
        return name.labels() > domain.labels() && name.isUnder(domain);
    }

    private Outcome walk(Query query, Next next, List<Name> domains, int at, Outcome first) {
        if (at == domains.size()) {
            query.note("nothing exists along the search path");
            return first;
        }
        var name = under(query.name(), domains.getFirst(), domains.get(at));
        if (name == null) {
            return walk(query, next, domains, at + 1, first);
        }
        return next.handle(query.asking(name, query.type(), query.dclass()))
                .then(settled ->
                        isDenial(settled)
                                ? walk(query, next, domains, at + 1, first)
                                : walked(query, name, settled));
    }

    /// The name with another domain behind what the client's user wrote; null if it is too long.
    private static @Nullable Name under(Name asked, Name first, Name domain) {
        var written = asked.relativize(new Name(asked, asked.labels() - first.labels()));
        try {
            return Name.concatenate(written, domain);
        } catch (NameTooLongException _) {
            return null;
        }
    }

    private static boolean isDenial(Outcome settled) {
        return settled instanceof Outcome.Reply(var response) && response.rcode() == Rcode.NXDOMAIN;
    }

    private Outcome walked(Query query, Name name, Outcome settled) {
        if (query.isExplained()) {
            query.note("the walk ends at " + name);
        }
        return answered(query, settled.map(response -> aliased(query, response)));
    }

    private Outcome answered(Query query, Outcome settled) {
        if (settled instanceof Outcome.Reply) {
            metrics.succeeded(query.server());
        }
        return settled;
    }

    /// The same answer to what the client asked, with an alias in front that leads to it.
    private static Response aliased(Query query, Response response) {
        var turned = response.answering(query);
        var answers = turned.answers();
        for (var answer : answers) {
            if (!answer.getName().equals(query.name())) {
                answers.addFirst(
                        new CNAMERecord(
                                query.name(), DClass.IN, answer.getTTL(), answer.getName()));
                break;
            }
        }
        return turned;
    }
}
