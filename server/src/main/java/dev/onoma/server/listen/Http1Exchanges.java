package dev.onoma.server.listen;

import dev.onoma.api.DnsOverHttp;
import dev.onoma.api.RequestLimit;
import dev.onoma.api.Transport;
import dev.onoma.server.wire.MaxAge;
import dev.onoma.server.wire.Verdict;
import dev.onoma.server.wire.WireQuery;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/// DNS over HTTP/1.1: one request at a time, answered in their order.
final class Http1Exchanges extends ChannelInboundHandlerAdapter
        implements HttpConnection.Exchanges, ReplyTo {
    // Beside method and target, with the line that ends the header; and beside name and value.
    private static final int LINE_OCTETS = "  HTTP/1.1\r\n\r\n".length();
    private static final int FIELD_OCTETS = ": \r\n".length();

    private final HttpConnection connection;
    private final ArrayDeque<FullHttpRequest> waiting = new ArrayDeque<>();
    private ChannelHandlerContext context;
    private boolean busy;
    private boolean pumping;
    private int passed;
    private int passedLast;
    private int unflushed;
    private long unwritableNanos = System.nanoTime();
    private boolean last;

    // HTTP/1.0, whose clients have to be told that the connection stays open.
    private boolean isOld;

    @SuppressWarnings("NullAway.Init") // Netty calls handlerAdded before anything else.
    Http1Exchanges(HttpConnection connection) {
        this.connection = connection;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        if (!(message instanceof FullHttpRequest request) || last) {
            io.netty.util.ReferenceCountUtil.release(message);
        } else if (waiting.size() >= connection.max(RequestLimit.MAX_PIPELINED)) {
            request.release();
            connection.worker().limits().reached("pipelined");
            var _ = from.close();
        } else {
            waiting.add(request);
            pump();
        }
    }

    /// Octets that the codec gets: what does not come out of it, as requests that are asked, is
    /// kept.
    void passes(ByteBuf octets) {
        passedLast = octets.readableBytes();
        passed += passedLast;
    }

    // What a request has taken on its way here, at least; a client may have sent some spaces more,
    // which are not kept, and of what it has sent last at most all is.
    private void taken(FullHttpRequest request) {
        int octets = request.method().name().length() + request.uri().length() + LINE_OCTETS;
        for (var field : request.headers()) {
            octets += field.getKey().length() + field.getValue().length() + FIELD_OCTETS;
        }
        octets += request.content().readableBytes();
        passed = Math.clamp(passed - octets, 0, passedLast);
    }

    // Answers what waits, as long as the client takes the answers.
    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        while (!busy && !last && !waiting.isEmpty() && context.channel().isWritable()) {
            var request = waiting.remove();
            try {
                connection.asked();
                taken(request);
                serve(request);
            } finally {
                request.release();
            }
        }
        pumping = false;
        context.channel().config().setAutoRead(waiting.isEmpty() && context.channel().isWritable());
    }

    private void serve(FullHttpRequest request) {
        last = !HttpUtil.isKeepAlive(request) || connection.isEnding();
        isOld = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        if (request.decoderResult().isFailure()) {
            last = true;
            refuse(status(request.decoderResult().cause()));
            return;
        }
        if (request.headers().size() > connection.max(RequestLimit.MAX_HEADER_FIELDS)) {
            connection.worker().limits().reached("fields");
            refuse(DnsOverHttp.FIELDS_TOO_LARGE);
            return;
        }
        int status = Http1Rules.check(request);
        if (status != DnsOverHttp.OK) {
            last = true;
            refuse(status);
            return;
        }
        status =
                DohRequest.check(
                        request.method().name(),
                        request.uri(),
                        request.headers().get(HttpHeaderNames.CONTENT_TYPE));
        if (status != DnsOverHttp.OK) {
            refuse(status);
            return;
        }
        ask(request);
    }

    private int status(Throwable cause) {
        int status =
                cause instanceof TooLongHttpLineException
                        ? 414
                        : cause instanceof TooLongHttpHeaderException
                                ? DnsOverHttp.FIELDS_TOO_LARGE
                                : DnsOverHttp.BAD_REQUEST;
        if (status != DnsOverHttp.BAD_REQUEST) {
            connection.worker().limits().reached("fields");
        }
        return status;
    }

    private void ask(FullHttpRequest request) {
        var worker = connection.worker();
        var query = worker.take();
        int octets;
        if (DohRequest.isPost(request.method().name())) {
            octets = request.content().readableBytes();
            request.content().readBytes(query.buffer(octets), 0, octets);
        } else {
            octets = DohRequest.decode(request.uri(), query);
        }
        query.from(Transport.HTTPS, connection.client(), connection.local(), System.nanoTime());
        var verdict = octets < 0 ? Verdict.IGNORE : query.read(octets);
        if (verdict == Verdict.IGNORE || verdict == Verdict.FORMERR) {
            worker.give(query);
            refuse(DnsOverHttp.BAD_REQUEST);
            return;
        }
        query.requestFields(connection.fields().of(request.headers()::get));
        // Said before: what comes later may come before this call ends.
        busy = true;
        int length = worker.serve(query, verdict, connection.listener(), this);
        if (length != Worker.LATER) {
            busy = false;
            worker.give(query);
            answer(worker.octets(), length);
        }
    }

    private void answer(byte[] octets, int length) {
        if (length == 0) {
            refuse(DnsOverHttp.NO_RESPONSE);
            return;
        }
        var body = context.alloc().directBuffer(length).writeBytes(octets, 0, length);
        write(DnsOverHttp.OK, body, DnsOverHttp.MEDIA_TYPE, MaxAge.seconds(octets, length));
    }

    private void refuse(int status) {
        var text =
                switch (status) {
                    case DnsOverHttp.NOT_FOUND -> "\n";
                    case DnsOverHttp.NO_RESPONSE -> "No response\n";
                    default -> "invalid request\n";
                };
        var body = Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.US_ASCII));
        write(status, body, "text/plain; charset=utf-8", -1);
    }

    private void write(int status, ByteBuf body, String mediaType, int maxAge) {
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), body);
        var headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, mediaType);
        headers.set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        headers.set(HttpHeaderNames.DATE, connection.worker().date().now());
        if (maxAge >= 0) {
            headers.set(HttpHeaderNames.CACHE_CONTROL, "max-age=" + maxAge);
        } else {
            headers.set("x-content-type-options", "nosniff");
        }
        if (status == DnsOverHttp.METHOD_NOT_ALLOWED) {
            headers.set(HttpHeaderNames.ALLOW, DnsOverHttp.METHODS);
        }
        if (last) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (isOld) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        connection.worker().limits().http(connection.listener().service().server(), status);
        unflushed += body.readableBytes();
        var _ = context.write(response);
        if (unflushed > Connections.UNFLUSHED_OCTETS_MAX) {
            flush();
        }
        if (last) {
            connection.close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        connection.unfinished(passed);
        flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        if (from.channel().isWritable() && !pumping) {
            pump();
            flush();
        }
    }

    private void flush() {
        unflushed = 0;
        context.flush();
        count();
    }

    // Looks at what the socket did not take.
    private void count() {
        connection.unsent(Connections.untaken(context.channel()));
    }

    @Override
    public void send(WireQuery query, byte[] octets, int length) {
        settled(octets, length);
    }

    @Override
    public void nothing(WireQuery query) {
        settled(connection.worker().octets(), 0);
    }

    private void settled(byte[] octets, int length) {
        busy = false;
        last |= connection.isEnding();
        answer(octets, length);
        pump();
        flush();
    }

    @Override
    public int open() {
        return busy || !context.channel().isWritable() ? 1 : 0;
    }

    @Override
    public boolean sweep(long nowNanos) {
        count();
        if (context.channel().isWritable()) {
            unwritableNanos = nowNanos;
        }
        long patience = connection.listener().service().limits().write().toNanos();
        if (nowNanos - unwritableNanos < patience) {
            return true;
        }
        connection.worker().limits().reached("write");
        return false;
    }

    @Override
    public void end() {
        if (!busy && waiting.isEmpty() && !last) {
            last = true;
            connection.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        waiting.forEach(FullHttpRequest::release);
        waiting.clear();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        var _ = from.close();
    }
}
