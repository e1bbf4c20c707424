package dev.onoma.tsig;

/// Why a signature is refused, as the record that answers it says (RFC 8945, section 3).
public enum TsigError {
    BADSIG(16),
    BADKEY(17),
    BADTIME(18),
    BADTRUNC(22);

    private final int code;

    TsigError(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /// `BADSIG`, or the number of one that nobody knows.
    static String text(int code) {
        for (var error : values()) {
            if (error.code == code) {
                return error.name();
            }
        }
        return "error " + code;
    }
}
