package dev.onoma.server.listen;

import dev.onoma.server.wire.WireQuery;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request over HTTP/2 and its answer. Belongs to a stream.
final class Http2Exchange {
    private static final int BODY_OCTETS_MIN = 512;
    private static final byte[] NOTHING = {};

    private final Http2Stream stream;
    private byte[] body = NOTHING;
    private int bodyOctets;
    final long begunNanos;
    long answeredNanos;
    int answerOctets;
    boolean isComplete;
    @Nullable WireQuery query;
    Map<String, String> fields = Map.of();

    /// Of a request that header fields decide about when it is complete.
    @Nullable Http2Headers headers;

    Http2Exchange(Http2Stream stream, long nowNanos) {
        this.stream = stream;
        begunNanos = nowNanos;
    }

    Http2Stream stream() {
        return stream;
    }

    int id() {
        return stream.id();
    }

    /// Octets of the body that have come.
    int bodyOctets() {
        return bodyOctets;
    }

    /// Keeps a part of the body.
    ///
    /// @param max octets of a whole body
    /// @return how many octets more are taken for that
    int keep(ByteBuf data, int max) {
        int octets = data.readableBytes();
        int together = bodyOctets + octets;
        int room = body.length;
        if (room < together) {
            body = Arrays.copyOf(body, Math.min(max, Math.max(BODY_OCTETS_MIN, 2 * together)));
        }
        data.getBytes(data.readerIndex(), body, bodyOctets, octets);
        bodyOctets = together;
        return body.length - room;
    }

    /// Copies the body to the beginning of `buffer`.
    void body(byte[] buffer) {
        System.arraycopy(body, 0, buffer, 0, bodyOctets);
    }

    /// Keeps no body any more.
    ///
    /// @return how many octets were taken for it
    int forget() {
        int octets = body.length;
        body = NOTHING;
        bodyOctets = 0;
        return octets;
    }

    /// Whether the request does not get complete in time.
    boolean isLate(long nowNanos, long readNanos) {
        return query == null && answeredNanos == 0 && nowNanos - begunNanos > readNanos;
    }

    /// Whether the client does not take the answer.
    boolean isStuck(long nowNanos, long writeNanos) {
        return answeredNanos != 0 && nowNanos - answeredNanos > writeNanos;
    }
}
