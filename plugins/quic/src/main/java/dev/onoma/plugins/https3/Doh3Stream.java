package dev.onoma.plugins.https3;

import dev.onoma.api.DnsOverHttp;
import dev.onoma.api.RequestLimit;
import dev.onoma.api.RequestLimits;
import dev.onoma.quic.Connection;
import dev.onoma.quic.Exchange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3Exception;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3HeadersValidationException;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.handler.codec.quic.QuicStreamChannel;

/// A request and its response.
final class Doh3Stream extends Http3RequestStreamInboundHandler implements Exchange.Answer {
    private final Connection connection;
    private final QuicStreamChannel stream;
    private final DnsOverHttp http;
    private final Exchange exchange;
    private final RequestLimits limits;
    private boolean hasHeaders;
    private boolean isSettled;

    Doh3Stream(Connection connection, QuicStreamChannel stream, RequestLimits limits) {
        this.limits = limits;
        this.connection = connection;
        this.stream = stream;
        http = connection.entrance().http();
        exchange = connection.begin(stream, this);
    }

    /// Counts what the codec gets, which keeps frames until they are complete.
    ChannelHandler counter() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (message instanceof ByteBuf data && !exchange.received(data.readableBytes())) {
                    isSettled = true;
                    data.release();
                } else {
                    context.fireChannelRead(message);
                }
            }
        };
    }

    @Override
    protected void channelRead(ChannelHandlerContext context, Http3HeadersFrame frame) {
        if (hasHeaders || isSettled) {
            return; // trailers say nothing that we want to know
        }
        hasHeaders = true;
        if (connection.isEnding()) {
            isSettled = true;
            exchange.cancel(Http3ErrorCode.H3_REQUEST_REJECTED.code());
            return;
        }
        var headers = frame.headers();
        if (isMalformed(headers)) {
            isSettled = true;
            exchange.cancel(Http3ErrorCode.H3_MESSAGE_ERROR.code());
            return;
        }
        if (headers.size() > limits.get(RequestLimit.MAX_HEADER_FIELDS)) {
            refuse(DnsOverHttp.FIELDS_TOO_LARGE);
            return;
        }
        exchange.requestFields(connection.requestFields().of(headers::get));
        var path = headers.path();
        int status = http.check(headers.method(), path, headers.get("content-type"));
        if (status == DnsOverHttp.METHOD_NOT_ALLOWED) {
            refuseMethod();
        } else if (status != DnsOverHttp.OK || path == null) {
            refuse(status);
        } else if ("GET".contentEquals(headers.method())) {
            get(path);
        } else if (headers.getLong("content-length", 0) > octetsMax()) {
            refuse(DnsOverHttp.CONTENT_TOO_LARGE);
        }
    }

    private void get(CharSequence path) {
        var message = http.message(path);
        isSettled = true;
        if (message == null || !exchange.ask(message, message.length)) {
            refuse(DnsOverHttp.BAD_REQUEST);
        }
    }

    @Override
    protected void channelRead(ChannelHandlerContext context, Http3DataFrame frame) {
        try {
            body(frame.content());
        } finally {
            frame.release();
        }
    }

    private void body(ByteBuf data) {
        if (isSettled) {
            return;
        }
        if (exchange.octets() + data.readableBytes() > octetsMax()) {
            refuse(DnsOverHttp.CONTENT_TOO_LARGE);
        } else {
            exchange.add(data, data.readableBytes());
        }
    }

    private int octetsMax() {
        return limits.get(RequestLimit.MAX_BODY_OCTETS);
    }

    @Override
    protected void channelInputClosed(ChannelHandlerContext context) {
        if (!isSettled) {
            isSettled = true;
            if (!exchange.ask()) {
                refuse(DnsOverHttp.BAD_REQUEST);
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // The client has given the stream up, or what it sent is broken and the codec has told it.
        if (cause instanceof Http3Exception e
                && e.errorCode() == Http3ErrorCode.H3_EXCESSIVE_LOAD) {
            connection.entrance().reached("fields");
        }
        isSettled = true;
        exchange.cancel(reason(cause).code());
    }

    private static Http3ErrorCode reason(Throwable cause) {
        return switch (cause) {
            case Http3Exception told -> told.errorCode();
            case Http3HeadersValidationException _, IllegalArgumentException _ ->
                    Http3ErrorCode.H3_MESSAGE_ERROR;
            default -> Http3ErrorCode.H3_REQUEST_CANCELLED;
        };
    }

    // What the codec lets pass, and no request may have (RFC 9114, sections 4.2 and 4.3.1).
    private static boolean isMalformed(Http3Headers headers) {
        var authority = headers.authority();
        return headers.contains("transfer-encoding") || authority != null && authority.isEmpty();
    }

    @Override
    public void answered(byte[] message, int octets) {
        var body = stream.alloc().directBuffer(octets).writeBytes(message, 0, octets);
        write(DnsOverHttp.OK, DnsOverHttp.MEDIA_TYPE, http.maxAge(message, octets), body);
    }

    @Override
    public void dropped() {
        refuse(DnsOverHttp.NO_RESPONSE);
    }

    private void refuse(int status) {
        if (status == DnsOverHttp.CONTENT_TOO_LARGE) {
            connection.entrance().reached("body");
        } else if (status == DnsOverHttp.FIELDS_TOO_LARGE) {
            connection.entrance().reached("fields");
        }
        var text =
                switch (status) {
                    case DnsOverHttp.NOT_FOUND -> "\n";
                    case DnsOverHttp.NO_RESPONSE -> "No response\n";
                    default -> "invalid request\n";
                };
        write(
                status,
                "text/plain; charset=utf-8",
                -1,
                ByteBufUtil.writeAscii(stream.alloc(), text));
    }

    // Without a body, as the method may be HEAD (RFC 9110, sections 9.3.2 and 15.5.6).
    private void refuseMethod() {
        isSettled = true;
        connection.count(Integer.toString(DnsOverHttp.METHOD_NOT_ALLOWED));
        var frame = new DefaultHttp3HeadersFrame();
        frame.headers()
                .status(Integer.toString(DnsOverHttp.METHOD_NOT_ALLOWED))
                .add("allow", DnsOverHttp.METHODS)
                .add("date", http.date());
        exchange.sent(stream.writeAndFlush(frame));
    }

    private void write(int status, String mediaType, int maxAge, ByteBuf body) {
        isSettled = true;
        connection.count(Integer.toString(status));
        var frame = new DefaultHttp3HeadersFrame();
        var headers = frame.headers().status(Integer.toString(status));
        headers.add("content-type", mediaType);
        headers.add("content-length", Integer.toString(body.readableBytes()));
        headers.add("date", http.date());
        if (maxAge >= 0) {
            headers.add("cache-control", "max-age=" + maxAge);
        } else {
            headers.add("x-content-type-options", "nosniff");
        }
        var _ = stream.write(frame);
        exchange.sent(stream.writeAndFlush(new DefaultHttp3DataFrame(body)));
    }
}
