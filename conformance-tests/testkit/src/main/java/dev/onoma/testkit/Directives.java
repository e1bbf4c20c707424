package dev.onoma.testkit;

import dev.onoma.api.CorefileWarning;
import dev.onoma.api.Directive;
import dev.onoma.server.corefile.CorefileParser;
import java.util.List;
import java.util.function.Consumer;

/// Directives for tests of plugins: `Directives.parse("cache 30 { success 10 }")`.
public final class Directives {
    private Directives() {}

    /// A single directive; warnings go nowhere.
    ///
    /// @throws dev.onoma.api.CorefileException with everything that is wrong
    public static Directive parse(String text) {
        return parse(text, _ -> {});
    }

    /// A single directive.
    ///
    /// @param warnings is given what the plugin warns about
    /// @throws dev.onoma.api.CorefileException with everything that is wrong
    public static Directive parse(String text, Consumer<CorefileWarning> warnings) {
        var directives = parseAll(text, warnings);
        if (directives.size() != 1) {
            throw new IllegalArgumentException(directives.size() + " directives in: " + text);
        }
        return directives.getFirst();
    }

    /// All directives of a text, as they would stand in a server block.
    ///
    /// @throws dev.onoma.api.CorefileException with everything that is wrong
    public static List<Directive> parseAll(String text) {
        return parseAll(text, _ -> {});
    }

    /// All directives of a text, as they would stand in a server block.
    ///
    /// @param warnings is given what the plugin warns about
    /// @throws dev.onoma.api.CorefileException with everything that is wrong
    public static List<Directive> parseAll(String text, Consumer<CorefileWarning> warnings) {
        return CorefileParser.directives(text, warnings);
    }
}
