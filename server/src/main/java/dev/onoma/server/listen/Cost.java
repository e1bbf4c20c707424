package dev.onoma.server.listen;

/// What an idle connection that has asked takes: measured with thousands of them, and rounded up.
enum Cost {
    /// In clear text; also one over which nothing is spoken yet.
    TCP(1536, 4 << 10),
    /// Over TLS, with HTTP/1.1 or without.
    TLS(2560, 13 << 10),
    /// Over HTTP/2, with the header fields that its client has the server remember.
    HTTP2(8 << 10, 13 << 10),
    /// Over QUIC, with HTTP/3 or without.
    QUIC(6 << 10, 40 << 10);

    private final int heapOctets;
    private final int nativeOctets;

    Cost(int heapOctets, int nativeOctets) {
        this.heapOctets = heapOctets;
        this.nativeOctets = nativeOctets;
    }

    /// On the heap of Java.
    int heapOctets() {
        return heapOctets;
    }

    /// Beside it: in BoringSSL, in the library for QUIC, and in the kernel, whose sockets count in
    /// the limit of a container too.
    int nativeOctets() {
        return nativeOctets;
    }
}
