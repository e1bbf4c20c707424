package dev.onoma.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class JsonStringTest {
    @Test
    void whatMustNotStandInAStringIsEscaped() {
        assertThat(JsonString.quoted("")).isEqualTo("\"\"");
        assertThat(JsonString.quoted("a\"b\\c\nd\u0001é")).isEqualTo("\"a\\\"b\\\\c\\nd\\u0001é\"");
    }
}
