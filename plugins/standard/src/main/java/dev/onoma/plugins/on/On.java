package dev.onoma.plugins.on;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.util.List;
import java.util.Locale;

/// Runs commands when the server has started, and before it ends.
public final class On implements Plugin {
    @Override
    public String name() {
        return "on";
    }

    /// Reads `on EVENT COMMAND [ARGS...] [&]`. Each occurrence is a command of its own.
    @Override
    public Handler setup(Directive on, ServerBlock block) {
        var arguments = on.arguments("startup|shutdown COMMAND [ARGS...] [&]");
        var event = arguments.text("EVENT").toLowerCase(Locale.ROOT);
        if (!List.of("startup", "shutdown", "certrenew").contains(event)) {
            throw arguments.wrong(
                    "Wrong event name or event not supported: '%s', expected startup or shutdown"
                            .formatted(event));
        }
        on.expectNoBlock();
        var words = arguments.rest();
        boolean waits = words.isEmpty() || !words.getLast().equals("&");
        var line = String.join(" ", waits ? words : words.subList(0, words.size() - 1));
        var command = ShellWords.split(line);
        if (command == null) {
            throw on.wrongAt(2, "error parsing command: a quote is not closed in " + line);
        }
        if (command.isEmpty()) {
            throw on.wrong("no command contained in '" + line + "'");
        }
        var run = new CommandRun(command, waits, block.log(""));
        switch (event) {
            case "startup" -> block.onServing(run::start);
            case "shutdown" -> block.onShutdown(run::start);
            default -> on.warn("certrenew never happens; the command will not run");
        }
        return Handler.PASS;
    }
}
