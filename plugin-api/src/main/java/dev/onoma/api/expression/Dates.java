package dev.onoma.api.expression;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/// Dates written as `2026-01-31`, `2026-01-31 18:30:00`, or RFC 3339.
final class Dates {
    private static final DateTimeFormatter WITH_SPACE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private Dates() {}

    static ZonedDateTime parse(String text) {
        try {
            if (text.length() == 10) {
                return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC);
            }
            return text.indexOf(' ') == 10
                    ? LocalDateTime.parse(text, WITH_SPACE).atZone(ZoneOffset.UTC)
                    : ZonedDateTime.parse(text);
        } catch (DateTimeParseException _) {
            throw Values.no("invalid date " + text);
        }
    }
}
