package dev.onoma.plugins.sign;

import dev.onoma.api.CorefileException;
import dev.onoma.api.Directive;
import java.nio.file.Path;

/// Where the Corefile says that keys are.
///
/// @param property the line that says it
/// @param word which word of it, for messages
/// @param path a folder of keys, or one key without `.key` and `.private`
record KeySource(Directive property, int word, Path path, boolean isFolder) {
    /// A mistake that keeps the server from starting.
    CorefileException wrong(String message) {
        return property.wrongAt(word, message);
    }

    /// A mistake for the log: `FILE:LINE:COLUMN: MESSAGE`.
    String located(String message) {
        return property.location(word) + ": " + message;
    }
}
