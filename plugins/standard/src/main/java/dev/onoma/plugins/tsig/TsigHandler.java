package dev.onoma.plugins.tsig;

import dev.onoma.api.Handler;
import dev.onoma.api.Log;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ZoneSet;
import dev.onoma.tsig.TsigKeys;
import dev.onoma.tsig.TsigVerifier;
import java.util.BitSet;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// Looks at the signature of each query; one that has none costs a comparison or two.
final class TsigHandler implements Handler {
    private static final String KEY = "tsig/key";

    private final ZoneSet zones;
    private final BitSet types;
    private final BitSet opcodes;
    private final boolean requiresAny;
    private final TsigVerifier verifier;
    private final TsigMetrics metrics;
    private final boolean metadata;
    private final Log log;

    TsigHandler(TsigOptions options, TsigKeys keys, TsigMetrics metrics, ServerBlock block) {
        zones = new ZoneSet(options.zones());
        types = options.types();
        opcodes = options.opcodes();
        requiresAny = !types.isEmpty() || !opcodes.isEmpty();
        verifier = new TsigVerifier(keys, block.time());
        this.metrics = metrics;
        metadata = block.loads("metadata");
        log = block.log("tsig").queued();
    }

    @Override
    public boolean takes(int opcode) {
        return true;
    }

    @Override
    public Outcome handle(Query query, Next next) {
        int tsig = query.tsigAt();
        if (tsig == 0 && !requiresAny || !zones.contains(query.key())) {
            return next.handle(query);
        }
        // Look-ups on behalf of a query that was found right are right, too.
        if (query.signer() != null) {
            return next.handle(query);
        }
        if (tsig != 0) {
            return signed(query, next);
        }
        if (types.get(query.type()) || opcodes.get(query.opcode())) {
            metrics.count(query.server(), "unsigned");
            if (log.isDebug()) {
                log.debug(
                        "rejecting '%s' request without TSIG".formatted(Type.string(query.type())));
            }
            return query.reply().rcode(Rcode.REFUSED).build();
        }
        return next.handle(query);
    }

    private Outcome signed(Query query, Next next) {
        var result = verifier.check(query);
        var signer = result.signer();
        if (signer == null) {
            metrics.count(query.server(), "FORMERR");
            return query.reply().rcode(Rcode.FORMERR).build();
        }
        query.signer(signer);
        var error = result.error();
        if (error != null) {
            metrics.count(query.server(), error.name());
            if (log.isDebug()) {
                log.debug("TSIG validation failed: " + error.name());
            }
            return query.reply().rcode(Rcode.NOTAUTH).build();
        }
        metrics.count(query.server(), "ok");
        if (metadata) {
            query.metadata(KEY, () -> signer.key().map(Object::toString).orElse(""));
        }
        return next.handle(query);
    }
}
