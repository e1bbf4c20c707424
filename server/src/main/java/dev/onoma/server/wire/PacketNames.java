package dev.onoma.server.wire;

/// Names in packets, passed over without reading them.
final class PacketNames {
    private PacketNames() {}

    /// Where a name ends that may end with a compression pointer (RFC 1035, section 4.1.4), which
    /// must lead backwards.
    ///
    /// @return the offset behind it, or -1 if it is no name
    static int end(byte[] wire, int offset, int size) {
        int at = offset;
        while (at < size) {
            int length = wire[at] & 0xff;
            if (length == 0) {
                return at + 1;
            }
            if (length >= 0xc0) {
                boolean backwards =
                        at + 1 < size && ((length & 0x3f) << 8 | wire[at + 1] & 0xff) < at;
                return backwards ? at + 2 : -1;
            }
            if (length > 63) {
                return -1;
            }
            at += length + 1;
        }
        return -1;
    }
}
