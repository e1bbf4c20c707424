package dev.onoma.api;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// One occurrence of a plugin in a server block, or a property line in the block of one.
///
/// `cache 30 example.org { success 100 }` is a directive with two arguments and a block; the line
/// `success 100` is a directive too, and might have a block of its own. A plugin reads it like
/// this:
///
/// ```java
/// var arguments = cache.arguments("[TTL] [ZONES...]");
/// var ttl = arguments.secondsIfNumber("TTL", 1);
/// var zones = arguments.zonesOr(block.zones());
/// for (var property : cache.properties()) {
///     switch (property.name()) {
///         case "success" -> success = tier(property, success);
///         default -> throw property.unknown("success", "denial");
///     }
/// }
/// ```
///
/// Immutable; what is doubtful but no mistake goes to the warnings, which are logged at start.
public final class Directive {
    private final Line line;
    private final @Nullable Directive parent;
    private final Consumer<CorefileWarning> warnings;

    private Directive(Line line, @Nullable Directive parent, Consumer<CorefileWarning> warnings) {
        this.line = line;
        this.parent = parent;
        this.warnings = warnings;
    }

    /// A plugin's directive as the Corefile has it; for the parser and for tests.
    ///
    /// @param warnings is given what the plugin warns about, on the thread that reads the directive
    public static Directive of(Line line, Consumer<CorefileWarning> warnings) {
        return new Directive(line, null, warnings);
    }

    /// The first word: the plugin's name, or the property's.
    public String name() {
        return word(0).text();
    }

    /// The name of the plugin that this directive, or the block around it, belongs to.
    public String plugin() {
        return parent == null ? name() : parent.plugin();
    }

    /// All words of the line, the name first, without the block.
    public List<String> words() {
        return line.words().stream().map(Word::text).toList();
    }

    /// Starts to read the words after the name. A property whose usage shows no `{` has no block of
    /// its own.
    ///
    /// @param usage what may follow the name, for messages: `[TTL] [ZONES...]`
    public Arguments arguments(String usage) {
        if (parent != null && !usage.contains("{")) {
            expectNoBlock();
        }
        return new Arguments(this, line.words(), usage);
    }

    /// The number that is all that a property says: `max_streams N`.
    public int number(int min, int max) {
        return alone(arguments -> arguments.number("N", min, max));
    }

    /// The same without a limit of ours; one of more than 31 bits is the largest there is.
    public int number(int min) {
        return alone(arguments -> arguments.number("N", min));
    }

    private int alone(ToIntFunction<Arguments> number) {
        var arguments = arguments("N");
        int found = number.applyAsInt(arguments);
        arguments.expectEnd();
        return found;
    }

    /// Whether braces follow, even if there is nothing between them.
    public boolean hasBlock() {
        return line.block() != null;
    }

    /// The lines between the braces; none if there are no braces.
    public List<Directive> properties() {
        var block = line.block();
        return block == null
                ? List.of()
                : block.stream().map(inner -> new Directive(inner, this, warnings)).toList();
    }

    /// The lines between the braces, if each is one of those known and none stands there twice.
    ///
    /// @throws CorefileException that points at a line for which that is not so
    public List<Directive> propertiesOnce(String... known) {
        var properties = properties();
        var given = new HashSet<String>();
        for (var property : properties) {
            if (!List.of(known).contains(property.name())) {
                throw property.unknown(known);
            }
            if (!given.add(property.name())) {
                throw property.wrong(property.name() + " already defined for this server block");
            }
        }
        return properties;
    }

    /// This directive as one of another plugin, without its first words and with its block.
    ///
    /// @param plugin the name that it gets
    /// @param from the first word that is taken over, 1 for all but the name
    public Line as(String plugin, int from) {
        var words = new ArrayList<Word>();
        words.add(new Word(plugin, location()));
        words.addAll(line.words().subList(from, line.words().size()));
        return new Line(words, line.block());
    }

    /// Checks that the name stands alone, without arguments and block.
    ///
    /// @throws CorefileException that points at the first word after it
    public void expectNothingElse() {
        arguments("").expectEnd();
        expectNoBlock();
    }

    /// Checks that there is no block.
    ///
    /// @throws CorefileException that points at the first word of the block
    public void expectNoBlock() {
        var block = line.block();
        if (block != null) {
            var last = line.words().getLast();
            var inside = block.isEmpty() ? last : block.getFirst().words().getFirst();
            throw problem(inside.location(), "\"" + name() + "\" takes no block", "", "");
        }
    }

    /// A mistake: this property is none of those known.
    ///
    /// @param known the properties that could stand here
    public CorefileException unknown(String... known) {
        var owner = parent == null ? "" : parent.name();
        return problem(
                location(),
                "there is no property \"" + name() + "\"",
                "",
                Spelling.advice(name(), owner, List.of(known)));
    }

    /// A mistake in this directive as a whole.
    ///
    /// @param message what was expected and what was found, in one line, without plugin and place
    public CorefileException wrong(String message) {
        return wrongAt(0, message);
    }

    /// A mistake in one word.
    ///
    /// @param index 0 is the name, 1 the first argument; what lies behind the end is the last word
    /// @param message what was expected and what was found, in one line, without plugin and place
    public CorefileException wrongAt(int index, String message) {
        return problem(location(index), message, "", "");
    }

    /// Where the name stands.
    public Location location() {
        return location(0);
    }

    /// Where a word stands.
    ///
    /// @param index 0 is the name, 1 the first argument; what lies behind the end is the last word
    public Location location(int index) {
        return word(Math.min(index, line.words().size() - 1)).location();
    }

    /// The directive and its block in one way of writing: if this is equal before and after a
    /// reload, nothing has changed in it.
    public String text() {
        return line.text();
    }

    /// Tells the operator that something is doubtful.
    ///
    /// @param message one line, without plugin and place
    public void warn(String message) {
        warnAt(0, message);
    }

    /// Tells the operator that a word is doubtful.
    ///
    /// @param index 0 is the name, 1 the first argument
    /// @param message one line, without plugin and place
    public void warnAt(int index, String message) {
        warnings.accept(new CorefileWarning(location(index), prefixed(message)));
    }

    /// The only one of the occurrences of a plugin that may stand once in a server block.
    ///
    /// @throws CorefileException that points at the second one
    public static Directive once(List<Directive> occurrences) {
        if (occurrences.size() > 1) {
            var second = occurrences.get(1);
            throw second.problem(
                    second.location(),
                    "this plugin can only be used once per Server Block",
                    "",
                    "the first one is at " + occurrences.getFirst().location());
        }
        return occurrences.getFirst();
    }

    /// The first of several, for plugins that read no more than that of a server block; the others
    /// are warned of.
    public static Directive first(List<Directive> occurrences) {
        for (var later : occurrences.subList(1, occurrences.size())) {
            later.warn("this one is ignored, as the block has another further up");
        }
        return occurrences.getFirst();
    }

    CorefileException problem(Location at, String message, String usage, String advice) {
        return new CorefileException(
                new CorefileException.Problem(at, prefixed(message), usage, advice));
    }

    private String prefixed(String message) {
        return "plugin/" + plugin() + ": " + message;
    }

    private Word word(int index) {
        return line.words().get(index);
    }

    @Override
    public String toString() {
        return location() + ": " + text();
    }
}
