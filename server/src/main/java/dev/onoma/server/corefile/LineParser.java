package dev.onoma.server.corefile;

import dev.onoma.api.Line;
import dev.onoma.api.Word;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Parses the lines of a server block: words, and blocks of further lines.
///
/// A block may open at the end of a line or at the begin of the next, and lines may share one line
/// of text with their braces: `cache { success 10 }`.
final class LineParser {
    private static final int NESTING_MAX = 32;

    private final TokenStream tokens;
    private final Imports imports;
    private final Environment environment;
    private final Problems problems;
    private boolean unclosed;

    LineParser(TokenStream tokens, Imports imports, Environment environment, Problems problems) {
        this.tokens = tokens;
        this.imports = imports;
        this.environment = environment;
        this.problems = problems;
    }

    /// Parses a line with its block.
    ///
    /// @param name the first word, already taken
    /// @param nesting 0 for a directive, 1 for a property of it
    Line line(Token name, int nesting) {
        var words = new ArrayList<Word>();
        words.add(environment.replace(name.word()));
        List<Line> block = null;
        for (var token = tokens.peek(); token != null; token = tokens.peek()) {
            if (token.is("{")) {
                tokens.next();
                var opened = block(token, nesting + 1);
                if (block != null) {
                    problems.add(token.location(), "\"" + name.text() + "\" has a block already");
                }
                block = block == null ? opened : block;
            } else if (token.startsLine() || isEndOfBlock(token, nesting)) {
                break;
            } else {
                tokens.next();
                if (block == null) {
                    words.add(environment.replace(token.word()));
                } else {
                    problems.add(
                            token.location(),
                            "\"" + token.text() + "\" stands behind a block",
                            "after } a new line begins");
                }
            }
        }
        return new Line(words, block);
    }

    /// Whether the text ended within a block of a line, which has been complained about.
    boolean endsUnclosed() {
        return unclosed;
    }

    private boolean isEndOfBlock(Token token, int nesting) {
        if (token.is("}") && nesting == 0) {
            problems.add(
                    token.location(),
                    "Unexpected '}' because no matching opening brace",
                    "the } of a server block stands on a line of its own");
        }
        return token.is("}");
    }

    private List<Line> block(Token open, int nesting) {
        if (nesting > NESTING_MAX) {
            problems.add(open.location(), "blocks are nested more than " + NESTING_MAX + " deep");
            skipBlock();
            return List.of();
        }
        var lines = new ArrayList<Line>();
        boolean first = true;
        for (var token = tokens.next(); token != null; token = tokens.next()) {
            if (token.is("}")) {
                return lines;
            }
            if (token.is("{")) {
                problems.add(token.location(), "a block has a name before its {");
                skipBlock();
            } else if (token.is("import") && (token.startsLine() || first)) {
                expandImport(token);
            } else {
                lines.add(line(token, nesting));
            }
            first = false;
        }
        unclosed = true;
        problems.add(
                open.location(),
                "Unexpected EOF, this { is never closed",
                "a } on a line of its own closes it");
        return lines;
    }

    /// Leaves out everything up to the `}` of a block whose `{` is taken.
    void skipBlock() {
        int open = 1;
        while (open > 0) {
            var token = tokens.next();
            if (token == null) {
                return;
            }
            open += token.is("{") ? 1 : token.is("}") ? -1 : 0;
        }
    }

    /// Puts what is imported in front of the stream.
    ///
    /// @param keyword `import`, already taken
    void expandImport(Token keyword) {
        var what = argument();
        if (what == null) {
            problems.add(
                    keyword.location(),
                    "Wrong argument count or unexpected line ending after 'import'",
                    "write: import FILE, import PATTERN or import SNIPPET");
            return;
        }
        var arguments = new ArrayList<Word>();
        for (var word = argument(); word != null; word = argument()) {
            arguments.add(word.word());
        }
        var behind = tokens.peek();
        if (behind != null && behind.isBrace() && !behind.startsLine()) {
            problems.add(
                    behind.location(),
                    "Import takes only one argument (glob pattern or file)",
                    "after an import a new line begins");
            skipIfBlock(behind);
        }
        var imported = imports.expand(environment.replace(what.word()), arguments);
        if (imported == null) {
            problems.close();
            tokens.clear();
        } else {
            tokens.insert(imported);
        }
    }

    private void skipIfBlock(Token open) {
        if (open.is("{")) {
            tokens.next();
            skipBlock();
        }
    }

    private @Nullable Token argument() {
        var token = tokens.peek();
        if (token == null || token.startsLine() || token.isBrace()) {
            return null;
        }
        return tokens.next();
    }
}
