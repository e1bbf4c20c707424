package dev.onoma.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// That nothing is found which RE2 does not find, and all that it does.
final class QuickRegexTest {
    private static final String[] PARTS = {
        "a",
        "b",
        "-",
        "\\.",
        ".",
        "[ab]",
        "[^a]",
        "[0-9]",
        "\\d",
        "\\w",
        "1",
        "ab",
        "^",
        "$",
        "|",
        "[-a]",
        "[]b]",
        "(?:a|b)",
        "(a|b1)",
        "(^|[.])",
        "(b)?",
        "(?P<n>a)",
        "(",
        ")",
        "[.-]"
    };
    private static final String[] COUNTS = {"", "", "", "", "*", "+", "?", "{2}", "{1,2}", "{1,}"};
    private static final String LETTERS = "aab1-..";

    @Test
    void whatIsFoundIsWhatRe2Finds() {
        var random = new Random(20_260_101);
        int compared = 0;
        for (int i = 0; i < 60_000; i++) {
            var regex = regex(random);
            var text = text(random, 9);
            compared += compare(regex, text) ? 1 : 0;
        }
        assertThat(compared).isGreaterThan(20_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(^|[.])ip-(?P<a>[0-9]*)-(?P<b>[0-9]*)[.]example[.]$",
                "^(?P<b>[a-f0-9]{2})(?P<c>[a-f0-9]{2})[.]example[.]$",
                "(.*)-(us-west-1)\\.example\\.org",
                "(.*)\\.coredns\\.rocks",
                "^([^.]+)\\.(?:svc|pod)\\.cluster\\.local\\.$",
                "(.*)\\.x(.*)$"
            })
    void expressionsOfCorefilesAreRead(String regex) {
        assertThat(QuickRegex.of(regex)).isNotNull();
        for (var text :
                new String[] {
                    "ip-1-2.example.",
                    "a.ip-33-.example.",
                    "0aff.example.",
                    "ftp-us-west-1.example.org.",
                    "x.coredns.rocks.",
                    "a.pod.cluster.local.",
                    "a.b.x.",
                    ".",
                    ""
                }) {
            assertThat(compare(regex, text)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"(?i)a", "a*?", "\\bfoo", "(a){2}", "(ab)*", "[[:alpha:]]", "\\pL", "a\\z"})
    void theRestIsLeftToRe2(String regex) {
        assertThat(QuickRegex.of(regex)).isNull();
    }

    @Test
    void whatTakesTooLongIsLeftToRe2() {
        var regex = Objects.requireNonNull(QuickRegex.of("(.*)(.*)(.*)(.*)(.*)x"));
        assertThat(regex.find("a".repeat(200))).isSameAs(QuickRegex.UNDECIDED);
    }

    private static String regex(Random random) {
        var regex = new StringBuilder();
        for (int i = random.nextInt(5) + 1; i > 0; i--) {
            regex.append(PARTS[random.nextInt(PARTS.length)]);
            regex.append(COUNTS[random.nextInt(COUNTS.length)]);
        }
        return regex.toString();
    }

    private static String text(Random random, int lengthMax) {
        var text = new StringBuilder();
        for (int i = random.nextInt(lengthMax); i > 0; i--) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    // Returns whether there was something to compare.
    private static boolean compare(String regex, String text) {
        Pattern re2;
        try {
            re2 = Pattern.compile(regex);
        } catch (PatternSyntaxException _) {
            return false;
        }
        var quick = QuickRegex.of(regex);
        var places = quick == null ? QuickRegex.UNDECIDED : quick.find(text);
        if (quick == null || places == QuickRegex.UNDECIDED) {
            return false;
        }
        var matcher = re2.matcher(text);
        boolean found = matcher.find();
        assertThat(places != null).as("%s in %s", regex, text).isEqualTo(found);
        if (places != null) {
            var mine = new Found(text, places, quick.names());
            var other = Found.of(text, matcher);
            for (int group = 0; group <= other.groupCount(); group++) {
                assertThat(mine.group(group))
                        .as("group %d of %s in %s", group, regex, text)
                        .isEqualTo(other.group(group));
            }
            assertThat(mine.names()).isEqualTo(other.names());
        }
        return true;
    }
}
