package dev.onoma.server;

import dev.onoma.server.LineFormat.Level;
import io.netty.util.internal.logging.AbstractInternalLogger;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.io.PrintStream;

/// What Netty has to say goes where our messages go. It would look for three logging libraries at
/// each start otherwise.
final class NettyLog extends InternalLoggerFactory {
    private final PrintStream out;
    private final LineFormat format;

    NettyLog(PrintStream out, LineFormat format) {
        this.out = out;
        this.format = format;
    }

    @Override
    protected InternalLogger newInstance(String name) {
        return new Lines(name, out, format);
    }

    /// Warnings and errors; the rest is for those who work on Netty.
    private static final class Lines extends AbstractInternalLogger {
        private static final long serialVersionUID = 1L;

        private final transient PrintStream out;
        private final transient LineFormat format;

        Lines(String name, PrintStream out, LineFormat format) {
            super(name);
            this.out = out;
            this.format = format;
        }

        private void line(Level level, String message, Object... arguments) {
            var text = new StringBuilder(message);
            for (var argument : arguments) {
                int at = text.indexOf("{}");
                if (at >= 0) {
                    text.replace(at, at + 2, String.valueOf(argument));
                } else {
                    text.append(": ").append(argument);
                }
            }
            out.println(format.line(level, name() + ": " + text));
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return false;
        }

        @Override
        public boolean isInfoEnabled() {
            return false;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }

        @Override
        public void trace(String message) {}

        @Override
        public void trace(String format, Object argument) {}

        @Override
        public void trace(String format, Object first, Object second) {}

        @Override
        public void trace(String format, Object... arguments) {}

        @Override
        public void trace(String message, Throwable cause) {}

        @Override
        public void debug(String message) {}

        @Override
        public void debug(String format, Object argument) {}

        @Override
        public void debug(String format, Object first, Object second) {}

        @Override
        public void debug(String format, Object... arguments) {}

        @Override
        public void debug(String message, Throwable cause) {}

        @Override
        public void info(String message) {}

        @Override
        public void info(String format, Object argument) {}

        @Override
        public void info(String format, Object first, Object second) {}

        @Override
        public void info(String format, Object... arguments) {}

        @Override
        public void info(String message, Throwable cause) {}

        @Override
        public void warn(String message) {
            line(Level.WARNING, message);
        }

        @Override
        public void warn(String format, Object argument) {
            line(Level.WARNING, format, argument);
        }

        @Override
        public void warn(String format, Object first, Object second) {
            line(Level.WARNING, format, first, second);
        }

        @Override
        public void warn(String format, Object... arguments) {
            line(Level.WARNING, format, arguments);
        }

        @Override
        public void warn(String message, Throwable cause) {
            line(Level.WARNING, message, cause);
        }

        @Override
        public void error(String message) {
            line(Level.ERROR, message);
        }

        @Override
        public void error(String format, Object argument) {
            line(Level.ERROR, format, argument);
        }

        @Override
        public void error(String format, Object first, Object second) {
            line(Level.ERROR, format, first, second);
        }

        @Override
        public void error(String format, Object... arguments) {
            line(Level.ERROR, format, arguments);
        }

        @Override
        public void error(String message, Throwable cause) {
            line(Level.ERROR, message, cause);
        }
    }
}
