package dev.onoma.server.corefile;

import dev.onoma.api.CorefileWarning;
import dev.onoma.api.Line;
import dev.onoma.api.Spelling;
import dev.onoma.api.Word;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Parses a Corefile into server blocks: keys, and the lines of known plugins.
///
/// A mistake is collected and the parser goes on behind it. Unlike CoreDNS, a `}` without a `{`
/// between blocks is a mistake, not a block for the zone `}.`; and what an `import` brings in
/// begins a line and ends one.
final class BlockParser {
    private final TokenStream tokens;
    private final Imports imports;
    private final Environment environment;
    private final Problems problems;
    private final Consumer<CorefileWarning> warnings;
    private final List<String> plugins;
    private final Set<String> known;
    private final LineParser lines;

    /// A server block as it is written.
    record RawBlock(List<Word> keys, List<Line> lines) {}

    BlockParser(
            TokenStream tokens,
            Imports imports,
            Environment environment,
            List<String> plugins,
            Problems problems,
            Consumer<CorefileWarning> warnings) {
        this.tokens = tokens;
        this.imports = imports;
        this.environment = environment;
        this.plugins = plugins;
        this.known = new HashSet<>(plugins);
        this.problems = problems;
        this.warnings = warnings;
        this.lines = new LineParser(tokens, imports, environment, problems);
    }

    List<RawBlock> parse() {
        var blocks = new ArrayList<RawBlock>();
        for (var token = tokens.peek(); token != null; token = tokens.peek()) {
            parseBlock(token, blocks);
        }
        return blocks;
    }

    private void parseBlock(Token first, List<RawBlock> blocks) {
        var keys = keys();
        var snippet = snippetName(keys);
        if (snippet != null) {
            defineSnippet(snippet, keys.getFirst());
            return;
        }
        var body = body();
        if (!keys.isEmpty()) {
            blocks.add(new RawBlock(keys, body));
        } else if (!body.isEmpty()) {
            warnings.accept(
                    new CorefileWarning(
                            first.location(),
                            "this block has no zone before its { and is ignored"));
        }
    }

    private List<Word> keys() {
        var keys = new ArrayList<Word>();
        Word comma = null;
        boolean first = true;
        for (var token = tokens.peek(); token != null; token = tokens.peek()) {
            if (!first && comma == null && token.startsLine()) {
                return keys;
            }
            if (token.is("{")) {
                if (comma != null) {
                    problems.add(
                            comma.location(),
                            "Expected another address but had '{' - check for extra comma");
                }
                return keys;
            }
            tokens.next();
            if (token.is("}")) {
                problems.add(
                        token.location(),
                        "Unexpected '}' because no matching opening brace",
                        "all blocks are closed already");
                continue;
            }
            var word = environment.replace(token.word());
            if (token.startsLine() && word.text().equals("import")) {
                lines.expandImport(token);
                continue;
            }
            first = false;
            boolean another = word.text().endsWith(",");
            comma = another ? word : word.text().isEmpty() ? comma : null;
            if (!word.text().isEmpty()) {
                keys.add(another ? withoutComma(word) : word);
            }
        }
        if (comma != null) {
            problems.add(
                    comma.location(), "Unexpected EOF, another zone is expected after the comma");
        }
        return keys;
    }

    private static Word withoutComma(Word word) {
        return new Word(word.text().substring(0, word.text().length() - 1), word.location());
    }

    private static @Nullable String snippetName(List<Word> keys) {
        var key = keys.size() == 1 ? keys.getFirst().text() : "";
        return key.length() > 1 && key.startsWith("(") && key.endsWith(")")
                ? key.substring(1, key.length() - 1)
                : null;
    }

    private void defineSnippet(String name, Word key) {
        var open = tokens.peek();
        if (open == null || !open.is("{")) {
            problems.add(
                    (open == null ? key : open.word()).location(),
                    "Syntax error: Unexpected token '%s', expecting '{'"
                            .formatted(open == null ? key.text() : open.text()),
                    "write: " + key.text() + " { LINES... }");
            return;
        }
        tokens.next();
        var body = snippetBody(open);
        if (imports.knows(name)) {
            problems.add(key.location(), "redeclaration of previously declared snippet " + name);
        } else if (body != null && !importsItself(name, body)) {
            imports.define(name, body);
        }
    }

    private @Nullable List<Token> snippetBody(Token open) {
        var body = new ArrayList<Token>();
        int depth = 1;
        for (var token = tokens.next(); token != null; token = tokens.next()) {
            depth += token.is("{") ? 1 : token.is("}") ? -1 : 0;
            if (depth == 0) {
                return body;
            }
            body.add(token);
        }
        missingBrace(open);
        return null;
    }

    private boolean importsItself(String name, List<Token> body) {
        for (int i = 0; i + 1 < body.size(); i++) {
            var token = body.get(i);
            var what = body.get(i + 1);
            if (token.is("import")
                    && (token.startsLine() || i == 0)
                    && environment.replace(what.word()).text().equals(name)) {
                problems.add(
                        what.location(),
                        "maximum snippet import depth (10000) exceeded",
                        "the snippet imports itself");
                return true;
            }
        }
        return false;
    }

    private List<Line> body() {
        var body = new ArrayList<Line>();
        var open = tokens.peek();
        boolean braces = open != null && open.is("{");
        if (braces) {
            tokens.next();
        }
        for (var token = tokens.next(); token != null; token = tokens.next()) {
            if (token.is("}")) {
                warnIfUnopened(braces, token);
                return body;
            }
            if (token.is("import")) {
                lines.expandImport(token);
            } else {
                directive(token, braces, body);
            }
        }
        if (braces && open != null && !lines.endsUnclosed()) {
            endOfText(open);
        }
        return body;
    }

    // CoreDNS does not notice when the last } of a file is that of a plugin.
    private void endOfText(Token open) {
        var last = tokens.last();
        if (last != null && last.is("}")) {
            warnings.accept(new CorefileWarning(open.location(), "this { is never closed"));
        } else {
            missingBrace(open);
        }
    }

    private void directive(Token name, boolean braces, List<Line> body) {
        if (name.is("{")) {
            problems.add(name.location(), "Unknown directive '{'", "a block has one { only");
            lines.skipBlock();
            return;
        }
        var line = lines.line(name, 0);
        var plugin = line.words().getFirst().text();
        if (known.contains(plugin)) {
            body.add(line);
        } else {
            problems.add(
                    name.location(),
                    "Unknown directive '" + plugin + "'",
                    advice(plugin, braces, line));
        }
    }

    private String advice(String plugin, boolean braces, Line line) {
        var bare = plugin.endsWith("{") ? plugin.substring(0, plugin.length() - 1) : plugin;
        if (!bare.equals(plugin) && known.contains(bare)) {
            return "did you mean: " + bare + " {? (a brace needs a space before it)";
        }
        boolean zone = plugin.equals(".") || plugin.indexOf('.', 1) > 0 || plugin.contains(":");
        if (zone && !braces) {
            return "if this is a server block, every block of the file needs { and }";
        }
        if (zone && line.block() != null) {
            return "if this is a server block, the one before it lacks its }";
        }
        var guess = Spelling.advice(plugin, "", plugins);
        return guess.isEmpty() ? "onoma -plugins lists those there are" : guess;
    }

    private void missingBrace(Token open) {
        problems.add(
                open.location(),
                "Syntax error: expecting '}', this { is never closed",
                "a } on a line of its own closes it");
    }

    private void warnIfUnopened(boolean braces, Token close) {
        if (!braces) {
            warnings.accept(
                    new CorefileWarning(close.location(), "this } ends a block that has no {"));
        }
    }
}
