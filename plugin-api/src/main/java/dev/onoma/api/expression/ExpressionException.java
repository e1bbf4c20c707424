package dev.onoma.api.expression;

/// A text that is no expression.
public final class ExpressionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int position;

    ExpressionException(String message, int position) {
        super(message);
        this.position = position;
    }

    /// Where it went wrong, in characters from the begin of the text.
    public int position() {
        return position;
    }
}
