package dev.onoma.server.corefile;

import dev.onoma.api.CorefileException;
import dev.onoma.api.CorefileWarning;
import dev.onoma.api.Directive;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Makes server blocks of the text of a Corefile.
public final class CorefileParser {
    private static final String BUILT_IN =
            """
            .:PORT {
                whoami
                log
            }
            """;

    /// What a Corefile is read against.
    ///
    /// @param plugins all that are known, in the order of the chain
    /// @param defaultPort of keys without scheme and port; the value of `-dns.port`
    /// @param environment the variables that `{$NAME}` stands for
    public record Options(
            List<String> plugins, String defaultPort, Map<String, String> environment) {}

    private final Options options;
    private final Consumer<CorefileWarning> warnings;
    private final Problems problems = new Problems();

    private CorefileParser(Options options, Consumer<CorefileWarning> warnings) {
        this.options = options;
        this.warnings = warnings;
    }

    /// Parses a Corefile. One without any server block means `whoami` and `log` for all names.
    ///
    /// @param warnings is given all warnings, later also those of the plugins that read their
    ///   directives
    /// @throws CorefileException with everything that is wrong
    public static Corefile parse(
            CorefileSource.Text text, Options options, Consumer<CorefileWarning> warnings) {
        return new CorefileParser(options, warnings).parse(text);
    }

    /// Reads directives as they stand in a server block; any name will do. For tests of plugins.
    ///
    /// @throws CorefileException with everything that is wrong
    public static List<Directive> directives(String text, Consumer<CorefileWarning> warnings) {
        var parser = new CorefileParser(new Options(List.of(), "", System.getenv()), warnings);
        return parser.directives(text);
    }

    private Corefile parse(CorefileSource.Text text) {
        var imports = new Imports(text, problems, warnings);
        var raw = parse(text, imports);
        if (raw.isEmpty()) {
            problems.throwIfAny();
            var builtIn = BUILT_IN.replace("PORT", options.defaultPort());
            raw = parse(new CorefileSource.Text("Corefile", builtIn, text.file()), imports);
        }
        var blocks = raw.stream().map(this::block).toList();
        problems.throwIfAny();
        return new Corefile(blocks, imports.filesRead(), Digest.of(blocks));
    }

    private List<BlockParser.RawBlock> parse(CorefileSource.Text text, Imports imports) {
        var tokens = new TokenStream(Tokenizer.tokens(text.name(), text.text(), warnings));
        var environment = new Environment(options.environment(), problems, warnings);
        return new BlockParser(tokens, imports, environment, options.plugins(), problems, warnings)
                .parse();
    }

    private Block block(BlockParser.RawBlock raw) {
        var keys =
                raw.keys().stream()
                        .flatMap(word ->
                                Key.parse(word, options.defaultPort(), problems, warnings).stream())
                        .toList();
        var byPlugin = new HashMap<String, List<Directive>>();
        for (var line : raw.lines()) {
            byPlugin.computeIfAbsent(line.words().getFirst().text(), _ -> new ArrayList<>())
                    .add(Directive.of(line, warnings));
        }
        var ordered = new LinkedHashMap<String, List<Directive>>();
        for (var plugin : options.plugins()) {
            var directives = byPlugin.get(plugin);
            if (directives != null) {
                ordered.put(plugin, List.copyOf(directives));
            }
        }
        return new Block(keys, Collections.unmodifiableMap(ordered));
    }

    private List<Directive> directives(String text) {
        var source =
                new CorefileSource.Text("Corefile", text, Path.of("Corefile").toAbsolutePath());
        var tokens = new TokenStream(Tokenizer.tokens(source.name(), text, warnings));
        var imports = new Imports(source, problems, warnings);
        var environment = new Environment(options.environment(), problems, warnings);
        var lines = new LineParser(tokens, imports, environment, problems);
        var directives = new ArrayList<Directive>();
        for (var token = tokens.next(); token != null; token = tokens.next()) {
            if (token.isBrace()) {
                problems.add(token.location(), "a directive begins with its name");
            } else {
                directives.add(Directive.of(lines.line(token, 0), warnings));
            }
        }
        problems.throwIfAny();
        return directives;
    }
}
