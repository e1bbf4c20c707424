package dev.onoma.plugins.template;

/// A text that is no template, or a template that has no result for a query. Without a stack trace,
/// as any client may cause it.
final class GoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GoException(String message) {
        super(message, null, false, false);
    }
}
