package dev.onoma.server.listen;

import dev.onoma.api.RequestLimit;
import dev.onoma.server.wire.Verdict;
import dev.onoma.server.wire.WireQuery;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Exception.StreamException;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Queries over HTTP/2 (RFC 9113): a stream for each, answered as they get ready. What a request
/// looks like is said by [DohExchanges] and [GrpcExchanges].
///
/// Netty's codec, without its channel for each stream, with the limits of [Http2Builder]. Here it
/// is seen to that a stream without progress ends, that pings stay rare, that what a client does
/// not take stays within a bound, and that half requests and answers that nobody takes count in the
/// bounds of all connections ([Connections]).
abstract class Http2Exchanges extends Http2ConnectionHandler
        implements HttpConnection.Exchanges, ReplyTo {
    private final HttpConnection connection;
    private final Http2Connection.PropertyKey key;
    private final ResetStreams resets;
    private final Unasked unasked;
    private final int fieldsMax;
    // Of answers that wait for the client's windows.
    private final int unsentMax;
    private final HeaderBlocks blocks = new HeaderBlocks();
    private ChannelHandlerContext context;
    private int streams;
    private int complete;
    private int unfinished;
    private int unsent;
    private boolean greeted;
    private final ArrayDeque<Asked> asked = new ArrayDeque<>(0);
    private boolean reading;
    private boolean broken;

    /// A query that has been read, and waits for the end of what was received with it.
    private record Asked(Http2Exchange exchange, WireQuery query, Verdict verdict) {}

    @SuppressWarnings("NullAway.Init") // Netty calls handlerAdded before anything else.
    Http2Exchanges(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            HttpConnection connection) {
        super(decoder, encoder, settings);
        this.connection = connection;
        resets = new ResetStreams(connection.max(RequestLimit.MAX_RESETS));
        unasked = new Unasked(connection.max(RequestLimit.MAX_PINGS));
        fieldsMax = connection.max(RequestLimit.MAX_HEADER_FIELDS);
        unsentMax = connection.max(RequestLimit.MAX_UNSENT_OCTETS);
        key = connection().newKey();
        connection().addListener(new Streams());
        decoder.frameListener(new Requests());
    }

    /// The octets that the body of a request may have.
    abstract int bodyOctetsMax();

    /// Looks at the beginning of a request: answers it, asks it, or lets its body come.
    ///
    /// @param end whether there is no body
    abstract void begun(Http2Exchange exchange, Http2Headers headers, boolean end);

    /// The body of a request is complete, in the query's buffer.
    abstract void complete(Http2Exchange exchange, WireQuery query, int octets);

    /// A request has more header fields than it may have.
    abstract void tooManyFields(Http2Exchange exchange);

    /// The body of a request is larger than [#bodyOctetsMax].
    abstract void tooLarge(Http2Exchange exchange);

    /// Writes a response; of no octets if there is none.
    abstract void answer(Http2Exchange exchange, byte[] octets, int length);

    HttpConnection owner() {
        return connection;
    }

    ChannelHandlerContext context() {
        return context;
    }

    static Http2Exchanges on(HttpConnection connection, int streamsMax, Http2Builder.Kind kind) {
        return new Http2Builder(connection, streamsMax, kind).build();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) throws Exception {
        context = added;
        super.handlerAdded(added);
    }

    @Override
    public ChannelFuture resetStream(
            ChannelHandlerContext on, int streamId, long errorCode, ChannelPromise promise) {
        resets.add(streamId);
        unasked.resetWritten();
        return super.resetStream(on, streamId, errorCode, promise);
    }

    /// Netty flushes after each error: that would be a record and a system call for each stream
    /// that is reset. What is read together leaves together.
    @Override
    public void onError(ChannelHandlerContext on, boolean outbound, Throwable cause) {
        if (reading
                && Http2CodecUtil.getEmbeddedHttp2Exception(cause)
                        instanceof StreamException error) {
            onStreamError(on, outbound, cause, error);
        } else {
            super.onError(on, outbound, cause);
        }
    }

    /// A frame for a stream that is over, and not because we ended it early, ends the connection
    /// (RFC 9113, section 5.1); the codec forgets such streams, and takes the milder error.
    @Override
    protected void onStreamError(
            ChannelHandlerContext on, boolean outbound, Throwable cause, StreamException error) {
        int id = error.streamId();
        var stream = connection().stream(id);
        Http2Exchange exchange = stream == null ? null : stream.getProperty(key);
        if (stream == null && error.error() == Http2Error.STREAM_CLOSED && !resets.has(id)) {
            onConnectionError(on, outbound, cause, error);
        } else if (exchange != null
                && exchange.isComplete
                && error.error() == Http2Error.PROTOCOL_ERROR) {
            // Something came behind the end of the request.
            var _ = resetStream(on, id, Http2Error.STREAM_CLOSED.code(), on.newPromise());
        } else {
            count(error);
            super.onStreamError(on, outbound, cause, error);
        }
    }

    /// What becomes of streams, however they end.
    private final class Streams extends Http2ConnectionAdapter {
        @Override
        public void onStreamClosed(Http2Stream stream) {
            Http2Exchange exchange = stream.removeProperty(key);
            if (exchange != null) {
                streams--;
                complete -= exchange.isComplete ? 1 : 0;
                unsent -= exchange.answerOctets;
                unfinished -= exchange.forget();
                if (streams == 0 && connection.isEnding()) {
                    context.executor().execute(connection::close);
                }
            }
        }
    }

    /// Frames that the client sends.
    private final class Requests extends Http2FrameAdapter {
        @Override
        public void onSettingsRead(ChannelHandlerContext from, Http2Settings settings) {
            if (!greeted) {
                greeted = true;
                connection.greeted();
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext from,
                int streamId,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean end)
                throws Http2Exception {
            onHeadersRead(from, streamId, headers, padding, end);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext from,
                int streamId,
                Http2Headers headers,
                int padding,
                boolean end)
                throws Http2Exception {
            var stream = connection().stream(streamId);
            if (stream == null) {
                return;
            }
            Http2Exchange begun = stream.getProperty(key);
            if (begun != null) {
                if (end && begun.query == null && begun.answeredNanos == 0) {
                    bodyIsComplete(begun, null);
                }
                return;
            }
            begin(stream, headers, end);
        }

        @Override
        public int onDataRead(
                ChannelHandlerContext from, int streamId, ByteBuf data, int padding, boolean end) {
            int octets = data.readableBytes() + padding;
            var stream = connection().stream(streamId);
            Http2Exchange exchange = stream == null ? null : stream.getProperty(key);
            if (exchange != null && exchange.answeredNanos == 0) {
                body(exchange, data, end);
            }
            return octets;
        }

        @Override
        public void onPingRead(ChannelHandlerContext from, long data) throws Http2Exception {
            unasked.ping();
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext from, int streamId, long code) {
            unasked.resetRead();
        }
    }

    private void begin(Http2Stream stream, Http2Headers headers, boolean end)
            throws Http2Exception {
        if (unsent > unsentMax) {
            throw refused(stream);
        }
        var exchange = new Http2Exchange(stream, System.nanoTime());
        stream.setProperty(key, exchange);
        streams++;
        exchange.isComplete = end;
        complete += end ? 1 : 0;
        exchange.fields = connection.fields().of(headers::get);
        if (headers.size() > fieldsMax) {
            reached("fields");
            tooManyFields(exchange);
        } else {
            begun(exchange, headers, end);
        }
    }

    private void body(Http2Exchange exchange, ByteBuf data, boolean end) {
        if (exchange.bodyOctets() + data.readableBytes() > bodyOctetsMax()) {
            unfinished -= exchange.forget();
            tooLarge(exchange);
        } else if (end) {
            bodyIsComplete(exchange, data);
        } else {
            unfinished += exchange.keep(data, bodyOctetsMax());
        }
    }

    /// Hands the whole body on.
    ///
    /// @param rest what came last of it
    void bodyIsComplete(Http2Exchange exchange, @Nullable ByteBuf rest) {
        complete += exchange.isComplete ? 0 : 1;
        exchange.isComplete = true;
        var query = connection.worker().take();
        int before = exchange.bodyOctets();
        int octets = before + (rest == null ? 0 : rest.readableBytes());
        var buffer = query.buffer(octets);
        exchange.body(buffer);
        if (rest != null) {
            rest.getBytes(rest.readerIndex(), buffer, before, octets - before);
        }
        unfinished -= exchange.forget();
        complete(exchange, query, octets);
    }

    /// Reads the message in the query's buffer.
    ///
    /// @param octets negative if there is none
    Verdict read(Http2Exchange exchange, WireQuery query, int octets) {
        connection.asked();
        unasked.asked();
        query.from(
                connection.transport(),
                connection.client(),
                connection.local(),
                exchange.begunNanos);
        return octets < 0 ? Verdict.IGNORE : query.read(octets);
    }

    /// Asks a query that has been read, once everything is that was received with it: its stream
    /// may be reset in the same breath, and then it costs nobody anything.
    void serve(Http2Exchange exchange, WireQuery query, Verdict verdict) {
        query.ticket(exchange);
        query.requestFields(exchange.fields);
        exchange.query = query;
        asked.add(new Asked(exchange, query, verdict));
    }

    private static Http2Exception refused(Http2Stream stream) {
        return Http2Exception.streamError(
                stream.id(), Http2Error.REFUSED_STREAM, Http2Builder.UNTAKEN);
    }

    private void ask() {
        for (var next = asked.poll(); next != null; next = asked.poll()) {
            var exchange = next.exchange();
            if (isOpen(exchange) && unsent <= unsentMax) {
                ask(exchange, next.query(), next.verdict());
                continue;
            }
            exchange.query = null;
            connection.worker().give(next.query());
            if (isOpen(exchange)) {
                onError(context, false, refused(exchange.stream()));
            }
        }
    }

    private boolean isOpen(Http2Exchange exchange) {
        return exchange.stream().getProperty(key) == exchange && context.channel().isActive();
    }

    private void ask(Http2Exchange exchange, WireQuery query, Verdict verdict) {
        var worker = connection.worker();
        int length = worker.serve(query, verdict, connection.listener(), this);
        if (length != Worker.LATER) {
            exchange.query = null;
            answer(exchange, worker.octets(), length);
            worker.give(query);
        }
    }

    /// Counts an answer that is about to be written, until its stream ends.
    void answering(Http2Exchange exchange, int octets) {
        exchange.answeredNanos = System.nanoTime();
        exchange.answerOctets = octets;
        unsent += octets;
    }

    /// What still comes of the request is not wanted, once the answer has left (RFC 9113, section
    /// 8.1).
    void answered(Http2Exchange exchange, ChannelFuture sent) {
        if (!exchange.isComplete) {
            sent.addListener(_ -> {
                var _ =
                        resetStream(
                                context,
                                exchange.id(),
                                Http2Error.NO_ERROR.code(),
                                context.newPromise());
            });
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) throws Exception {
        reading = true;
        blocks.pass((ByteBuf) message);
        super.channelRead(from, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) throws Exception {
        ask();
        reading = false;
        super.channelReadComplete(from);
        count();
    }

    // Looks at what is left of streams, as what was answered has been flushed.
    private void count() {
        var frame = internalBuffer();
        int ofFrame = frame.isReadable() ? frame.capacity() : 0;
        connection.unfinished(unfinished + blocks.octets() + ofFrame);
        connection.unsent(unsent);
    }

    @Override
    public void send(WireQuery query, byte[] octets, int length) {
        settled(query, octets, length);
    }

    @Override
    public void nothing(WireQuery query) {
        settled(query, connection.worker().octets(), 0);
    }

    // The stream may be gone by now: then there is nobody to tell.
    private void settled(WireQuery query, byte[] octets, int length) {
        if (query.ticket() instanceof Http2Exchange exchange && exchange.query == query) {
            exchange.query = null;
            if (isOpen(exchange)) {
                answer(exchange, octets, length);
                if (!reading) {
                    flush(context);
                    count();
                }
            }
        }
    }

    @Override
    public int open() {
        return streams;
    }

    @Override
    public int answersToCome() {
        return complete;
    }

    @Override
    public boolean sweep(long nowNanos) {
        unasked.tell(nowNanos, connection.largest());
        count();
        if (streams == 0) {
            return true;
        }
        var limits = connection.listener().service().limits();
        var late = new LateStreams(key, nowNanos, limits);
        try {
            connection().forEachActiveStream(late);
        } catch (Http2Exception e) {
            return false;
        }
        if (late.isWrite() || late.isRead()) {
            reached(late.isWrite() ? "write" : "read");
            return false;
        }
        return true;
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext from,
            boolean outbound,
            @Nullable Throwable cause,
            @Nullable Http2Exception error) {
        // What comes behind it in the same octets may be as bad.
        if (error != null && !broken) {
            broken = true;
            count(error);
        }
        super.onConnectionError(from, outbound, cause, error);
    }

    private void count(Http2Exception error) {
        var limit = Http2Builder.limit(error);
        if (limit != null) {
            reached(unasked.arePingsTooMany() ? "pings" : limit);
        }
    }

    /// Counts that this client has reached a limit.
    void reached(String limit) {
        connection.worker().limits().reached(limit);
    }

    /// Whether the client's settings have come.
    boolean isGreeted() {
        return greeted;
    }

    /// Asks the client to go elsewhere; requests that are on their way are still served (RFC 9113,
    /// section 6.8).
    void drain() {
        goAway(Integer.MAX_VALUE);
    }

    @Override
    public void end() {
        goAway(connection().remote().lastStreamCreated());
        if (streams == 0) {
            connection.close();
        }
    }

    private void goAway(int lastStream) {
        var _ =
                goAway(
                        context,
                        lastStream,
                        Http2Error.NO_ERROR.code(),
                        Unpooled.EMPTY_BUFFER,
                        context.newPromise());
        flush(context);
    }
}
