package dev.onoma.plugins.errors;

import dev.onoma.api.Log;
import java.util.function.Consumer;

/// Log levels by their names in Corefiles.
final class Level {
    private Level() {}

    /// Where messages of a level go.
    ///
    /// @param name `warning`, `error`, `info` or `debug`
    static Consumer<String> of(String name, Log log) {
        return switch (name) {
            case "warning" -> log::warning;
            case "info" -> log::info;
            case "debug" -> log::debug;
            default -> log::error;
        };
    }
}
