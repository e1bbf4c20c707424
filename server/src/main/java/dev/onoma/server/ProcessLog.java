package dev.onoma.server;

import dev.onoma.api.Log;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicBoolean;

/// Messages of the server and its plugins on one stream, with the level in front. Control
/// characters in a message (names of clients) never make a second line.
final class ProcessLog implements Log {
    private final PrintStream out;
    private final AtomicBoolean debug;
    private final LineQueue queue;
    private final String prefix;
    private final boolean queued;

    /// @param debug whether debug messages are wanted, for all logs of the process
    /// @param queue for what must not wait
    ProcessLog(PrintStream out, AtomicBoolean debug, LineQueue queue) {
        this(out, debug, queue, "", false);
    }

    private ProcessLog(
            PrintStream out, AtomicBoolean debug, LineQueue queue, String prefix, boolean queued) {
        this.out = out;
        this.debug = debug;
        this.queue = queue;
        this.prefix = prefix;
        this.queued = queued;
    }

    /// The log of a plugin.
    ProcessLog plugin(String name) {
        return new ProcessLog(out, debug, queue, "plugin/" + name + ": ", queued);
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

    @Override
    public ProcessLog queued() {
        return queued ? this : new ProcessLog(out, debug, queue, prefix, true);
    }

    private void line(String level, String message) {
        var line = level + prefix + oneEntry(message);
        if (queued) {
            queue.add(line);
        } else {
            out.println(line);
        }
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
