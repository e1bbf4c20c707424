package dev.onoma.plugins.log;

import java.util.Locale;

/// What a rule of `log` can be limited to.
enum LogClass {
    /// An answer, or a delegation.
    SUCCESS,
    /// The name does not exist, or has no such records.
    DENIAL,
    /// Everything else, no response included.
    ERROR;

    /// The word in a Corefile and in the metadata `log/class`.
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// @param label one of the words
    static LogClass of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
