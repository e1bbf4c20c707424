package dev.onoma.zone;

/// One entry of a zone file that cannot be understood. The reader adds where it stands.
final class SyntaxException extends Exception {
    private static final long serialVersionUID = 1L;

    SyntaxException(String message) {
        super(message, null, false, false);
    }
}
