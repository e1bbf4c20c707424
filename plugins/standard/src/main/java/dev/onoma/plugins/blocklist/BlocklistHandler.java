package dev.onoma.plugins.blocklist;

import dev.onoma.api.Ede;
import dev.onoma.api.Handler;
import dev.onoma.api.Names;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.WireSections;
import dev.onoma.api.ZoneSet;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.util.List;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/// Looks a name up in the table, from the whole name to the root, and answers what is listed. A
/// name that is not listed costs a probe for each label and no allocation.
final class BlocklistHandler implements Handler {
    private static final Name HOSTMASTER = Names.of("nobody.invalid.");

    private final ZoneSet zones;
    private final Lists lists;
    private final Verdict usual;
    private final int ttl;
    private final WireSections v4;
    private final WireSections v6;
    private final BlocklistMetrics metrics;

    BlocklistHandler(BlocklistOptions options, Lists lists, BlocklistMetrics metrics) {
        zones = new ZoneSet(options.zones());
        this.lists = lists;
        usual = options.verdict();
        ttl = options.ttlSeconds();
        v4 = sections(Type.A, 4, options.addresses());
        v6 = sections(Type.AAAA, 16, options.addresses());
        this.metrics = metrics;
    }

    private WireSections sections(int type, int size, List<InetAddress> addresses) {
        var octets = new ByteArrayOutputStream();
        addresses.stream()
                .map(InetAddress::getAddress)
                .filter(a -> a.length == size)
                .forEach(octets::writeBytes);
        return octets.size() == 0
                ? WireSections.EMPTY
                : WireSections.ofAddresses(type, ttl, octets.toByteArray());
    }

    @Override
    public Outcome handle(Query query, Next next) {
        var key = query.key();
        if (!zones.contains(key)) {
            return next.handle(query);
        }
        var content = lists.content();
        int label = content.table().match(key);
        if (label < 0) {
            return next.handle(query);
        }
        var listed = content.table().verdict(key, label);
        if (query.isExplained()) {
            query.note(key.suffix(label) + " is listed: " + listed.label());
        }
        if (listed == Verdict.PASS) {
            return next.handle(query);
        }
        var verdict = listed == Verdict.USUAL ? usual : listed;
        metrics.blocked().with(query.server(), verdict.label()).inc();
        var local = listed == Verdict.ADDRESS ? content.local().get(key.suffix(label)) : null;
        return local == null ? answer(query, verdict) : answer(query, local);
    }

    private Outcome answer(Query query, Verdict verdict) {
        var response = query.reply().recursionAvailable(true).ede(Ede.BLOCKED, "");
        return switch (verdict) {
            case NXDOMAIN -> response.rcode(Rcode.NXDOMAIN).authority(soa(query.name())).build();
            case REFUSED -> response.rcode(Rcode.REFUSED).build();
            case DROP -> Outcome.dropped("blocklist");
            case NODATA -> response.authority(soa(query.name())).build();
            case ADDRESS -> {
                var addresses =
                        query.type() == Type.A
                                ? v4
                                : query.type() == Type.AAAA ? v6 : WireSections.EMPTY;
                yield addresses == WireSections.EMPTY
                        ? response.authority(soa(query.name())).build()
                        : response.ede(Ede.FORGED_ANSWER, "").sections(addresses).build();
            }
            case USUAL, PASS -> throw new IllegalStateException("no verdict of its own");
        };
    }

    // Local data of a response policy zone, under the name asked for.
    private Outcome answer(Query query, List<Record> local) {
        var response = query.reply().recursionAvailable(true).ede(Ede.FORGED_ANSWER, "");
        for (var r : local) {
            if (r.getType() == query.type() || r instanceof CNAMERecord) {
                response.answer(
                        Record.newRecord(
                                query.name(),
                                r.getType(),
                                r.getDClass(),
                                r.getTTL(),
                                r.rdataToWireCanonical()));
            }
        }
        if (response.answers().isEmpty()) {
            return response.authority(soa(query.name())).build();
        }
        if (response.answers().getFirst() instanceof CNAMERecord alias
                && query.type() != Type.CNAME) {
            return follow(query, alias);
        }
        return response.build();
    }

    private static Outcome follow(Query query, CNAMERecord alias) {
        return query.resolve(alias.getTarget(), query.type())
                .then(settled -> {
                    var response =
                            query.reply().recursionAvailable(true).ede(Ede.FORGED_ANSWER, "");
                    response.answer(alias);
                    if (settled instanceof Outcome.Reply(var target)) {
                        response.rcode(target.rcode());
                        target.answers().forEach(response::answer);
                    }
                    return response.build();
                });
    }

    // So that the denial may be kept for a while (RFC 2308, section 5).
    private Record soa(Name name) {
        var zone = name.labels() > 1 ? new Name(name, 1) : name;
        return new SOARecord(zone, DClass.IN, ttl, Name.root, HOSTMASTER, 1, ttl, ttl, ttl, ttl);
    }
}
