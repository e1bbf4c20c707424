package dev.onoma.plugins.hosts;

import dev.onoma.api.Ede;
import dev.onoma.api.Handler;
import dev.onoma.api.NameKey;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.WireSections;
import dev.onoma.api.ZoneSet;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// Answers from the last good tables. What is found goes out without an allocation.
final class HostsHandler implements Handler {
    private final HostsFile file;
    private final ZoneSet zones;
    private final @Nullable ZoneSet fallthrough;
    private final boolean fallthroughUnsupported;

    HostsHandler(HostsFile file, ZoneSet zones, HostsOptions options) {
        this.file = file;
        this.zones = zones;
        this.fallthrough = options.fallthrough();
        this.fallthroughUnsupported = options.fallthroughUnsupported();
    }

    @Override
    public Outcome handle(Query query, Next next) {
        if (query.dclass() != DClass.IN) {
            return next.handle(query);
        }
        int type = query.type();
        if (type == Type.PTR) {
            // Whatever the zones are: they need not hold the reverse names.
            var pointers = file.answers().pointers(query.key());
            query.note(
                    pointers == null
                            ? "the address is not in the table"
                            : "the address is in the table");
            return pointers == null ? next.handle(query) : found(query, pointers);
        }
        return zones.contains(query.key()) ? forward(query, type, next) : next.handle(query);
    }

    private Outcome forward(Query query, int type, Next next) {
        var answers = file.answers();
        var name = query.key();
        if (type == Type.A || type == Type.AAAA) {
            var addresses = answers.addresses(name, type);
            if (addresses != null) {
                query.note("the name is in the table");
                return found(query, addresses);
            }
        } else if (fallthroughUnsupported && isPassedOn(name)) {
            return next.handle(query);
        }
        if (answers.knows(name)) {
            query.note("the name is in the table, without records of this type");
            return found(query, WireSections.EMPTY);
        }
        query.note("the name is not in the table");
        return isPassedOn(name) ? next.handle(query) : unknown(query);
    }

    private boolean isPassedOn(NameKey name) {
        var passed = fallthrough;
        return passed != null && passed.contains(name);
    }

    private static Outcome found(Query query, WireSections sections) {
        return query.reply().authoritative().sections(sections).build();
    }

    // Not NXDOMAIN: this table has no SOA record, and does not know all names of its zones. Stub
    // resolvers ask their next server after SERVFAIL, which is what people with a second one want.
    private static Outcome unknown(Query query) {
        return query.reply()
                .rcode(Rcode.SERVFAIL)
                .ede(Ede.OTHER, "not in the hosts table, and no fallthrough")
                .build();
    }
}
