package dev.onoma.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class NameMemoTest {
    private final NameMemo<String> memo = new NameMemo<>();

    private static NameKey key(String name) {
        return NameKey.of(Names.of(name));
    }

    @Test
    void whatIsKeptIsFoundInAnySpellingAndForItsTypeOnly() {
        assertThat(memo.find(key("a.test."), 1)).isNull();
        memo.keep(key("a.test."), 1, "x");
        assertThat(memo.find(key("A.TEST."), 1)).isEqualTo("x");
        assertThat(memo.find(key("a.test."), 28)).isNull();
        assertThat(memo.find(key("b.test."), 1)).isNull();
    }

    @Test
    void laterNamesTakeThePlacesOfEarlierOnes() {
        for (int i = 0; i < 100 * NameMemo.NAMES_MAX; i++) {
            memo.keep(key(i + ".test."), 1, "x" + i);
        }
        int found = 0;
        for (int i = 0; i < 100 * NameMemo.NAMES_MAX; i++) {
            var value = memo.find(key(i + ".test."), 1);
            assertThat(value).isIn(null, "x" + i);
            found += value == null ? 0 : 1;
        }
        assertThat(found).isBetween(NameMemo.NAMES_MAX / 2, NameMemo.NAMES_MAX);
    }
}
