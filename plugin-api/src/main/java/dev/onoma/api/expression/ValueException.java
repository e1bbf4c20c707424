package dev.onoma.api.expression;

/// An expression has no value for a query, for instance because a text is no address. Without a
/// stack trace, as any client may cause it.
public final class ValueException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ValueException(String message) {
        super(message, null, false, false);
    }
}
