package dev.onoma.server.corefile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.CorefileWarning;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class TokenizerTest {
    private final List<CorefileWarning> warnings = new ArrayList<>();

    /// Words joined by `|`, lines by `/`.
    private String words(String text) {
        return Tokenizer.tokens("Corefile", text, warnings::add).stream()
                .map(token -> (token.startsLine() ? "/" : "|") + token.text())
                .collect(Collectors.joining());
    }

    @Test
    void whiteSpaceSeparatesWords() {
        assertThat(words("")).isEmpty();
        assertThat(words(" \n\t\n")).isEmpty();
        assertThat(words("a b\tc\u00A0d\u3000e\nf")).isEqualTo("/a|b|c|d|e/f");
    }

    @Test
    void carriageReturnsOutsideQuotesAreNotThere() {
        assertThat(words("a b\r\nc\rd\r\n")).isEqualTo("/a|b/cd");
        assertThat(words("\"a\r\nb\"")).isEqualTo("/a\r\nb");
    }

    @Test
    void aByteOrderMarkIsDroppedAndBadOctetsAreReplaced() {
        assertThat(words("\uFEFFa")).isEqualTo("/a");
        var bad = new String(new byte[] {'a', (byte) 0xFF, 'b'}, StandardCharsets.UTF_8);
        assertThat(words(bad)).isEqualTo("/a\uFFFDb");
    }

    @Test
    void aCommentBeginsEvenWithinAWord() {
        assertThat(words("foo #bar baz\nx")).isEqualTo("/foo/x");
        assertThat(words("foo#bar\nx")).isEqualTo("/foo/x");
        assertThat(words("# all\nx")).isEqualTo("/x");
    }

    @Test
    void whiteSpaceInACommentWithinAWordEndsTheComment() {
        assertThat(words("foo#bar baz")).isEqualTo("/foo|baz");
    }

    @Test
    void quotesCountAtTheBeginOfAWordOnly() {
        assertThat(words("\"a b\" c")).isEqualTo("/a b|c");
        assertThat(words("a\"b c\"")).isEqualTo("/a\"b|c\"");
        assertThat(words("\"\" x")).isEqualTo("/|x");
        assertThat(words("\"a\"b")).isEqualTo("/a|b");
        assertThat(words("\"a#b\"")).isEqualTo("/a#b");
        assertThat(words("'a b' `c d`")).isEqualTo("/'a|b'|`c|d`");
    }

    @Test
    void aBackslashIsSpecialBeforeAQuoteOnly() {
        assertThat(words("\"a\\\"b\"")).isEqualTo("/a\"b");
        assertThat(words("\"a\\\\b\\nc\"")).isEqualTo("/a\\\\b\\nc");
        assertThat(words("a \\\nb")).isEqualTo("/a|\\/b");
    }

    @Test
    void quotedTextMayHaveLines() {
        assertThat(words("a \"b\nc\" d\ne")).isEqualTo("/a|b\nc|d/e");
        var tokens = Tokenizer.tokens("Corefile", "a \"b\nc\" d\ne", warnings::add);
        assertThat(tokens.get(1).location()).hasToString("Corefile:1:3");
        assertThat(tokens.get(1).location().width()).isEqualTo(2);
        assertThat(tokens.get(2).location()).hasToString("Corefile:2:4");
    }

    @Test
    void anUnclosedQuoteGivesWhatWasRead() {
        assertThat(words("a \"b c")).isEqualTo("/a|b c");
        assertThat(words("a \"")).isEqualTo("/a");
        assertThat(warnings)
                .map(CorefileWarning::toString)
                .containsOnly("Corefile:1:3: this quote is never closed");
    }

    @Test
    void bracesAreWordsLikeOthers() {
        assertThat(words("example.org{\n}")).isEqualTo("/example.org{/}");
        assertThat(words("a \"{\"")).isEqualTo("/a|{");
    }

    @Test
    void wordsKnowTheirPlace() {
        var tokens = Tokenizer.tokens("Corefile", "a\r\n  \uD83D\uDE00b \"c d\"#\n", warnings::add);
        assertThat(tokens.get(1).location()).hasToString("Corefile:2:3");
        assertThat(tokens.get(1).location().width()).isEqualTo(2);
        assertThat(tokens.get(2).location()).hasToString("Corefile:2:6");
        assertThat(tokens.get(2).location().width()).isEqualTo(5);
        assertThat(tokens.get(0).location().source()).isEqualTo("a");
    }
}
