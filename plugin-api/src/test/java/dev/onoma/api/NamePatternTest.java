package dev.onoma.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.NamePattern.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NamePatternTest {
    private static boolean matches(Kind kind, String pattern, String name) {
        return NamePattern.of(kind, pattern).matches(NameKey.of(Names.of(name)));
    }

    @ParameterizedTest
    @CsvSource({
        "EXACT, www.Example.org., WWW.example.org., true",
        "EXACT, www.example.org., a.www.example.org., false",
        "EXACT, ., ., true",
        "EXACT, ., org., false",
        "PREFIX, www., www.example.org., true",
        "PREFIX, ww, www.example.org., true",
        "PREFIX, www.x, www.example.org., false",
        "PREFIX, www.example.org.a, www.example.org., false",
        "SUFFIX, ple.org., www.example.org., true",
        "SUFFIX, .org., www.example.org., true",
        "SUFFIX, .org., org., false",
        "SUFFIX, org., org., true",
        "SUFFIX, .org, www.example.org., false",
        "SUBSTRING, w.ex, www.example.org., true",
        "SUBSTRING, wex, www.example.org., false",
        "SUBSTRING, org., www.example.org., true",
        "SUBSTRING, a.b, a\\.b.org., false",
        "SUBSTRING, a\\.b, a\\.b.org., true",
        "SUBSTRING, \\097\\.b, a\\.b.org., true",
        "SUBSTRING, ., ., true",
    })
    void textsAreComparedWithoutBeingMade(Kind kind, String pattern, String name, boolean result) {
        assertThat(matches(kind, pattern, name)).isEqualTo(result);
    }

    @Test
    void patternsSayWhatStringsSay() {
        var random = new Random(53);
        for (int i = 0; i < 20_000; i++) {
            var name =
                    text(random, 1 + random.nextInt(4))
                                    .replaceAll("\\.+", ".")
                                    .replaceAll("^\\.", "")
                            + "x.";
            var part = text(random, random.nextInt(2));
            var key = NameKey.of(Names.of(name));
            var lower = name.toLowerCase(Locale.ROOT);
            assertThat(NamePattern.textOf(key)).isEqualTo(lower);
            assertThat(NamePattern.of(Kind.PREFIX, part).matches(key))
                    .as(part + " " + name)
                    .isEqualTo(lower.startsWith(part));
            assertThat(NamePattern.of(Kind.SUFFIX, part).matches(key))
                    .as(part + " " + name)
                    .isEqualTo(lower.endsWith(part));
            assertThat(NamePattern.of(Kind.SUBSTRING, part).matches(key))
                    .as(part + " " + name)
                    .isEqualTo(lower.contains(part));
        }
    }

    private static String text(Random random, int labels) {
        var text = new StringBuilder();
        for (int i = 0; i < labels; i++) {
            for (int j = random.nextInt(4); j >= 0; j--) {
                text.append("ab".charAt(random.nextInt(2)));
            }
            text.append('.');
        }
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "(.*)-(us-west-1)\\.example\\.org .example.org",
                "^api-v2\\.[a-z]+\\.test\\.$ api-v2.",
                "abcd* abc",
                "abcd?ef abc",
                "ab{2}cde cde",
                "abc+de abc",
                "a|bcd ''",
                "(?i)abc ''",
                "(^|[.])ip-(?P<a>[0-9]*)-(?:b|c)[.]example[.]$ example",
                "ab(?i:c)def ''",
                "x(a|b(c)[)]d)ef\\.g ef.g",
                "[a-z]+ ''",
                ".* ''",
                "ab\\dcde ab",
                "\\Qabc\\E ''",
            })
    void everyMatchHasTheLiteral(String regex, String literal) {
        assertThat(RegexLiteral.of(regex)).isEqualTo(literal);
    }

    @Test
    void regularExpressionsLookAnywhere() {
        for (var regex : List.of("w.ex", "^www\\.", "org\\.$", "(.*)\\.example\\.(.*)")) {
            var pattern = NamePattern.of(Regexes.compile(regex));
            assertThat(pattern.matches(NameKey.of(Names.of("WWW.example.org.")))).isTrue();
            assertThat(pattern.matches(NameKey.of(Names.of("wwx.test.")))).isFalse();
        }
        var found =
                NamePattern.of(Regexes.compile("^([a-z]+)\\."))
                        .find(NameKey.of(Names.of("abc.test.")));
        assertThat(Objects.requireNonNull(found).group(1)).isEqualTo("abc");
    }
}
