package dev.onoma.plugins.blocklist;

/// What is to become of a listed name.
enum Verdict {
    /// What the directive says.
    USUAL("usual"),
    NXDOMAIN("nxdomain"),
    NODATA("nodata"),
    REFUSED("refused"),
    /// No response at all.
    DROP("drop"),
    /// Addresses instead of the name's own.
    ADDRESS("address"),
    /// Not blocked, whatever longer lists say of shorter names.
    PASS("pass");

    private static final Verdict[] ALL = values();

    private final String label;

    Verdict(String label) {
        this.label = label;
    }

    /// The label `action` of metrics, and the word in a Corefile.
    String label() {
        return label;
    }

    /// In one octet, as tables want it.
    byte code() {
        for (byte i = 0; i < ALL.length; i++) {
            if (ALL[i] == this) {
                return i;
            }
        }
        throw new IllegalStateException("not one of its own kind");
    }

    static Verdict of(int code) {
        return ALL[code];
    }
}
