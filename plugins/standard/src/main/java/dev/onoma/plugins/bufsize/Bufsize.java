package dev.onoma.plugins.bufsize;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.util.List;

/// Lowers the datagram size that clients advertise (RFC 6891, section 6.2.3), so that our responses
/// do not travel in fragments.
public final class Bufsize implements Plugin {
    private static final int OCTETS_MIN = 512;
    private static final int OCTETS_MAX = 4096;

    /// DNS flag day 2020; RFC 9715 explains it.
    private static final int OCTETS_DEFAULT = 1232;

    @Override
    public String name() {
        return "bufsize";
    }

    /// Only the first directive of a block counts, as in CoreDNS.
    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        for (var ignored : occurrences.subList(1, occurrences.size())) {
            ignored.warn("this directive is ignored, the first one counts");
        }
        return setup(occurrences.getFirst(), block);
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var arguments = directive.arguments("[SIZE]");
        int octets = arguments.numberOr("SIZE", OCTETS_MIN, OCTETS_MAX, OCTETS_DEFAULT);
        arguments.expectEnd();
        directive.expectNoBlock();
        return (query, next) -> {
            if (query.edns()) {
                query.limitUdpSize(octets);
            }
            return next.handle(query);
        };
    }
}
