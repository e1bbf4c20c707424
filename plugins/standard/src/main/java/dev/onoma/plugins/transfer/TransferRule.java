package dev.onoma.plugins.transfer;

import dev.onoma.api.Directive;
import dev.onoma.api.ServerBlock;
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
/// @param source where messages to the targets come from; null for any address
record TransferRule(
        List<Name> zones,
        boolean everybody,
        List<InetSocketAddress> targets,
        @Nullable InetAddress source) {
    private static final int PORT_DEFAULT = 53;

    /// Reads `transfer [ZONES...] { ... }`.
    static TransferRule parse(Directive transfer, ServerBlock block) {
        var zones = transfer.arguments("[ZONES...]").zonesOr(block.zones());
        var targets = new ArrayList<InetSocketAddress>();
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
                default -> throw property.unknown("to", "source");
            }
        }
        if (targets.isEmpty() && !everybody) {
            throw transfer.wrong("\"to\" is missing: who may have the zones?");
        }
        return new TransferRule(zones, everybody, List.copyOf(targets), source);
    }

    /// Whether somebody gets the zones.
    boolean allows(InetAddress client) {
        return everybody || targets.stream().anyMatch(t -> t.getAddress().equals(client));
    }
}
