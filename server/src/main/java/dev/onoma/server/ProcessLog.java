package dev.onoma.server;

import dev.onoma.api.Log;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicBoolean;

/// Messages of the server and its plugins on one stream, with the level in front. Control
/// characters in a message (names of clients) never make a second line.
final class ProcessLog implements Log {
    private final PrintStream out;
    private final AtomicBoolean debug;
    private final String prefix;

    /// @param debug whether debug messages are wanted, for all logs of the process
    ProcessLog(PrintStream out, AtomicBoolean debug) {
        this(out, debug, "");
    }

    private ProcessLog(PrintStream out, AtomicBoolean debug, String prefix) {
        this.out = out;
        this.debug = debug;
        this.prefix = prefix;
    }

    /// The log of a plugin.
    ProcessLog plugin(String name) {
        return new ProcessLog(out, debug, "plugin/" + name + ": ");
    }

    @Override
    public void debug(String message) {
        if (debug.get()) {
            line("[DEBUG] ", message);
        }
    }

    @Override
    public void info(String message) {
        line("[INFO] ", message);
    }

    @Override
    public void warning(String message) {
        line("[WARNING] ", message);
    }

    @Override
    public void error(String message) {
        line("[ERROR] ", message);
    }

    @Override
    public boolean isDebug() {
        return debug.get();
    }

    private void line(String level, String message) {
        out.println(level + prefix + oneEntry(message));
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
}
