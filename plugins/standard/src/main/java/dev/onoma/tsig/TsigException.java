package dev.onoma.tsig;

import java.io.IOException;

/// A response that is not signed as it should be, or says that our signature is not.
public final class TsigException extends IOException {
    private static final long serialVersionUID = 1;

    TsigException(String message) {
        super(message);
    }
}
