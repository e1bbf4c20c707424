package dev.onoma.server.listen;

import dev.onoma.api.RequestLimit;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpMessage;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;

/// Keeps the body of a request over HTTP/1.1 until it is complete, if it is not too large.
final class Http1Bodies extends HttpObjectAggregator {
    private final HttpConnection connection;

    Http1Bodies(HttpConnection connection) {
        super(connection.max(RequestLimit.MAX_BODY_OCTETS), true);
        this.connection = connection;
    }

    /// Adds nothing: fields are counted, and what a client has not sent is not its fault.
    @Override
    protected void finishAggregation(FullHttpMessage aggregated) {}

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized)
            throws Exception {
        connection.worker().limits().reached("body");
        super.handleOversizedMessage(context, oversized);
    }
}
