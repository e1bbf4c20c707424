package dev.onoma.server;

import dev.onoma.api.Log;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How a message becomes a line of the log. Control characters in a message (names of clients)
/// never make a second line.
public sealed interface LineFormat {
    /// CoreDNS's: the level in brackets, the plugin, the message, and no time.
    static LineFormat text() {
        return new Text();
    }

    /// What may stand behind `-log-format`.
    String WORDS = "text or json";

    /// How bad it is.
    enum Level {
        DEBUG,
        INFO,
        WARNING,
        ERROR
    }

    /// One line, without its end.
    ///
    /// @param plugin who says it; empty for the server itself, and for queries
    String line(Level level, String plugin, String message, List<Log.Field> fields);

    /// A line of the server itself.
    default String line(Level level, String message) {
        return line(level, "", message, List.of());
    }

    /// Whether fields go into lines.
    boolean hasFields();

    /// The one that a command line names.
    static Optional<LineFormat> named(String word) {
        return switch (word) {
            case "text" -> Optional.of(text());
            case "json" -> Optional.of(new Json(InstantSource.system()));
            default -> Optional.empty();
        };
    }

    /// Lines for people.
    record Text() implements LineFormat {
        @Override
        public String line(Level level, String plugin, String message, List<Log.Field> fields) {
            var prefix =
                    switch (level) {
                        case DEBUG -> "[DEBUG] ";
                        case INFO -> "[INFO] ";
                        case WARNING -> "[WARNING] ";
                        case ERROR -> "[ERROR] ";
                    };
            var text = oneEntry(message);
            return plugin.isEmpty() ? prefix + text : prefix + "plugin/" + plugin + ": " + text;
        }

        private static String oneEntry(String message) {
            for (int i = 0; i < message.length(); i++) {
                char c = message.charAt(i);
                if (c < ' ' && c != '\n' && c != '\t') {
                    return message.replaceAll("[\\x00-\\x08\\x0b-\\x1f]", "?");
                }
            }
            return message;
        }

        @Override
        public boolean hasFields() {
            return false;
        }
    }

    /// An object of JSON (RFC 8259) in each line: `time` (RFC 3339, UTC), `level`, `msg`, `plugin`
    /// if one says it, and the fields. Names and order are those of CoreDNS with
    /// `-log-format=json`.
    record Json(InstantSource clock) implements LineFormat {
        private static final int LENGTH_USUAL = 512;
        private static final String HEX = "0123456789abcdef";

        @Override
        public String line(Level level, String plugin, String message, List<Log.Field> fields) {
            var line = new StringBuilder(LENGTH_USUAL);
            line.append("{\"time\":\"").append(clock.instant());
            line.append("\",\"level\":\"").append(level == Level.WARNING ? "WARN" : level);
            line.append("\",\"msg\":");
            text(line, message);
            if (!plugin.isEmpty()) {
                field(line, "plugin", plugin);
            }
            for (int i = 0; i < fields.size(); i++) {
                field(line, fields.get(i).name(), fields.get(i).value());
            }
            return line.append('}').toString();
        }

        private static void field(StringBuilder into, String name, @Nullable Object value) {
            into.append(',');
            member(into, name, value);
        }

        private static void member(StringBuilder into, String name, @Nullable Object value) {
            text(into, name);
            into.append(':');
            switch (value) {
                case null -> into.append("null");
                case Number number -> into.append(number);
                case Boolean truth -> into.append(truth);
                case Map<?, ?> map -> object(into, map);
                default -> text(into, value.toString());
            }
        }

        private static void object(StringBuilder into, Map<?, ?> map) {
            into.append('{');
            int begin = into.length();
            map.forEach((name, value) -> {
                if (into.length() > begin) {
                    into.append(',');
                }
                member(into, String.valueOf(name), value);
            });
            into.append('}');
        }

        private static void text(StringBuilder into, String text) {
            into.append('"');
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                switch (c) {
                    case '"', '\\' -> into.append('\\').append(c);
                    case '\n' -> into.append("\\n");
                    case '\t' -> into.append("\\t");
                    default -> {
                        if (c < ' ' || c == 0x7f) {
                            into.append("\\u00").append(HEX.charAt(c >> 4));
                            into.append(HEX.charAt(c & 15));
                        } else {
                            into.append(c);
                        }
                    }
                }
            }
            into.append('"');
        }

        @Override
        public boolean hasFields() {
            return true;
        }
    }
}
