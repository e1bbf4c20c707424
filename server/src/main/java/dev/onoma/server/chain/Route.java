package dev.onoma.server.chain;

import dev.onoma.api.Next;
import dev.onoma.api.Query;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;

/// A zone of a server block on one listener, and the chain that answers for it.
///
/// @param zone in lower case
/// @param label the zone as metrics have it; the same object for every query
/// @param view the name of the view, or the empty string
/// @param filter of the view, null if all queries are for this block
/// @param metadata says values about queries before the filter is asked; null if nothing does
/// @param chain null for a block without plugins: refused
/// @param notices the chain for NOTIFY; null if no plugin takes it
/// @param updates the chain for UPDATE; null if no plugin takes it
/// @param otherClasses whether classes other than IN come in
public record Route(
        Name zone,
        String label,
        String view,
        @Nullable Predicate<Query> filter,
        @Nullable Consumer<Query> metadata,
        @Nullable Next chain,
        @Nullable Next notices,
        @Nullable Next updates,
        boolean otherClasses) {
    /// The chain for messages of an opcode; null if nobody takes them.
    @Nullable Next chain(int opcode) {
        return switch (opcode) {
            case Opcode.QUERY -> chain;
            case Opcode.NOTIFY -> notices;
            case Opcode.UPDATE -> updates;
            default -> null;
        };
    }
}
