package dev.onoma.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Go's way of flags: one or two dashes; `-f value` or `-f=value`; a switch takes a value only as
/// `-f=false`; the last of several wins.
///
/// @param usage what `-help` prints, and what follows a complaint
/// @param texts names of flags with a value
/// @param switches names of flags that are on or off
/// @param aliases other names of flags
public record Flags(
        Supplier<String> usage,
        Set<String> texts,
        Set<String> switches,
        Map<String, String> aliases) {
    private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");

    /// The process ends here: help was asked for, or the words make no sense.
    public static final class Stop extends Exception {
        private static final long serialVersionUID = 1L;

        private final int exitCode;

        private Stop(int exitCode, String message) {
            super(message);
            this.exitCode = exitCode;
        }

        /// 0 after help, 2 after a wrong flag, 1 after words too many. The message goes to standard
        /// error.
        public int exitCode() {
            return exitCode;
        }
    }

    /// What was said.
    ///
    /// @param values of the flags that were given
    /// @param words that are no flags
    public record Found(Map<String, String> values, List<String> words) {
        /// The value of a flag.
        public String text(String name, String fallback) {
            return values.getOrDefault(name, fallback);
        }

        /// Whether a switch is on.
        public boolean isOn(String name) {
            return Boolean.parseBoolean(values.get(name));
        }

        /// @throws Stop if there are words that are no flags
        public void expectNoWords() throws Stop {
            expectWords(0);
        }

        /// @throws Stop if there are more words than that
        public void expectWords(int count) throws Stop {
            if (words.size() > count) {
                var extra = String.join(" ", words.subList(count, words.size()));
                throw new Stop(1, "extra command line arguments: [" + extra + "]");
            }
        }
    }

    /// Reads flags up to the first word that is none, or `--`.
    ///
    /// @throws Stop if the process ends here
    public Found parse(List<String> arguments) throws Stop {
        var values = new HashMap<String, String>();
        int end = flags(arguments, values);
        return new Found(values, arguments.subList(end, arguments.size()));
    }

    /// Reads flags before, between and behind words; behind `--` there are only words.
    ///
    /// @throws Stop if the process ends here
    public Found parseAmongWords(List<String> arguments) throws Stop {
        var values = new HashMap<String, String>();
        var words = new ArrayList<String>();
        var rest = arguments;
        while (!rest.isEmpty()) {
            int end = flags(rest, values);
            if (end > 0 && rest.get(end - 1).equals("--")) {
                words.addAll(rest.subList(end, rest.size()));
                break;
            }
            if (end < rest.size()) {
                words.add(rest.get(end));
                end++;
            }
            rest = rest.subList(end, rest.size());
        }
        return new Found(values, words);
    }

    private int flags(List<String> arguments, Map<String, String> values) throws Stop {
        int at = 0;
        while (at < arguments.size() && isFlag(arguments.get(at))) {
            var word = arguments.get(at);
            at++;
            if (word.equals("--")) {
                break;
            }
            at += flag(word, arguments.subList(at, arguments.size()), values);
        }
        return at;
    }

    private static boolean isFlag(String word) {
        return word.length() > 1 && word.startsWith("-");
    }

    /// Reads one flag.
    ///
    /// @return how many of the words behind it belong to it
    private int flag(String word, List<String> behind, Map<String, String> values) throws Stop {
        var text = word.substring(word.startsWith("--") ? 2 : 1);
        if (text.isEmpty() || text.startsWith("-") || text.startsWith("=")) {
            throw misuse("bad flag syntax: " + word);
        }
        int equals = text.indexOf('=');
        var written = equals < 0 ? text : text.substring(0, equals);
        var name = aliases.getOrDefault(written, written);
        if (switches.contains(name)) {
            values.put(name, equals < 0 ? "true" : bool(name, text.substring(equals + 1)));
            return 0;
        }
        if (!texts.contains(name)) {
            throw name.equals("h") || name.equals("help")
                    ? new Stop(0, usage.get().stripTrailing())
                    : misuse("flag provided but not defined: -" + written);
        }
        if (equals < 0 && behind.isEmpty()) {
            throw misuse("flag needs an argument: -" + written);
        }
        values.put(name, equals < 0 ? behind.getFirst() : text.substring(equals + 1));
        return equals < 0 ? 1 : 0;
    }

    private String bool(String name, String value) throws Stop {
        if (!TRUE.contains(value) && !FALSE.contains(value)) {
            throw misuse(
                    "invalid boolean value \"%s\" for -%s: parse error".formatted(value, name));
        }
        return String.valueOf(TRUE.contains(value));
    }

    /// A complaint, with the usage behind it.
    public Stop misuse(String message) {
        return new Stop(2, message + "\n" + usage.get().stripTrailing());
    }
}
