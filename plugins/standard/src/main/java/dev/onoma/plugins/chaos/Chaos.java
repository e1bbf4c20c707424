package dev.onoma.plugins.chaos;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.HostName;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Answers the questions in class CH that say who a server is (RFC 4892).
public final class Chaos implements Plugin {
    /// The length of one string of a TXT record (RFC 1035, section 3.3).
    private static final int STRING_OCTETS_MAX = 255;

    private static final String AUTHORS = "The Onoma authors";

    @Override
    public String name() {
        return "chaos";
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
        for (var property : directive.properties()) {
            throw property.unknown();
        }
        var arguments = directive.arguments("[VERSION] [AUTHORS...]");
        var version = arguments.textOr("VERSION", version());
        var authors = arguments.hasNext() ? arguments.rest() : List.of(AUTHORS);
        return new ChaosHandler(
                string(version),
                authors.stream().distinct().sorted().map(Chaos::string).toList(),
                string(HostName.get()),
                block.random());
    }

    private static String version() {
        var number = Chaos.class.getPackage().getImplementationVersion();
        return number == null ? "Onoma" : "Onoma-" + number;
    }

    // As many octets as one string of a record holds.
    private static byte[] string(String text) {
        var octets = text.getBytes(StandardCharsets.UTF_8);
        return octets.length <= STRING_OCTETS_MAX
                ? octets
                : Arrays.copyOf(octets, STRING_OCTETS_MAX);
    }
}
