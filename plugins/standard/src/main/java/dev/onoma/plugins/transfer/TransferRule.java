package dev.onoma.plugins.transfer;

import dev.onoma.api.Directive;
import dev.onoma.api.Query;
import dev.onoma.api.ServerBlock;
import dev.onoma.tsig.TsigKey;
import dev.onoma.tsig.TsigKeys;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// What a `transfer` directive says.
///
/// @param zones whose names it is about
/// @param everybody whether anybody gets the zones
/// @param targets who gets the zones, and is told when they change
/// @param keys one of which a query must be signed with; none if it need not be signed
/// @param source where messages to the targets come from; null for any address
record TransferRule(
        List<Name> zones,
        boolean everybody,
        List<InetSocketAddress> targets,
        List<TsigKey> keys,
        @Nullable InetAddress source) {
    private static final int PORT_DEFAULT = 53;

    /// Reads `transfer [ZONES...] { ... }`.
    static TransferRule parse(Directive transfer, ServerBlock block) {
        var zones = transfer.arguments("[ZONES...]").zonesOr(block.zones());
        var targets = new ArrayList<InetSocketAddress>();
        var keys = new ArrayList<TsigKey>();
        boolean everybody = false;
        InetAddress source = null;
        for (var property : transfer.properties()) {
            switch (property.name()) {
                case "to" -> {
                    var words = property.arguments("ADDRESS...");
                    do {
                        if (words.peek().orElse("").equals("*")) {
                            var _ = words.text("ADDRESS");
                            everybody = true;
                        } else {
                            targets.add(words.hostPort("ADDRESS", PORT_DEFAULT));
                        }
                    } while (words.hasNext());
                }
                case "source" -> {
                    if (source != null) {
                        throw property.wrong("source is given already");
                    }
                    var words = property.arguments("ADDRESS");
                    source = words.ipAddress("ADDRESS");
                    words.expectEnd();
                }
                case "key" -> {
                    var words = property.arguments("NAME...");
                    do {
                        keys.add(TsigKeys.named(words, "NAME", block));
                    } while (words.hasNext());
                }
                default -> throw property.unknown("to", "key", "source");
            }
        }
        if (targets.isEmpty() && !everybody) {
            throw transfer.wrong("\"to\" is missing: who may have the zones?");
        }
        return new TransferRule(zones, everybody, List.copyOf(targets), List.copyOf(keys), source);
    }

    /// Whether somebody gets the zones.
    boolean allows(Query query) {
        var client = query.client().getAddress();
        return (everybody || targets.stream().anyMatch(t -> t.getAddress().equals(client)))
                && (keys.isEmpty() || isSigned(query));
    }

    private boolean isSigned(Query query) {
        var signer = query.signer();
        return signer != null
                && signer.key()
                        .filter(name -> keys.stream().anyMatch(k -> k.name().equals(name)))
                        .isPresent();
    }

    /// What messages to the targets are signed with, or null.
    @Nullable TsigKey key() {
        return keys.isEmpty() ? null : keys.getFirst();
    }
}
