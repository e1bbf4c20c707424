package dev.onoma.plugins.cache;

/// What an answer says; each kind has a capacity and limits of its own.
enum Kind {
    /// There are records.
    SUCCESS("success"),
    /// There are none, or the name does not exist (RFC 2308), or nobody could tell (RFC 9520).
    DENIAL("denial");

    private final String label;

    Kind(String label) {
        this.label = label;
    }

    /// The label `type` of metrics, and the property of the Corefile.
    String label() {
        return label;
    }

    /// The one of two things that is for this kind.
    <T> T of(T success, T denial) {
        return this == SUCCESS ? success : denial;
    }
}
