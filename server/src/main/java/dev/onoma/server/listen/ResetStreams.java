package dev.onoma.server.listen;

/// Streams of a connection over HTTP/2 that we have reset, of which frames may still be on their
/// way (RFC 9113, section 5.1). As a connection that resets more often ends, the last ones are all
/// that have to be known.
final class ResetStreams {
    private static final int COUNT = Integer.highestOneBit(Http2Builder.RESETS_MAX) << 1;

    private int[] ids = {};
    private int at;

    void add(int id) {
        if (ids.length == 0) {
            ids = new int[COUNT];
        }
        ids[at++ & COUNT - 1] = id;
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
