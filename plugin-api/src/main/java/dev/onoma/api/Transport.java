package dev.onoma.api;

/// How a query came.
public enum Transport {
    /// RFC 1035, section 4.2.1.
    UDP("dns", "udp"),
    /// RFC 7766.
    TCP("dns", "tcp"),
    /// RFC 7858.
    TLS("tls", "tcp"),
    /// RFC 8484.
    HTTPS("https", "tcp"),
    /// RFC 8484 over HTTP/3.
    HTTPS3("https3", "udp"),
    /// RFC 9250.
    QUIC("quic", "udp"),
    /// `coredns.dns.DnsService`.
    GRPC("grpc", "tcp");

    private final String scheme;
    private final String label;

    Transport(String scheme, String label) {
        this.scheme = scheme;
        this.label = label;
    }

    /// The scheme of a server block's key.
    public String scheme() {
        return scheme;
    }

    /// `udp` or `tcp`, as metrics and logs have it.
    public String label() {
        return label;
    }

    /// Whether nobody on the way can read along: the length of a message is then worth hiding (RFC
    /// 7830).
    public boolean isEncrypted() {
        return this != UDP && this != TCP;
    }

    /// Whether a response may take several messages (RFC 5936, section 4; RFC 9103; RFC 9250,
    /// section 4.2): zone transfers.
    public boolean carriesTransfers() {
        return this == TCP || this == TLS || this == QUIC;
    }

    /// Whether responses are limited by what the client said it can receive in one datagram.
    public boolean isDatagram() {
        return this == UDP;
    }
}
