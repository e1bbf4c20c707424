package dev.onoma.plugins.dnssec;

/// A query needs a signature that may not be made now. Without a stack trace: attackers see to it
/// that there are many.
final class TooManySignatures extends Exception {
    private static final long serialVersionUID = 1;

    TooManySignatures() {
        super("too many signatures at once", null, false, false);
    }
}
