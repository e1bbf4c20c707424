package dev.onoma.server;

import dev.onoma.api.Spelling;
import dev.onoma.server.doctor.DoctorCommand;
import dev.onoma.server.explain.ExplainCommand;
import java.util.List;
import java.util.Optional;

/// The sub-commands that there are.
///
/// The class is loaded when the first word is no flag or help is asked for: a start does not pay.
final class Commands {
    private Commands() {}

    /// In the order of `onoma -help`.
    private static List<Command> all() {
        return List.of(new CacheCommand(), new DoctorCommand(), new ExplainCommand());
    }

    /// The one called by this word.
    static Optional<Command> named(String word) {
        return named(all(), word);
    }

    /// Advice about a word that may have been meant as a sub-command; empty if none is near.
    static String advice(String word) {
        var names = all().stream().map(Command::name).toList();
        return Spelling.nearest(word, names).map(near -> "did you mean: " + near + "?").orElse("");
    }

    static Optional<Command> named(List<Command> commands, String word) {
        return commands.stream().filter(command -> command.name().equals(word)).findFirst();
    }

    /// What follows the flags in `onoma -help`; nothing if there are none.
    static String usage() {
        return usage(all());
    }

    static String usage(List<Command> commands) {
        if (commands.isEmpty()) {
            return "";
        }
        var text = new StringBuilder("Instead of flags, a word and its own (-help shows them):\n");
        for (var command : commands) {
            text.append("  %s%n    \t%s%n".formatted(command.name(), command.summary()));
        }
        return text.toString();
    }
}
