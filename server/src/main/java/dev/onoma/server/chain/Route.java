package dev.onoma.server.chain;

import dev.onoma.api.Next;
import dev.onoma.api.Query;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// A zone of a server block on one listener, and the chain that answers for it.
///
/// @param zone in lower case
/// @param label the zone as metrics have it; the same object for every query
/// @param view the name of the view, or the empty string
/// @param filter of the view, null if all queries are for this block
/// @param metadata says values about queries before the filter is asked; null if nothing does
/// @param chain null for a block without plugins: refused
/// @param otherClasses whether classes other than IN come in
public record Route(
        Name zone,
        String label,
        String view,
        @Nullable Predicate<Query> filter,
        @Nullable Consumer<Query> metadata,
        @Nullable Next chain,
        boolean otherClasses) {}
