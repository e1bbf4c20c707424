package dev.onoma.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where messages go: standard output, one line each, with the level in front as CoreDNS has it:
/// `[INFO] plugin/reload: ...`. Any thread.
public interface Log {
    /// Only when `debug` is on.
    void debug(String message);

    /// What an operator wants to see once.
    void info(String message);

    /// An info message with what it tells as values of their own, for programs that read logs. Only
    /// the message, unless [#hasFields].
    default void info(String message, List<Field> fields) {
        info(message);
    }

    /// What an operator should look at.
    void warning(String message);

    /// What went wrong.
    void error(String message);

    /// This log for messages that clients cause, one for each query maybe: it never waits. When
    /// lines come faster than they can be written, the surplus is lost and counted.
    default Log queued() {
        return this;
    }

    /// Whether [#debug] does anything.
    boolean isDebug();

    /// Whether lines carry [Field]s: as objects of JSON they do, as text they do not.
    default boolean hasFields() {
        return false;
    }

    /// A value beside a message.
    ///
    /// @param name in lower case, words joined by `_`, the unit last
    /// @param value a String, a Number, a Boolean, a Map from String to String, or null for what
    ///   there could be but is not
    record Field(String name, @Nullable Object value) {}
}
