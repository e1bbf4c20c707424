package dev.onoma.server.doctor;

import static dev.onoma.api.JsonString.quoted;

import dev.onoma.api.Checkup;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// What was found, for people and for programs.
///
/// @param subject as the operator wrote it
/// @param name what it stands for, if that is known
record Report(String subject, @Nullable Name name, Checkup checkup) {
    private static final String INDENT = " ".repeat(20);

    String text() {
        var text = new StringBuilder();
        text.append(subject);
        if (name != null && !name.toString().equals(subject)) {
            text.append(" is ").append(name);
        }
        text.append("\n\n");
        var advice = new LinkedHashSet<String>();
        for (var result : checkup.results()) {
            var lines = result.text().lines().toList();
            text.append(
                    "%-7s %-11s %s%n"
                            .formatted(
                                    word(result.state()),
                                    result.step(),
                                    lines.isEmpty() ? "" : lines.getFirst()));
            lines.stream().skip(1).forEach(line -> text.append(INDENT).append(line).append('\n'));
            if (!result.advice().isEmpty()) {
                boolean pressing = result.state() == Checkup.State.WRONG;
                if (pressing) {
                    advice.add(result.advice());
                } else {
                    text.append(INDENT).append("- ").append(result.advice()).append('\n');
                }
            }
        }
        text.append('\n');
        if (checkup.isHealthy()) {
            text.append("nothing is wrong\n");
        } else if (advice.isEmpty()) {
            text.append("something is wrong, as above\n");
        } else {
            text.append("what to do:\n");
            advice.forEach(line -> text.append("  - ").append(line).append('\n'));
        }
        return text.toString();
    }

    private static String word(Checkup.State state) {
        return switch (state) {
            case OK -> "ok";
            case WARNING -> "warning";
            case WRONG -> "WRONG";
            case UNKNOWN -> "unknown";
        };
    }

    /// One object: `subject`, `name` (or null), `healthy`, `checks` (of `check`, `state`, `text`,
    /// `advice`).
    String json() {
        var json = new StringBuilder("{\"subject\":").append(quoted(subject));
        json.append(",\"name\":").append(name == null ? "null" : quoted(name.toString()));
        json.append(",\"healthy\":").append(checkup.isHealthy()).append(",\"checks\":[");
        var separator = "";
        for (var result : checkup.results()) {
            json.append(separator).append("{\"check\":").append(quoted(result.step()));
            json.append(",\"state\":")
                    .append(quoted(word(result.state()).toLowerCase(java.util.Locale.ROOT)));
            json.append(",\"text\":").append(quoted(result.text()));
            json.append(",\"advice\":").append(quoted(result.advice())).append('}');
            separator = ",";
        }
        return json.append("]}\n").toString();
    }
}
