package dev.onoma.server.listen;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpMessage;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;

/// Keeps the body of a request over HTTP/1.1 until it is complete, and says how much that is.
final class Http1Bodies extends HttpObjectAggregator {
    private final HttpConnection connection;

    Http1Bodies(HttpConnection connection) {
        super(DohRequest.OCTETS_MAX, true);
        this.connection = connection;
    }

    @Override
    protected void aggregate(FullHttpMessage aggregated, HttpContent content) {
        connection.unfinished(aggregated.content().readableBytes());
    }

    @Override
    protected void finishAggregation(FullHttpMessage aggregated) throws Exception {
        connection.unfinished(0);
        super.finishAggregation(aggregated);
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized)
            throws Exception {
        connection.unfinished(0);
        connection.worker().limits().reached("body");
        super.handleOversizedMessage(context, oversized);
    }
}
