package dev.onoma.plugins.secondary;

import dev.onoma.api.Addresses;
import dev.onoma.api.Handler;
import dev.onoma.api.Log;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// Answers from the zones, and hears of changes (RFC 1996, section 3.11).
final class SecondaryHandler implements Handler {
    private final SecondaryZones zones;
    private final Handler answers;
    private final SecondaryMetrics metrics;
    private final Log log;

    SecondaryHandler(SecondaryZones zones, Handler answers, SecondaryMetrics metrics, Log log) {
        this.zones = zones;
        this.answers = answers;
        this.metrics = metrics;
        this.log = log.queued();
    }

    @Override
    public boolean takes(int opcode) {
        return opcode == Opcode.NOTIFY;
    }

    @Override
    public Outcome handle(Query query, Next next) {
        return query.opcode() == Opcode.NOTIFY
                ? notified(query, next)
                : answers.handle(query, next);
    }

    private Outcome notified(Query query, Next next) {
        var zone = zones.zone(query.key());
        if (zone == null) {
            return next.handle(query);
        }
        var client = query.client().getAddress();
        if (query.type() != Type.SOA) {
            return query.reply().rcode(Rcode.NOTIMP).build();
        }
        if (!zone.options().hears(client) && !isSigned(query, zone)) {
            metrics.notified("refused");
            log.info(
                    "Dropping notify from %s for %s"
                            .formatted(Addresses.text(client), zone.zone().apex()));
            return query.reply().rcode(Rcode.REFUSED).build();
        }
        metrics.notified("accepted");
        log.info(
                "Notify from %s for %s: checking transfer"
                        .formatted(Addresses.text(client), zone.zone().apex()));
        zone.notified(client);
        return query.reply().authoritative().build();
    }

    private static boolean isSigned(Query query, SecondaryZone zone) {
        var signer = query.signer();
        var key = zone.options().key();
        return signer != null && key != null && signer.key().filter(key.name()::equals).isPresent();
    }
}
