package dev.onoma.server.corefile;

import dev.onoma.api.CorefileWarning;
import dev.onoma.api.Location;
import dev.onoma.api.Word;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What `import` brings in: the lines of a snippet, or of files.
///
/// An import may have arguments, which CoreDNS does not know: `import NAME A B` replaces
/// `{args[0]}` and `{args[1]}` in what is imported, and a word `{args[:]}` by all of them. Without
/// arguments such words stay as they are. A file is read once, however often it is imported.
final class Imports {
    private static final int SNIPPET_EXPANSIONS_MAX = 10_000;
    private static final int FILE_EXPANSIONS_MAX = 100_000;
    private static final int TOKENS_MAX = 500_000;
    private static final int WORD_LENGTH_MAX = 16_384;
    private static final int ARGUMENTS_MAX = 100;
    private static final Pattern ARGUMENT =
            Pattern.compile("\\{args(?:\\[([0-9]{1,4})]|\\.([0-9]{1,4}))}");

    private final CorefileSource.Text main;
    private final Problems problems;
    private final Consumer<CorefileWarning> warnings;
    private final Map<String, List<Token>> snippets = new HashMap<>();
    private final Map<Path, List<Token>> files = new HashMap<>();
    private final Map<String, List<Path>> globs = new HashMap<>();
    private final Set<Path> read = new LinkedHashSet<>();
    private int snippetExpansions;
    private int fileExpansions;
    private int tokens;

    Imports(CorefileSource.Text main, Problems problems, Consumer<CorefileWarning> warnings) {
        this.main = main;
        this.problems = problems;
        this.warnings = warnings;
        read.add(main.file());
    }

    /// All files that were read, the Corefile first.
    List<Path> filesRead() {
        return List.copyOf(read);
    }

    /// Whether there is a snippet of this name.
    boolean knows(String snippet) {
        return snippets.containsKey(snippet);
    }

    /// Makes the words of a snippet known.
    void define(String snippet, List<Token> body) {
        if (snippets.containsKey(snippet)) {
            throw new IllegalArgumentException("snippet " + snippet);
        }
        snippets.put(snippet, List.copyOf(body));
    }

    /// The words to read instead of an import; null if a limit ends the parsing.
    ///
    /// @param what the name of a snippet, else a file or a pattern
    @Nullable List<Token> expand(Word what, List<Word> arguments) {
        var body = snippets.get(what.text());
        if (body != null
                ? ++snippetExpansions > SNIPPET_EXPANSIONS_MAX
                : ++fileExpansions > FILE_EXPANSIONS_MAX) {
            problems.add(
                    what.location(),
                    "maximum %s import depth (10000) exceeded"
                            .formatted(body != null ? "snippet" : "file"));
            return null;
        }
        if (arguments.size() > ARGUMENTS_MAX) {
            problems.add(
                    what.location(), "an import has at most %d arguments".formatted(ARGUMENTS_MAX));
            return null;
        }
        var imported = placed(body != null ? body : contents(what), what.location(), arguments);
        tokens += imported.size();
        if (tokens > TOKENS_MAX) {
            problems.add(
                    what.location(),
                    "the imports add up to more than %d words".formatted(TOKENS_MAX));
            return null;
        }
        return imported;
    }

    private List<Token> contents(Word what) {
        if (what.text().isEmpty()) {
            problems.add(what.location(), "Import requires a non-empty filepath");
            return List.of();
        }
        var found = new ArrayList<Token>();
        for (var file : paths(what)) {
            found.addAll(tokens(file, what.location()));
        }
        return found;
    }

    private List<Path> paths(Word what) {
        try {
            var pattern = directory(what.location()).resolve(what.text()).normalize().toString();
            var known = globs.get(pattern);
            if (known == null) {
                known = isTooWild(pattern) ? refused(what, pattern) : find(what, pattern);
                // What is not there is complained about each time.
                if (!known.isEmpty()) {
                    globs.put(pattern, known);
                }
            }
            return known;
        } catch (InvalidPathException e) {
            problems.add(
                    what.location(),
                    "Failed to use import pattern " + what.text() + ": " + e.getReason());
            return List.of();
        }
    }

    private Path directory(Location place) {
        var file = place.file().equals(main.name()) ? main.file() : Path.of(place.file());
        var parent = file.toAbsolutePath().getParent();
        return parent == null ? Path.of("/") : parent;
    }

    private static boolean isTooWild(String pattern) {
        return pattern.chars().filter(c -> c == '*').count() > 1
                || pattern.chars().filter(c -> c == '?').count() > 1
                || pattern.contains("[")
                || pattern.contains("]");
    }

    private List<Path> refused(Word what, String pattern) {
        problems.add(
                what.location(),
                "Glob pattern may only contain one wildcard (*), but has others: " + pattern);
        return List.of();
    }

    private List<Path> find(Word what, String pattern) {
        var found = Glob.find(pattern);
        if (found.isEmpty() && Glob.isPattern(pattern)) {
            warnings.accept(
                    new CorefileWarning(
                            what.location(),
                            "No files matching import glob pattern: " + what.text()));
        } else if (found.isEmpty()) {
            problems.add(
                    what.location(),
                    "File to import not found: " + what.text(),
                    "there is no file "
                            + pattern
                            + " and no snippet ("
                            + what.text()
                            + ") before this line");
        }
        return found;
    }

    private List<Token> tokens(Path file, Location importedAt) {
        var known = files.get(file);
        if (known == null) {
            known = readTokens(file, importedAt);
            files.put(file, known);
        }
        return known;
    }

    private List<Token> readTokens(Path file, Location importedAt) {
        try {
            var text = CorefileSource.readFile(file.toString(), file);
            read.add(file);
            return Tokenizer.tokens(file.toString(), text, warnings);
        } catch (IOException e) {
            var cause = Files.isDirectory(file) ? "is a directory" : e.getMessage();
            problems.add(importedAt, "Could not import " + file + ": " + cause);
            return List.of();
        }
    }

    // What is imported begins a line, whatever stood before; the words know where they came in.
    private List<Token> placed(List<Token> body, Location place, List<Word> arguments) {
        var placed = new ArrayList<Token>(body.size());
        for (var token : body) {
            boolean startsLine = token.startsLine() || placed.isEmpty();
            var location = token.location().importedAt(place);
            if (!arguments.isEmpty() && token.is("{args[:]}")) {
                for (int i = 0; i < arguments.size(); i++) {
                    var word = new Word(arguments.get(i).text(), location);
                    placed.add(new Token(word, startsLine && i == 0));
                }
            } else {
                var text = arguments.isEmpty() ? token.text() : filled(token, location, arguments);
                placed.add(new Token(new Word(text, location), startsLine));
            }
        }
        return placed;
    }

    private String filled(Token token, Location location, List<Word> arguments) {
        var filled = new StringBuilder();
        var match = ARGUMENT.matcher(token.text());
        while (match.find()) {
            var digits = match.group(1) == null ? match.group(2) : match.group(1);
            int index = Integer.parseInt(digits);
            if (index >= arguments.size()) {
                problems.add(
                        location,
                        "there is no argument %s, the import has %d"
                                .formatted(match.group(), arguments.size()));
                return "";
            }
            match.appendReplacement(filled, Matcher.quoteReplacement(arguments.get(index).text()));
            if (filled.length() > WORD_LENGTH_MAX) {
                problems.add(location, "with its arguments this word is too long");
                return "";
            }
        }
        return match.appendTail(filled).toString();
    }
}
