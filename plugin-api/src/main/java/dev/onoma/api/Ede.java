package dev.onoma.api;

/// Info codes of extended DNS errors (RFC 8914, section 4).
public final class Ede {
    /// No extended error at all.
    public static final int NONE = -1;

    public static final int OTHER = 0;
    public static final int STALE_ANSWER = 3;
    public static final int FORGED_ANSWER = 4;
    public static final int CACHED_ERROR = 13;
    public static final int NOT_READY = 14;
    public static final int BLOCKED = 15;
    public static final int CENSORED = 16;
    public static final int FILTERED = 17;
    public static final int PROHIBITED = 18;
    public static final int STALE_NXDOMAIN = 19;
    public static final int NOT_AUTHORITATIVE = 20;
    public static final int NOT_SUPPORTED = 21;
    public static final int NO_REACHABLE_AUTHORITY = 22;
    public static final int NETWORK_ERROR = 23;
    public static final int INVALID_DATA = 24;

    /// IANA's registry; DNS64 and the like.
    public static final int SYNTHESIZED = 29;

    private Ede() {}
}
