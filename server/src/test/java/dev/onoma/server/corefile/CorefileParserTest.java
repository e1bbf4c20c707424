package dev.onoma.server.corefile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.CorefileException;
import dev.onoma.api.CorefileException.Problem;
import dev.onoma.api.CorefileWarning;
import dev.onoma.api.Directive;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class CorefileParserTest {
    private static final List<String> PLUGINS =
            List.of("root", "bind", "errors", "log", "cache", "template", "forward", "whoami");

    private final List<CorefileWarning> warnings = new ArrayList<>();
    private Map<String, String> environment = Map.of();

    private Corefile parse(String text) {
        var source = new CorefileSource.Text("Corefile", text, Path.of("/nosuch/Corefile"));
        return CorefileParser.parse(
                source, new CorefileParser.Options(PLUGINS, "53", environment), warnings::add);
    }

    /// Blocks as `KEYS: DIRECTIVE; DIRECTIVE`, separated by ` / `.
    private String blocks(String text) {
        return parse(text).blocks().stream()
                .map(CorefileParserTest::text)
                .collect(Collectors.joining(" / "));
    }

    static String text(Block block) {
        var keys = block.keys().stream().map(Key::toString).collect(Collectors.joining(" "));
        var directives =
                block.directives().values().stream()
                        .flatMap(List::stream)
                        .map(Directive::text)
                        .map(text -> text.replaceAll("\\s+", " "))
                        .collect(Collectors.joining("; "));
        return directives.isEmpty() ? keys : keys + ": " + directives;
    }

    private void refused(String text, String... headlines) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOfSatisfying(
                        CorefileException.class,
                        e ->
                                assertThat(e.problems())
                                        .map(Problem::headline)
                                        .containsExactly(headlines));
    }

    @Test
    void emptyInputIsTheBuiltInConfiguration() {
        var builtIn = "dns://.:53: log; whoami";
        assertThat(blocks("")).isEqualTo(builtIn);
        assertThat(blocks("# only a comment\n")).isEqualTo(builtIn);
        assertThat(blocks("(snippet) {\n log\n}\n")).isEqualTo(builtIn);
        assertThat(blocks("{$UNSET} {\n log\n}\n")).isEqualTo(builtIn);
    }

    @Test
    void blocksHaveBracesOrRunToTheEnd() {
        assertThat(blocks(". {\n whoami\n}")).isEqualTo("dns://.:53: whoami");
        assertThat(blocks(".\n{\n whoami\n}")).isEqualTo("dns://.:53: whoami");
        assertThat(blocks(".\nwhoami\nlog")).isEqualTo("dns://.:53: log; whoami");
        assertThat(blocks("example.org")).isEqualTo("dns://example.org.:53");
        assertThat(blocks("a {\n} b {\nlog\n}")).isEqualTo("dns://a.:53 / dns://b.:53: log");
        assertThat(blocks("a \"{\"\n log\n \"}\"\n")).isEqualTo("dns://a.:53: log");
        assertThat(warnings).isEmpty();
    }

    @Test
    void aBlockWithoutOpeningBraceEndsAtAClosingOne() {
        assertThat(blocks("example.org{\n log\n}\n. {\n whoami\n}"))
                .isEqualTo("dns://example.org{.:53: log / dns://.:53: whoami");
        assertThat(warnings)
                .map(CorefileWarning::toString)
                .containsExactlyInAnyOrder(
                        "Corefile:3:1: this } ends a block that has no {",
                        "Corefile:1:1: \"example.org{\": this brace is part of the zone name; put a space before it");
    }

    @Test
    void aBlockWithoutZonesIsIgnoredWithAWarning() {
        assertThat(blocks("{\n log\n}\n. {\n}")).isEqualTo("dns://.:53");
        assertThat(warnings)
                .map(CorefileWarning::toString)
                .containsExactly(
                        "Corefile:1:1: this block has no zone before its { and is ignored");
    }

    @Test
    void keysMayStandOnLinesSeparatedByCommas() {
        assertThat(blocks("a, b c,\nd {\n log\n}"))
                .isEqualTo("dns://a.:53 dns://b.:53 dns://c.:53 dns://d.:53: log");
        refused(
                "a, {\n}",
                "Corefile:1:1: Expected another address but had '{' - check for extra comma");
        refused("a,", "Corefile:1:1: Unexpected EOF, another zone is expected after the comma");
        assertThat(blocks("\"\" a {\n}")).isEqualTo("dns://a.:53");
    }

    @Test
    void directivesAreGroupedByPluginInTheOrderOfTheChain() {
        assertThat(blocks(". {\n whoami\n log a\n errors\n log b {\n class error\n }\n}"))
                .isEqualTo("dns://.:53: errors; log a; log b { class error }; whoami");
    }

    @Test
    void directivesEndWithTheLineOrTheirBlock() {
        assertThat(blocks(". {\n log {\n a\n b c\n }\n whoami\n}"))
                .isEqualTo("dns://.:53: log { a b c }; whoami");
        assertThat(blocks(". {\n log { a }\n cache { b\n c }\n}"))
                .isEqualTo("dns://.:53: log { a }; cache { b c }");
        assertThat(blocks(". {\n log\n {\n a\n }\n}")).isEqualTo("dns://.:53: log { a }");
        assertThat(blocks(". {\n log { }\n}")).isEqualTo("dns://.:53: log { }");
        assertThat(blocks(". {\n log {}\n}")).isEqualTo("dns://.:53: log {}");
        assertThat(blocks(". {\n log \"a\nb\" c\n whoami\n}"))
                .isEqualTo("dns://.:53: log \"a b\" c; whoami");
        assertThat(blocks(". {\n log whoami\n}")).isEqualTo("dns://.:53: log whoami");
        assertThat(blocks(". {\n log {\n a {\n b\n }\n }\n}"))
                .isEqualTo("dns://.:53: log { a { b } }");
    }

    @Test
    void bracesThatDoNotMatchAreRefused() {
        refused("{ whoami }", "Corefile:1:10: Unexpected '}' because no matching opening brace");
        refused(". {\n log {\n", "Corefile:2:6: Unexpected EOF, this { is never closed");
        refused(". {\n log\n", "Corefile:1:3: Syntax error: expecting '}', this { is never closed");
        refused(". {\n", "Corefile:1:3: Syntax error: expecting '}', this { is never closed");
        refused(
                ". {\n log\n}\n}\n",
                "Corefile:4:1: Unexpected '}' because no matching opening brace");
        refused(
                ". {\n}\n}\na {\n foo\n}",
                "Corefile:3:1: Unexpected '}' because no matching opening brace",
                "Corefile:5:2: Unknown directive 'foo'");
        refused(". {\n log { a } b\n}", "Corefile:2:12: \"b\" stands behind a block");
        refused(". {\n log { a } { b }\n}", "Corefile:2:12: \"log\" has a block already");
        refused(". {\n log {\n {\n a\n }\n }\n}", "Corefile:3:2: a block has a name before its {");
    }

    @Test
    void theLastBraceMayBeMissingBehindThatOfAPlugin() {
        assertThat(blocks(". {\n log {\n a\n }\n")).isEqualTo("dns://.:53: log { a }");
        assertThat(warnings)
                .map(CorefileWarning::toString)
                .containsExactly("Corefile:1:3: this { is never closed");
    }

    @Test
    void allMistakesAreReportedTogether() {
        assertThatThrownBy(() ->
                        parse(
                                """
                                a..b {
                                    lgo
                                    whoami
                                    cache{
                                }
                                .: {
                                    nonsense
                                }
                                """))
                .hasMessage(
                        """
                        Corefile:2:5: Unknown directive 'lgo'
                            2 |     lgo
                              |     ^^^
                          did you mean: log?
                        Corefile:4:5: Unknown directive 'cache{'
                            4 |     cache{
                              |     ^^^^^^
                          did you mean: cache {? (a brace needs a space before it)
                        Corefile:7:5: Unknown directive 'nonsense'
                            7 |     nonsense
                              |     ^^^^^^^^
                          onoma -plugins lists those there are
                        Corefile:1:1: zone is not a valid domain name: a..b
                            1 | a..b {
                              | ^^^^
                          a server block begins with [SCHEME://]ZONE[:PORT]...
                        Corefile:6:1: expecting data after last colon: ".:"
                            6 | .: {
                              | ^^
                          a server block begins with [SCHEME://]ZONE[:PORT]...\
                        """);
    }

    @Test
    void aForgottenBraceBetweenBlocksIsExplained() {
        assertThatThrownBy(() -> parse("a.org {\n log\nb.org {\n whoami\n}\n"))
                .hasMessageContaining("Corefile:3:1: Unknown directive 'b.org'")
                .hasMessageContaining("the one before it lacks its }");
        assertThatThrownBy(() -> parse("a.org\nlog\nb.org\nwhoami\n"))
                .hasMessageContaining("every block of the file needs { and }");
    }

    @Test
    void environmentVariablesAreReplacedInEveryWord() {
        environment =
                Map.of(
                        "ZONE",
                        "a.org",
                        "PORT",
                        "5353",
                        "SPACE",
                        "a b",
                        "LOG",
                        "log",
                        "OUTER",
                        "x{$INNER}x",
                        "INNER",
                        "{%PORT%}",
                        "WIN",
                        "w",
                        "IMPORT",
                        "import",
                        "OPEN",
                        "{");
        assertThat(blocks("{$ZONE}:{$PORT} {\n {$LOG} {$ZONE}.{%WIN%} {$NONE}x {$A:def}y\n}"))
                .isEqualTo("dns://a.org.:5353: log a.org.w x y");
        assertThat(blocks(". {\n log {$SPACE} \"{$SPACE}\" {$OPEN}\n}"))
                .isEqualTo("dns://.:53: log \"a b\" \"a b\" {");
        assertThat(blocks(". {\n log {$} {$A {%%}{$ZONE} {{$ZONE}}\n}"))
                .isEqualTo("dns://.:53: log {$} {$A {%%}a.org {a.org}");
        assertThat(blocks(". {\n log {$OUTER}\n}")).isEqualTo("dns://.:53: log x{%PORT%}x");
        refused(". {\n {$IMPORT} x\n}", "Corefile:2:2: Unknown directive 'import'");
        refused("{$NONE}:53 {\n}", "Corefile:1:1: zone is not a valid domain name: ");
    }

    @Test
    void aVariableThatIsNotSetIsWarnedOf() {
        blocks(". {\n log {$ZONE} {$ZONE}{$B}\n errors {{$x}} {{ $y }}\n}");
        assertThat(warnings)
                .map(Object::toString)
                .containsExactly(
                        "Corefile:2:6: the environment variable \"ZONE\" is not set",
                        "Corefile:2:14: the environment variable \"ZONE\" is not set",
                        "Corefile:2:14: the environment variable \"B\" is not set",
                        "Corefile:3:9: the environment variable \"x\" is not set; a variable of a"
                                + " template is written {{ $x }}");
    }

    @Test
    void aVariableThatHoldsItselfDoesNotLoop() {
        environment = Map.of("A", "{$B}", "B", "{$A}", "C", "{$C}{$C}x");
        refused(
                ". {\n log {$A}\n log {$C}\n}",
                "Corefile:2:6: the environment variable A contains a reference to itself, or is too long",
                "Corefile:3:6: the environment variable C contains a reference to itself, or is too long");
    }

    @Test
    void snippetsAreLinesUnderAName() {
        var both = "(snip) {\n errors\n log {\n a\n }\n}\n";
        assertThat(blocks(both + ". {\n import snip\n whoami\n}"))
                .isEqualTo("dns://.:53: errors; log { a }; whoami");
        assertThat(blocks("(s) {\n a.org {\n log\n }\n}\nimport s\n"))
                .isEqualTo("dns://a.org.:53: log");
        assertThat(blocks("(s)\n{\n a\n}\n. {\n log {\n import s\n b\n }\n}"))
                .isEqualTo("dns://.:53: log { a b }");
        refused(
                "(s) {\n log\n}\n(s) {\n}",
                "Corefile:4:1: redeclaration of previously declared snippet s");
        refused(
                "(s) {\n log\n import s\n}",
                "Corefile:3:9: maximum snippet import depth (10000) exceeded");
        refused("(s)\nlog\n", "Corefile:2:1: Syntax error: Unexpected token 'log', expecting '{'");
        refused(
                "(s) {\n log\n",
                "Corefile:1:5: Syntax error: expecting '}', this { is never closed");
        refused(". {\n import s\n}\n(s) {\n log\n}", "Corefile:2:9: File to import not found: s");
    }

    @Test
    void anImportIsALineOfItsOwn() {
        assertThat(blocks("(s) {\n log\n}\n. {\n import s\n import s\n}"))
                .isEqualTo("dns://.:53: log; log");
        assertThat(blocks("(s) {\n success 1\n}\n. {\n\n\n cache {\n import s\n denial 1\n }\n}"))
                .isEqualTo("dns://.:53: cache { success 1 denial 1 }");
        refused(
                ". {\n import\n}",
                "Corefile:2:2: Wrong argument count or unexpected line ending after 'import'");
        refused(
                "(s) {\n}\n. {\n import s {\n }\n}",
                "Corefile:4:11: Import takes only one argument (glob pattern or file)");
        refused(". {\n import \"\"\n}", "Corefile:2:9: Import requires a non-empty filepath");
    }

    @Test
    void importsMayHaveArguments() {
        var snippet = "(s) {\n log {args[0]} {args[1]}-{args.0} {args[:]}\n}\n. {\n";
        assertThat(blocks(snippet + " import s a \"b c\"\n}"))
                .isEqualTo("dns://.:53: log a \"b c-a\" a \"b c\"");
        assertThat(blocks(snippet + " import s\n}"))
                .isEqualTo("dns://.:53: log {args[0]} {args[1]}-{args.0} {args[:]}");
        refused(
                snippet + " import s a\n}",
                "Corefile:2:16: there is no argument {args[1]}, the import has 1");
    }

    @Test
    void importsThatFeedEachOtherEnd() {
        refused(
                "(a) {\n import {$B}\n}\n(b) {\n import a\n import a\n}\n. {\n import b\n}",
                "Corefile:2:9: Import requires a non-empty filepath");
        environment = Map.of("B", "b");
        refused(
                "(a) {\n import {$B}\n}\n(b) {\n import a\n import a\n}\n. {\n import b\n}",
                "Corefile:2:9: maximum snippet import depth (10000) exceeded");
    }

    @Test
    void deepNestingIsRefused() {
        assertThatThrownBy(
                        () -> parse(". {\n log" + " {\n a".repeat(100_000) + "\n}".repeat(100_001)))
                .hasMessageContaining("blocks are nested more than 32 deep");
    }

    @Test
    void theDigestIsAboutMeaningNotLooks() {
        var digest = parse(". {\n log a\n whoami\n}").digest();
        assertThat(digest).hasSize(128);
        assertThat(parse("# c\n.:53\n{\n\n whoami # x\n  log    \"a\"\n}\n").digest())
                .isEqualTo(digest);
        assertThat(parse("(s) {\n log a\n}\n. {\n import s\n whoami\n}").digest())
                .isEqualTo(digest);
        assertThat(parse(". {\n log b\n whoami\n}").digest()).isNotEqualTo(digest);
        assertThat(parse(". {\n log {\n a\n }\n whoami\n}").digest()).isNotEqualTo(digest);
        assertThat(parse(". a {\n log a\n whoami\n}").digest()).isNotEqualTo(digest);
    }

    @Test
    void directivesCanBeReadAlone() {
        var directives =
                CorefileParser.directives(
                        "cache 30 example.org { success 10 }\nlog", warnings::add);
        assertThat(directives).map(Directive::name).containsExactly("cache", "log");
        assertThat(directives.getFirst().properties().getFirst().words())
                .containsExactly("success", "10");
    }
}
