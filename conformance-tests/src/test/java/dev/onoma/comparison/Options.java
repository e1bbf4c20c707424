package dev.onoma.comparison;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Words of a command line, `--name value`, and what they are unless they are said.
record Options(Map<String, String> values) {
    /// @throws IllegalArgumentException that names an option that does not exist, and those that do
    static Options of(Map<String, String> defaults, String... arguments) {
        var values = new HashMap<>(defaults);
        var words = List.of(arguments);
        for (int i = 0; i < words.size(); i += 2) {
            var name = words.get(i).replaceFirst("^--", "");
            if (!defaults.containsKey(name) || i + 1 == words.size()) {
                throw new IllegalArgumentException(
                        "not an option with a value: %s; there are %s"
                                .formatted(words.get(i), defaults.keySet()));
            }
            values.put(name, words.get(i + 1));
        }
        return new Options(values);
    }

    String text(String name) {
        return values.getOrDefault(name, "");
    }

    List<String> list(String name) {
        return List.of(text(name).split(",", -1));
    }

    int number(String name) {
        return Integer.parseInt(text(name));
    }
}
