package dev.onoma.plugins.dynupdate;

import dev.onoma.api.Addresses;
import dev.onoma.api.Ede;
import dev.onoma.api.Handler;
import dev.onoma.api.Log;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.zone.Update;
import dev.onoma.zone.UpdateRecord;
import dev.onoma.zone.ZoneData;
import dev.onoma.zone.ZoneException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// Answers from the zone, and takes updates of those who may.
final class UpdateHandler implements Handler {
    private final DynUpdateOptions options;
    private final DynamicZone zone;
    private final Handler answers;
    private final UpdateMetrics metrics;
    private final Log log;
    private volatile @Nullable Version version;

    /// A version, and whether it is the one served: what caches ask about answers from it.
    private record Version(ZoneData data, BooleanSupplier isServed) {}

    UpdateHandler(
            DynUpdateOptions options,
            DynamicZone zone,
            Handler answers,
            UpdateMetrics metrics,
            Log log) {
        this.options = options;
        this.zone = zone;
        this.answers = answers;
        this.metrics = metrics;
        this.log = log.queued();
    }

    @Override
    public boolean takes(int opcode) {
        return opcode == Opcode.UPDATE;
    }

    @Override
    public Outcome handle(Query query, Next next) {
        if (query.opcode() == Opcode.UPDATE) {
            return update(query, next);
        }
        var data = zone.zone().data();
        var outcome = answers.handle(query, next);
        if (data != null && outcome instanceof Outcome.Reply(var response)) {
            response.holdsWhile(holds(data));
        }
        return outcome;
    }

    private BooleanSupplier holds(ZoneData data) {
        var known = version;
        if (known == null || known.data() != data) {
            known = new Version(data, () -> zone.zone().data() == data);
            version = known;
        }
        return known.isServed();
    }

    private Outcome update(Query query, Next next) {
        var apex = zone.zone().data();
        if (apex == null || !query.key().equals(apex.apexKey())) {
            return next.handle(query);
        }
        if (query.type() != Type.SOA || query.dclass() != DClass.IN) {
            return answer(query, Rcode.FORMERR);
        }
        var signer = query.signer();
        var key = signer == null ? null : signer.key().orElse(null);
        if (key == null || options.permissions().stream().noneMatch(p -> p.key().equals(key))) {
            return refused(query, "it is not signed with a key that may change the zone");
        }
        Update update;
        try {
            update = Update.read(query.wire(), query.sizeOctets());
        } catch (ZoneException _) {
            return answer(query, Rcode.FORMERR);
        }
        int records = update.prerequisites().size() + update.changes().size();
        if (records > options.updateMax()) {
            return refused(query, "it has more records than max_update_records");
        }
        int rcode = update.prescan(apex.apexKey());
        if (rcode != Rcode.NOERROR) {
            return answer(query, rcode);
        }
        for (var change : update.changes()) {
            if (!isAllowed(key, change)) {
                return refused(
                        query,
                        "the key %s may not change %s %s"
                                .formatted(key, change.name(), Type.string(change.type())));
            }
        }
        return new Outcome.Later(zone.update(update).thenApply(result -> answer(query, result)));
    }

    private boolean isAllowed(Name key, UpdateRecord change) {
        return !Permission.REFUSED.contains(change.type())
                && options.permissions().stream()
                        .anyMatch(p -> p.allows(key, change.name(), change.type()));
    }

    private Outcome refused(Query query, String reason) {
        log.warning(
                "an update of %s from %s is refused: %s"
                        .formatted(
                                options.zone(),
                                Addresses.text(query.client().getAddress()),
                                reason));
        metrics.count(options.zone(), Rcode.REFUSED);
        return query.reply().rcode(Rcode.REFUSED).ede(Ede.PROHIBITED, "").build();
    }

    private Outcome answer(Query query, int rcode) {
        metrics.count(options.zone(), rcode);
        return query.reply().rcode(rcode).build();
    }
}
