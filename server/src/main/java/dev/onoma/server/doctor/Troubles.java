package dev.onoma.server.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;

/// Picks warnings and errors out of a log.
final class Troubles {
    private static final int SHOWN_MAX = 5;
    private static final Pattern TROUBLE =
            Pattern.compile("\\[(WARNING|ERROR|PANIC|FATAL)\\]|\"level\":\"(WARN|ERROR)\"");

    private Troubles() {}

    /// The last ones, each once, with how often it came.
    static List<String> of(List<String> lines) {
        var counts = new LinkedHashMap<String, Integer>();
        for (var line : lines) {
            var matcher = TROUBLE.matcher(line);
            if (matcher.find()) {
                var text = line.substring(matcher.start()).strip();
                int before = counts.getOrDefault(text, 0);
                counts.remove(text);
                counts.put(text, before + 1);
            }
        }
        var last = new ArrayList<String>();
        counts.forEach((text, count) ->
                last.add(count == 1 ? text : text + " (%d times)".formatted(count)));
        return last.subList(Math.max(0, last.size() - SHOWN_MAX), last.size());
    }
}
