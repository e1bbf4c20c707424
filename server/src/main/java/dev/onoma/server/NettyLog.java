package dev.onoma.server;

import io.netty.util.internal.logging.AbstractInternalLogger;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.io.PrintStream;

/// What Netty has to say goes where our messages go. It would look for three logging libraries at
/// each start otherwise.
final class NettyLog extends InternalLoggerFactory {
    private final PrintStream out;

    NettyLog(PrintStream out) {
        this.out = out;
    }

    @Override
    protected InternalLogger newInstance(String name) {
        return new Lines(name, out);
    }

    /// Warnings and errors; the rest is for those who work on Netty.
    private static final class Lines extends AbstractInternalLogger {
        private static final long serialVersionUID = 1L;

        private final transient PrintStream out;

        Lines(String name, PrintStream out) {
            super(name);
            this.out = out;
        }

        private void line(String level, String message, Object... arguments) {
            var text = new StringBuilder(message);
            for (var argument : arguments) {
                int at = text.indexOf("{}");
                if (at >= 0) {
                    text.replace(at, at + 2, String.valueOf(argument));
                } else {
                    text.append(": ").append(argument);
                }
            }
            out.println(level + name() + ": " + text);
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
            line("[WARNING] ", message);
        }

        @Override
        public void warn(String format, Object argument) {
            line("[WARNING] ", format, argument);
        }

        @Override
        public void warn(String format, Object first, Object second) {
            line("[WARNING] ", format, first, second);
        }

        @Override
        public void warn(String format, Object... arguments) {
            line("[WARNING] ", format, arguments);
        }

        @Override
        public void warn(String message, Throwable cause) {
            line("[WARNING] ", message, cause);
        }

        @Override
        public void error(String message) {
            line("[ERROR] ", message);
        }

        @Override
        public void error(String format, Object argument) {
            line("[ERROR] ", format, argument);
        }

        @Override
        public void error(String format, Object first, Object second) {
            line("[ERROR] ", format, first, second);
        }

        @Override
        public void error(String format, Object... arguments) {
            line("[ERROR] ", format, arguments);
        }

        @Override
        public void error(String message, Throwable cause) {
            line("[ERROR] ", message, cause);
        }
    }
}
