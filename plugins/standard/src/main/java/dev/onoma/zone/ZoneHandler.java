package dev.onoma.zone;

import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.NameKey;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.ZoneSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// Answers from zones: the longest that holds the name. What a zone knows of its own goes out
/// without an allocation.
public final class ZoneHandler implements Handler {
    // Those that answer with this.
    private static final Set<String> PLUGINS = Set.of("file", "auto", "secondary", "dynupdate");

    private static final String WILDCARD = "zone/wildcard";

    private final Supplier<Zones> zones;
    private final boolean metadata;

    /// Zones that are served together.
    public static final class Zones {
        private final ZoneSet names;
        private final List<ServedZone> zones;
        private final List<@Nullable ZoneSet> fallthrough;

        /// @param fallthrough names in these zones that a zone does not have go on, null for none;
        ///   as many as there are zones
        public Zones(List<ServedZone> zones, List<@Nullable ZoneSet> fallthrough) {
            this.names = new ZoneSet(zones.stream().map(ServedZone::apex).toList());
            this.zones = List.copyOf(zones);
            this.fallthrough = fallthrough;
        }

        /// The zones.
        public List<ServedZone> zones() {
            return zones;
        }

        /// The zone of exactly this name, or null.
        public @Nullable ServedZone exactly(NameKey name) {
            int place = names.match(name);
            return place < 0 || name.labels() != names.name(place).labels() - 1
                    ? null
                    : zones.get(place);
        }

        // A DS record belongs to the zone above (RFC 4035, section 3.1.4.1).
        int match(NameKey name, int type) {
            int match = names.match(name);
            if (match < 0 || type != Type.DS || name.labels() == 0) {
                return match;
            }
            if (name.labels() != names.name(match).labels() - 1) {
                return match;
            }
            int above = names.match(name.suffix(1));
            return above < 0 ? match : above;
        }

        boolean passesOn(int place, NameKey name) {
            var passed = fallthrough.get(place);
            return passed != null && passed.contains(name);
        }
    }

    /// @param zones what is served now
    /// @param metadata whether anybody wants to know the wildcard that answered
    public ZoneHandler(Supplier<Zones> zones, boolean metadata) {
        this.zones = zones;
        this.metadata = metadata;
    }

    @Override
    public Outcome handle(Query query, Next next) {
        int type = query.type();
        var served = zones.get();
        int place = query.dclass() == DClass.IN ? served.match(query.key(), type) : -1;
        if (place < 0) {
            return elsewhere(query, next.handle(query));
        }
        if (type == Type.AXFR || type == Type.IXFR) {
            return query.reply()
                    .rcode(Rcode.REFUSED)
                    .ede(Ede.PROHIBITED, "no plugin transfer allows this")
                    .build();
        }
        var zone = served.zones.get(place);
        var answers = zone.answers();
        if (answers == null) {
            return Outcome.failed(zone.missing());
        }
        var answer = answers.answer(query.key(), type, query.dnssecOk());
        if (query.isExplained()) {
            explain(query, zone, answer);
        }
        if (answer.absent() && served.passesOn(place, query.key())) {
            return next.handle(query);
        }
        return answer(query, answer);
    }

    // What is in none of our zones is refused, if there is nobody else: it is no failure of ours.
    private static Outcome elsewhere(Query query, Outcome rest) {
        return rest instanceof Outcome.Failed(Failure.NoNextPlugin(var last))
                        && PLUGINS.contains(last)
                ? query.reply()
                        .rcode(Rcode.REFUSED)
                        .ede(Ede.NOT_AUTHORITATIVE, "no zone has this name")
                        .build()
                : rest;
    }

    private static void explain(Query query, ServedZone zone, ZoneAnswer answer) {
        var data = zone.data();
        var version = data == null ? "" : " with serial " + data.serial();
        query.note("zone %s%s".formatted(zone.apex(), version));
        if (answer.wildcard() != null) {
            query.note("made from the wildcard " + answer.wildcard());
        }
        if (answer.absent()) {
            query.note("the zone has no such name");
        }
        if (answer.outside() != null) {
            query.note("an alias leads out of the zone, to " + answer.outside());
        }
    }

    private Outcome answer(Query query, ZoneAnswer answer) {
        var wildcard = answer.wildcard();
        if (metadata && wildcard != null) {
            query.metadata(WILDCARD, wildcard::toString);
        }
        var response =
                query.reply()
                        .rcode(answer.rcode())
                        .authoritative(answer.authoritative())
                        .sections(answer.sections());
        var outside = answer.outside();
        return outside == null
                ? response.build()
                : query.resolve(outside, query.type())
                        .then(response, (aliases, settled) -> followed(aliases, settled));
    }

    // An alias that leads out of the zone, and what the rest of the server says to its target.
    private static Outcome followed(Response aliases, Outcome settled) {
        if (!(settled instanceof Outcome.Reply(var found))) {
            return settled instanceof Outcome.Failed(var failure)
                    ? aliases.rcode(Rcode.SERVFAIL).ede(failure.ede(), failure.edeText()).build()
                    : aliases.build();
        }
        switch (found.rcode()) {
            case Rcode.NOERROR, Rcode.NXDOMAIN -> {
                aliases.rcode(found.rcode());
                found.answers().forEach(aliases::answer);
                found.authorities().stream()
                        .filter(r -> found.answers().isEmpty() || r.getType() != Type.NS)
                        .forEach(aliases::authority);
                found.additionals().forEach(aliases::additional);
            }
            case Rcode.REFUSED -> {
                // Nobody here knows the target: the client's resolver goes on with the alias.
            }
            default -> aliases.rcode(Rcode.SERVFAIL).ede(found.ede(), found.edeText());
        }
        return aliases.build();
    }
}
