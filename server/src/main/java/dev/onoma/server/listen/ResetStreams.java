package dev.onoma.server.listen;

/// Streams of a connection over HTTP/2 that we have reset, of which frames may still be on their
/// way (RFC 9113, section 5.1). As a connection that resets more often ends, the last ones are all
/// that have to be known.
final class ResetStreams {
    private final int count;
    private int[] ids = {};
    private int at;

    /// @param max beyond which the connection ends
    ResetStreams(int max) {
        count = Integer.highestOneBit(max) << 1;
    }

    void add(int id) {
        if (ids.length == 0) {
            ids = new int[count];
        }
        ids[at++ & count - 1] = id;
    }

    boolean has(int id) {
        for (int known : ids) {
            if (known == id) {
                return true;
            }
        }
        return false;
    }
}
