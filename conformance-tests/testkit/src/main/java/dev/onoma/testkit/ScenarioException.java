package dev.onoma.testkit;

/// A mistake in the text of a scenario; the message begins with `file:line`.
public final class ScenarioException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ScenarioException(String message) {
        super(message);
    }
}
