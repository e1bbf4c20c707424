package dev.onoma.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DirectiveTest {
    private final List<CorefileWarning> warnings = new ArrayList<>();

    @Test
    void messageShowsPlaceExcerptAndUsage() {
        var success = cache("success abc 3600").properties().getFirst();
        var arguments = success.arguments("CAPACITY [TTL] [MINTTL]");
        assertThatThrownBy(() -> arguments.number("CAPACITY"))
                .hasMessage(
                        """
                        Corefile:3:17: plugin/cache: CAPACITY is a whole number, not "abc"
                            3 |         success abc 3600
                              |                 ^^^
                          usage: success CAPACITY [TTL] [MINTTL]\
                        """);
    }

    @Test
    void unknownPropertyIsAnsweredWithTheNearestOne() {
        var property = cache("sucess 10").properties().getFirst();
        assertThat(property.unknown("success", "denial"))
                .hasMessage(
                        """
                        Corefile:3:9: plugin/cache: there is no property "sucess"
                            3 |         sucess 10
                              |         ^^^^^^
                          did you mean: success? (cache knows success, denial)\
                        """);
    }

    @Test
    void aPluginThatMayStandOncePointsAtTheSecondOccurrence() {
        var first = Directive.of(line(4, "    loop"), warnings::add);
        var second = Directive.of(line(6, "    loop"), warnings::add);
        assertThat(Directive.once(List.of(first))).isSameAs(first);
        assertThatThrownBy(() -> Directive.once(List.of(first, second)))
                .hasMessage(
                        """
                        Corefile:6:5: plugin/loop: this plugin can only be used once per Server Block
                            6 |     loop
                              |     ^^^^
                          the first one is at Corefile:4:5\
                        """);
    }

    @Test
    void wordsBehindTheNameAreRefusedWhereNoneIsExpected() {
        var whoami = Directive.of(line(2, "    whoami log"), warnings::add);
        assertThatThrownBy(whoami::expectNothingElse)
                .hasMessageStartingWith(
                        "Corefile:2:12: plugin/whoami: \"whoami\" takes no arguments, \"log\" is one"
                                + " too many\n");
        assertThatThrownBy(() -> cache("success").expectNothingElse())
                .hasMessageStartingWith("Corefile:3:9: plugin/cache: \"cache\" takes no block\n");
    }

    @Test
    void aPropertyHasNoBlockOfItsOwnUnlessItsUsageShowsOne() {
        var inner = new Line(words(4, "            x"), null);
        var property = new Line(words(3, "        success 1"), List.of(inner));
        var cache = Directive.of(new Line(words(2, "    cache"), List.of(property)), warnings::add);
        var success = cache.properties().getFirst();
        assertThatThrownBy(() -> success.arguments("CAPACITY"))
                .hasMessageStartingWith(
                        "Corefile:4:13: plugin/cache: \"success\" takes no block\n");
        assertThat(success.arguments("CAPACITY { x }").number("CAPACITY")).isEqualTo(1);
        assertThat(success.properties().getFirst().plugin()).isEqualTo("cache");
    }

    @Test
    void textIsTheSameHoweverTheLineIsWritten() {
        var spacious = Directive.of(line(2, "  \tlog   .   x"), warnings::add);
        var tight = Directive.of(line(9, "log . x"), warnings::add);
        assertThat(spacious.text()).isEqualTo("log . x").isEqualTo(tight.text());
        assertThat(cache("success 1").text()).isEqualTo("cache {\n    success 1\n}");
        var quoted = new Line(List.of(word("log"), word("a b"), word(""), word("q\"r")), null);
        assertThat(quoted.text()).isEqualTo("log \"a b\" \"\" q\"r");
    }

    @Test
    void warningsNamePlaceAndPlugin() {
        var arguments =
                cache("success 1 2 3 4 5").properties().getFirst().arguments("CAPACITY [TTL]");
        arguments.number("CAPACITY");
        arguments.number("TTL");
        arguments.number("MINTTL");
        arguments.ignoreRest();
        assertThat(warnings)
                .map(CorefileWarning::toString)
                .containsExactly(
                        "Corefile:3:23: plugin/cache: \"4\" is ignored",
                        "Corefile:3:25: plugin/cache: \"5\" is ignored");
    }

    @Test
    void linesThatATerminalCannotShowAreMadeHarmless() {
        var escape = Directive.of(line(1, "\ta\u001B[31m b"), warnings::add);
        assertThat(escape.wrongAt(1, "no"))
                .hasMessage(
                        "Corefile:1:9: plugin/a\uFFFD[31m: no\n    1 | \ta\uFFFD[31m b\n      | \t       ^");
        var longLine = Directive.of(line(1, "x".repeat(5000) + " yy"), warnings::add);
        assertThat(longLine.wrongAt(1, "no").problems().getFirst().at().excerpt())
                .hasSizeLessThan(400)
                .endsWith("^^\n");
    }

    @Test
    void aWordFromAnImportTellsWhereItWasImported() {
        var location = words(1, "cache x").get(1).location();
        var imported = location.importedAt(words(7, "  import a.conf").getFirst().location());
        assertThat(new CorefileException(new CorefileException.Problem(imported, "no")))
                .hasMessageEndingWith("      |       ^\n  imported at Corefile:7:3");
    }

    private Directive cache(String property) {
        var inner = line(3, " ".repeat(8) + property);
        return Directive.of(new Line(words(2, "    cache"), List.of(inner)), warnings::add);
    }

    static Line line(int number, String source) {
        return new Line(words(number, source), null);
    }

    private static Word word(String text) {
        return new Word(text, new Location("Corefile", 1, 1, 1, "", null));
    }

    private static List<Word> words(int number, String source) {
        var words = new ArrayList<Word>();
        int at = 0;
        for (var text : source.strip().split("\\s+", -1)) {
            at = source.indexOf(text, at);
            var location = new Location("Corefile", number, at + 1, text.length(), source, null);
            words.add(new Word(text, location));
            at += text.length();
        }
        return words;
    }
}
