package dev.onoma.api;

/// Where messages go: standard output, one line each, with the level in front as CoreDNS has it:
/// `[INFO] plugin/reload: ...`. Any thread.
public interface Log {
    /// Only when `debug` is on.
    void debug(String message);

    /// What an operator wants to see once.
    void info(String message);

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
}
