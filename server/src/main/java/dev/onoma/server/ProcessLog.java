package dev.onoma.server;

import dev.onoma.api.Log;
import dev.onoma.server.LineFormat.Level;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// Messages of the server and its plugins on one stream, in one [LineFormat].
final class ProcessLog implements Log {
    private final PrintStream out;
    private final LineFormat format;
    private final AtomicBoolean debug;
    private final LineQueue queue;
    private final String plugin;
    private final boolean queued;
    private final RecentLines trouble;

    /// @param debug whether debug messages are wanted, for all logs of the process
    /// @param queue for what must not wait
    ProcessLog(PrintStream out, LineFormat format, AtomicBoolean debug, LineQueue queue) {
        this(out, format, debug, queue, "", false, new RecentLines());
    }

    private ProcessLog(
            PrintStream out,
            LineFormat format,
            AtomicBoolean debug,
            LineQueue queue,
            String plugin,
            boolean queued,
            RecentLines trouble) {
        this.out = out;
        this.format = format;
        this.debug = debug;
        this.queue = queue;
        this.plugin = plugin;
        this.queued = queued;
        this.trouble = trouble;
    }

    /// The log of a plugin.
    ProcessLog plugin(String name) {
        return new ProcessLog(out, format, debug, queue, name, queued, trouble);
    }

    @Override
    public void debug(String message) {
        if (debug.get()) {
            line(Level.DEBUG, message, List.of());
        }
    }

    @Override
    public void info(String message) {
        line(Level.INFO, message, List.of());
    }

    @Override
    public void info(String message, List<Field> fields) {
        line(Level.INFO, message, fields);
    }

    @Override
    public void warning(String message) {
        line(Level.WARNING, message, List.of());
    }

    @Override
    public void error(String message) {
        line(Level.ERROR, message, List.of());
    }

    @Override
    public boolean isDebug() {
        return debug.get();
    }

    @Override
    public boolean hasFields() {
        return format.hasFields();
    }

    @Override
    public ProcessLog queued() {
        return queued ? this : new ProcessLog(out, format, debug, queue, plugin, true, trouble);
    }

    /// The last warnings and errors.
    List<String> recentTrouble() {
        return trouble.lines();
    }

    private void line(Level level, String message, List<Field> fields) {
        var line = format.line(level, plugin, message, fields);
        if (level == Level.WARNING || level == Level.ERROR) {
            trouble.add(line);
        }
        if (queued) {
            queue.add(line);
        } else {
            out.println(line);
        }
    }
}
