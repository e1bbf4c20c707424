package dev.onoma.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Log;
import dev.onoma.server.LineFormat.Level;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LineFormatTest {
    private static final LineFormat JSON =
            new LineFormat.Json(() -> Instant.parse("2026-11-25T13:00:00.5Z"));
    private static final String BEGIN = "{\"time\":\"2026-11-25T13:00:00.500Z\",\"level\":";

    @Test
    void textHasTheLevelThePluginAndTheMessage() {
        assertThat(LineFormat.text().line(Level.WARNING, "cache", "full", List.of()))
                .isEqualTo("[WARNING] plugin/cache: full");
        assertThat(LineFormat.text().line(Level.INFO, "a\033b\nc")).isEqualTo("[INFO] a?b\nc");
    }

    @Test
    void jsonHasOneObjectForEachMessage() {
        assertThat(JSON.line(Level.WARNING, "cache", "full", List.of()))
                .isEqualTo(BEGIN + "\"WARN\",\"msg\":\"full\",\"plugin\":\"cache\"}");
        assertThat(JSON.line(Level.INFO, "Reloading"))
                .isEqualTo(BEGIN + "\"INFO\",\"msg\":\"Reloading\"}");
    }

    @Test
    void nothingInAMessageEndsALineOrAString() {
        assertThat(JSON.line(Level.ERROR, "a \"b\" \\c\n\td\033\u007f é"))
                .isEqualTo(
                        BEGIN + "\"ERROR\",\"msg\":\"a \\\"b\\\" \\\\c\\n\\td\\u001b\\u007f é\"}");
    }

    @Test
    void fieldsKeepTheirTypes() {
        var fields =
                List.of(
                        new Log.Field("qname", "a."),
                        new Log.Field("id", 7),
                        new Log.Field("do", true),
                        new Log.Field("rcode", null),
                        new Log.Field("duration_seconds", BigDecimal.valueOf(297_563, 9)),
                        new Log.Field("metadata", Map.of("forward/upstream", "192.0.2.1:53")));
        assertThat(JSON.line(Level.INFO, "", "x", fields))
                .isEqualTo(
                        BEGIN
                                + "\"INFO\",\"msg\":\"x\",\"qname\":\"a.\",\"id\":7,\"do\":true,"
                                + "\"rcode\":null,\"duration_seconds\":0.000297563,"
                                + "\"metadata\":{\"forward/upstream\":\"192.0.2.1:53\"}}");
    }
}
