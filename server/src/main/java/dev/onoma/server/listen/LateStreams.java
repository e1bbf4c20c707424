package dev.onoma.server.listen;

import dev.onoma.api.TcpLimits;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamVisitor;

/// Looks at the streams of a connection over HTTP/2 for a request that does not get complete, and
/// for an answer that is not taken.
final class LateStreams implements Http2StreamVisitor {
    private final Http2Connection.PropertyKey key;
    private final long nowNanos;
    private final long readNanos;
    private final long writeNanos;
    private boolean isRead;
    private boolean isWrite;

    /// @param key under which a stream has its exchange
    LateStreams(Http2Connection.PropertyKey key, long nowNanos, TcpLimits limits) {
        this.key = key;
        this.nowNanos = nowNanos;
        readNanos = limits.read().toNanos();
        writeNanos = limits.write().toNanos();
    }

    @Override
    public boolean visit(Http2Stream stream) {
        Http2Exchange exchange = stream.getProperty(key);
        if (exchange != null) {
            isRead |= exchange.isLate(nowNanos, readNanos);
            isWrite |= exchange.isStuck(nowNanos, writeNanos);
        }
        return true;
    }

    /// Whether a request was late.
    boolean isRead() {
        return isRead;
    }

    /// Whether an answer was.
    boolean isWrite() {
        return isWrite;
    }
}
