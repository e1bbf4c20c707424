package dev.onoma.quic;

import dev.onoma.api.ClientConnection;
import dev.onoma.api.Entrance;
import dev.onoma.api.RequestFields;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A connection of a client: its life, whatever is spoken on it.
///
/// Only queries that are complete prolong it: pings or half a query do not. Streams are Netty's, as
/// many as [Dialect#streamsMax]; queries whose stream the client gave up count on until they are
/// answered, so that giving up gains nothing. Everything happens on its event loop.
public final class Connection extends ChannelInboundHandlerAdapter implements ClientConnection {
    // Identifiers of streams say in two bits who opened them, and for what (RFC 9000, section 2.1).
    private static final int STREAM_STEP = 4;

    // Behind the last answer, so that the client has it: with the connection ends what is sent
    // again, and some clients (quic-go) forget what they have not read.
    private static final long LINGER_NANOS = Duration.ofMillis(250).toNanos();

    private final QuicListener listener;
    private final Generation generation;
    private final Dialect dialect;
    private final Entrance entrance;
    private final RequestFields requestFields;
    private final Set<Exchange> streams = Collections.newSetFromMap(new IdentityHashMap<>());
    private final long openedNanos = System.nanoTime();
    private QuicChannel channel;
    private Pieces pieces;
    private InetSocketAddress client;
    private @Nullable InetSocketAddress asked;
    private boolean isReady;
    private boolean isEnding;
    private long deadlineNanos;
    private long settledNanos = openedNanos;
    private long nextStream;
    private int inFlight;
    private int unfinishedOctets;
    private int unsentOctets;

    @SuppressWarnings("NullAway.Init") // Netty calls handlerAdded before anything else.
    Connection(QuicListener listener, Generation generation, Entrance entrance) {
        this.listener = listener;
        this.generation = generation;
        dialect = generation.terms().dialect();
        this.entrance = entrance;
        requestFields = listener.host().setting(RequestFields.class).orElse(RequestFields.NONE);
    }

    /// Of a stream.
    public static @Nullable Connection of(QuicStreamChannel stream) {
        return stream.parent().pipeline().get(Connection.class);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = (QuicChannel) context.channel();
        pieces = new Pieces(channel, generation.idOctets());
        var parties = channel.parent().pipeline().get(ProxiedSocket.class).parties();
        client = parties == null ? address(channel.remoteSocketAddress()) : parties.client();
        asked = parties == null ? null : parties.local();
        boolean fits = entrance.opened(this, dialect.connectionsMax());
        generation.began(this);
        boolean isOpen = listener.began();
        channel.closeFuture().addListener(_ -> gone());
        if (!isOpen) {
            channel.eventLoop().execute(() -> close(dialect.noError(), "going away"));
        } else if (!fits) {
            channel.eventLoop().execute(() -> close(dialect.overload(), "too many connections"));
        }
    }

    // Netty knows both before there is a connection of a server.
    private static InetSocketAddress address(@Nullable SocketAddress known) {
        return (InetSocketAddress) Objects.requireNonNull(known);
    }

    private void gone() {
        var _ = entrance.undelivered(pieces.forget(), 0);
        entrance.closed(this);
        listener.ended(isReady);
        generation.ended(this);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        isReady = true;
        listener.ready();
        entrance.ready(this);
        deadlineNanos = System.nanoTime() + listener.host().timeouts().read().toNanos();
        if (isEnding) {
            end();
        }
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof QuicStreamChannel stream) {
            stream.pipeline().addFirst(pieces);
            dialect.opened(this, stream);
        }
        context.fireChannelRead(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // What a client does wrong is between it and the protocol, which closes by itself.
        listener.host().log().debug(client + ": " + cause);
    }

    /// Which header fields somebody wants to see.
    public RequestFields requestFields() {
        return requestFields;
    }

    /// A stream begins to bring a query.
    public Exchange begin(QuicStreamChannel stream, Exchange.Answer answer) {
        var exchange = new Exchange(this, stream, answer);
        streams.add(exchange);
        nextStream = Math.max(nextStream, stream.streamId() + STREAM_STEP);
        stream.closeFuture().addListener(_ -> ended(exchange));
        return exchange;
    }

    private void ended(Exchange exchange) {
        if (streams.remove(exchange)) {
            exchange.forget();
            exchange.gone();
            closeIfDone();
        }
    }

    /// Counts what is kept of queries that are not complete.
    ///
    /// @param octets negative when they are not kept any more
    /// @return false if that is too much; the client is told
    boolean unfinished(int octets) {
        unfinishedOctets += octets;
        if (entrance.unfinished(octets, unfinishedOctets)) {
            return true;
        }
        close(dialect.overload(), "too much that is not complete");
        return false;
    }

    /// Counts an answer that waits for the client to take it, or does not any more.
    ///
    /// @param octets negative when it has gone, or will not go
    void unsent(int octets) {
        unsentOctets += octets;
        if (!entrance.unsent(octets, unsentOctets)) {
            close(dialect.overload(), "answers are not taken");
        }
    }

    /// Looks at how much may be kept of what has come in pieces: a client that makes us keep too
    /// much is to connect anew, and is cut off if it goes on.
    void lookAtPieces() {
        if (!channel.isOpen() || entrance.undelivered(pieces.look(), pieces.octets())) {
            return;
        }
        if (isReady && !isEnding) {
            end();
        } else {
            close(dialect.overload(), "too much in pieces");
        }
    }

    /// A query is complete.
    ///
    /// @return false if it is none
    boolean ask(Exchange exchange, byte[] message, int octets) {
        if (inFlight >= dialect.streamsMax()) {
            entrance.reached("streams");
            close(dialect.overload(), "too many streams that were given up");
            return true;
        }
        inFlight++;
        boolean isQuery =
                entrance.ask(
                        message,
                        octets,
                        dialect.transport(),
                        client,
                        asked == null ? address(channel.localSocketAddress()) : asked,
                        exchange);
        if (!isQuery) {
            inFlight--;
        }
        return isQuery;
    }

    void settled() {
        inFlight--;
        settledNanos = System.nanoTime();
        deadlineNanos = settledNanos + listener.host().timeouts().idle().toNanos();
        closeIfDone();
    }

    private void closeIfDone() {
        if (!isEnding || !streams.isEmpty() || inFlight > 0) {
            return;
        }
        long left = settledNanos + LINGER_NANOS - System.nanoTime();
        if (left <= 0) {
            close(dialect.noError(), "");
        } else {
            var _ = channel.eventLoop().schedule(this::closeIfDone, left, TimeUnit.NANOSECONDS);
        }
    }

    /// Counts an answer, by its status.
    public void count(String status) {
        listener.count(status);
    }

    /// What is asked about requests over HTTP.
    public Entrance entrance() {
        return entrance;
    }

    /// Whether no more queries are taken.
    public boolean isEnding() {
        return isEnding;
    }

    /// Ends everything at once.
    ///
    /// @param code of the protocol
    public void close(int code, String reason) {
        var text = Unpooled.wrappedBuffer(reason.getBytes(StandardCharsets.US_ASCII));
        var _ = channel.close(true, code, text);
    }

    @Override
    public InetSocketAddress client() {
        return client;
    }

    @Override
    public int pending() {
        return Math.max(streams.size(), inFlight);
    }

    @Override
    public long usedNanos() {
        return settledNanos;
    }

    @Override
    public void sweep(long nowNanos) {
        lookAtPieces();
        var limits = listener.host().timeouts();
        if (!isReady) {
            if (nowNanos - openedNanos > limits.read().toNanos()) {
                entrance.reached("handshake");
                close(dialect.noError(), "");
            }
            return;
        }
        unsent(0);
        if (!unfinished(0)) {
            return;
        }
        for (var exchange : new ArrayList<>(streams)) {
            if (exchange.isLate(nowNanos, limits.read().toNanos())) {
                entrance.reached("read");
                exchange.cancel(dialect.cancelled());
            } else if (exchange.isStuck(nowNanos, limits.write().toNanos())) {
                entrance.reached("write");
                close(dialect.overload(), "answers are not taken");
                return;
            }
        }
        if (streams.isEmpty() && inFlight == 0 && nowNanos - deadlineNanos > 0) {
            close(dialect.noError(), "");
        }
    }

    /// A handshake that takes longer than all others, when there are too many.
    @Override
    public void cutOff() {
        close(dialect.overload(), "too many handshakes");
    }

    @Override
    public void end() {
        isEnding = true;
        if (!isReady) {
            return;
        }
        dialect.goodbye(channel, nextStream);
        closeIfDone();
    }
}
