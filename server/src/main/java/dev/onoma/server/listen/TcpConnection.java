package dev.onoma.server.listen;

import dev.onoma.api.MoreMessages;
import dev.onoma.api.Transport;
import dev.onoma.api.WireSections;
import dev.onoma.server.wire.Context;
import dev.onoma.server.wire.WireQuery;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A connection on which messages stand behind their length (RFC 1035, section 4.2.2; RFC 7766), in
/// clear text or, with a handler of Netty's in front, in TLS (RFC 7858).
///
/// Queries are worked on at the same time, and answered as they get ready (RFC 7766, section
/// 6.2.1.1). Reading stops while too many wait, or while the client does not take its responses.
/// Deadlines are looked at by a sweep of the [Connections], a few times a second.
final class TcpConnection extends ChannelInboundHandlerAdapter
        implements ReplyTo, Connections.Open, RecordOctets.Owner {
    private static final int PREFIX = 2;
    private static final int HEADER = 12;
    // With a question about the root.
    private static final int QUERY_OCTETS_MIN = PREFIX + HEADER + 5;

    // How many messages of transfers are written before other connections have their turn.
    private static final int MESSAGES_PER_TURN = 4;

    private final Transport transport;
    private final Worker worker;
    private final Listener listener;
    private final Connections connections;
    private final KeptOctets kept;
    private ChannelHandlerContext context;
    private InetSocketAddress client = Context.NOWHERE;
    private InetSocketAddress local = Context.NOWHERE;
    private @Nullable ByteBuf unread;
    private final ArrayDeque<Unfinished> unfinished = new ArrayDeque<>(0);
    private boolean turnComes;
    private int inFlight;
    private int queries;
    private int unflushed;
    private long usedNanos;
    private long deadlineNanos;
    private boolean reading;
    private boolean ending;

    /// A response of which further messages follow. It counts as a query in flight.
    private record Unfinished(WireQuery query, MoreMessages more) {}

    @SuppressWarnings("NullAway.Init") // Netty calls channelActive before anything else.
    TcpConnection(Transport transport, Worker worker, Listener listener, Connections connections) {
        this.transport = transport;
        this.worker = worker;
        this.listener = listener;
        this.connections = connections;
        kept = new KeptOctets(connections);
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        active.channel().config().setWriteBufferWaterMark(worker.limits().waterMark());
        var ends = Ends.of(active.channel());
        client = ends.client();
        local = ends.local();
        if (!connections.opened(this)) {
            var _ = active.close();
            return;
        }
        expectWithin(listener.service().limits().read().toNanos());
    }

    @Override
    public InetSocketAddress client() {
        return client;
    }

    @Override
    public Listener listener() {
        return listener;
    }

    /// With answers that the client does not take.
    @Override
    public int pending() {
        return inFlight + (Connections.untaken(context.channel()) > 0 ? 1 : 0);
    }

    @Override
    public long usedNanos() {
        return usedNanos;
    }

    private void expectWithin(long nanos) {
        usedNanos = System.nanoTime();
        deadlineNanos = usedNanos + nanos;
    }

    @Override
    public void sweep(long nowNanos) {
        kept.look(context.channel());
        unsent();
        if (nowNanos - deadlineNanos < 0) {
            return;
        }
        if (!context.channel().isWritable()) {
            worker.limits().reached("write");
            Connections.cutOff(context.channel());
        } else if (inFlight == 0) {
            if (Greeting.isDue(context.channel())) {
                worker.limits().reached("handshake");
            } else if (unread != null || queries == 0) {
                worker.limits().reached("read");
            }
            var _ = context.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        var added = (ByteBuf) message;
        var before = unread;
        if (before == null) {
            unread = added;
        } else {
            before.discardReadBytes();
            before.writeBytes(added);
            added.release();
        }
        pump();
    }

    // Answers whole messages as long as there are any, and not too many of them wait.
    private void pump() {
        var input = unread;
        reading = true;
        while (input != null && isComplete(input) && mayAsk()) {
            int octets = input.readUnsignedShort();
            if (octets < HEADER) {
                input.skipBytes(octets);
            } else {
                ask(input, octets);
            }
        }
        reading = false;
        if (input != null && !input.isReadable()) {
            forget(input);
        } else if (input != null) {
            keep(input);
        }
        boolean more = mayAsk();
        if (!more && inFlight >= worker.limits().perConnectionMax()) {
            worker.limits().reached("streams");
        }
        context.channel().config().setAutoRead(more);
    }

    // Netty's buffer may be a small part of a large one. What a client says of the length takes no
    // memory: only what has come does.
    private void keep(ByteBuf input) {
        if (kept.unfinished() == 0) {
            var own =
                    context.alloc()
                            .directBuffer(
                                    Math.max(SharedOctets.OWN_OCTETS_MIN, input.readableBytes()));
            own.writeBytes(input);
            input.release();
            unread = own;
            count(own.capacity());
        } else {
            count(input.capacity());
        }
    }

    private void count(int octets) {
        kept.unfinished(context.channel(), octets);
    }

    @Override
    public void undecrypted(int octets) {
        kept.undecrypted(context.channel(), octets);
    }

    @Override
    public int answersToCome() {
        return inFlight;
    }

    @Override
    public int queryOctetsMin() {
        return QUERY_OCTETS_MIN;
    }

    private void forget(ByteBuf input) {
        input.release();
        unread = null;
        count(0);
    }

    private static boolean isComplete(ByteBuf input) {
        return input.readableBytes() >= PREFIX
                && input.readableBytes() >= PREFIX + input.getUnsignedShort(input.readerIndex());
    }

    private boolean mayAsk() {
        return !ending
                && inFlight < worker.limits().perConnectionMax()
                && context.channel().isWritable();
    }

    private void ask(ByteBuf input, int octets) {
        var query = worker.take();
        input.readBytes(query.buffer(octets), 0, octets);
        query.from(transport, client, local, System.nanoTime());
        var limits = listener.service().limits();
        query.idle(limits.idle());
        int length = worker.serve(query, octets, listener, this);
        if (length > 0) {
            write(worker.octets(), length);
            follow(query);
        }
        if (length == Worker.LATER) {
            inFlight++;
        } else {
            worker.give(query);
        }
        expectWithin(limits.idle().toNanos());
        queries++;
        if (limits.queriesMax() > 0 && queries >= limits.queriesMax()) {
            end();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        flush();
        if (ending && inFlight == 0) {
            end();
        }
    }

    @Override
    public void send(WireQuery query, byte[] octets, int length) {
        write(octets, length);
        follow(query);
        settled();
    }

    // Keeps the further messages of a response whose first was written.
    private void follow(WireQuery query) {
        var more = query.response().more();
        if (more == null) {
            return;
        }
        if (!context.channel().isActive()) {
            more.close();
            return;
        }
        // The query itself is used for others from now on.
        unfinished.add(new Unfinished((WireQuery) query.detached(), more));
        inFlight++;
        takeTurn();
    }

    private void takeTurn() {
        if (!turnComes && !unfinished.isEmpty() && context.channel().isWritable()) {
            turnComes = true;
            worker.loop().execute(this::turn);
        }
    }

    // Some messages, as long as the client takes them; of several transfers one each in turn.
    private void turn() {
        turnComes = false;
        int ended = 0;
        for (int i = 0; i < MESSAGES_PER_TURN && context.channel().isWritable(); i++) {
            var first = unfinished.poll();
            if (first == null) {
                break;
            }
            WireSections next;
            try {
                next = first.more().next();
            } catch (RuntimeException e) {
                first.more().close();
                worker.mistaken(first.query(), e);
                var _ = context.close();
                return;
            }
            if (next == null) {
                first.more().close();
                ended++;
            } else {
                write(worker.octets(), worker.further(first.query(), next));
                unfinished.add(first);
            }
        }
        flush();
        for (; ended > 0; ended--) {
            settled();
        }
        takeTurn();
    }

    @Override
    public void nothing(WireQuery query) {
        settled();
    }

    private void settled() {
        inFlight--;
        if (reading) {
            return;
        }
        flush();
        expectWithin(listener.service().limits().idle().toNanos());
        if (ending) {
            end();
        } else if (unread != null || !context.channel().config().isAutoRead()) {
            pump();
            flush();
        }
    }

    // Length and message in one write, so that they leave in one segment (RFC 7766, section 8).
    private void write(byte[] octets, int length) {
        var buffer = context.alloc().directBuffer(PREFIX + length);
        buffer.writeShort(length).writeBytes(octets, 0, length);
        var _ = context.write(buffer, context.voidPromise());
        unflushed += length;
        if (unflushed > Connections.UNFLUSHED_OCTETS_MAX) {
            flush();
        }
    }

    private void flush() {
        unflushed = 0;
        context.flush();
        unsent();
    }

    // Looks at what the socket did not take.
    private void unsent() {
        kept.unsent(context.channel(), Connections.untaken(context.channel()));
    }

    @Override
    public void end() {
        ending = true;
        context.channel().config().setAutoRead(false);
        if (inFlight == 0) {
            Farewell.say(context.channel());
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        if (from.channel().isWritable()) {
            expectWithin(listener.service().limits().idle().toNanos());
            if (!reading) {
                pump();
                flush();
            }
            takeTurn();
        } else {
            expectWithin(listener.service().limits().write().toNanos());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE
                || event instanceof SslCloseCompletionEvent) {
            end();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        connections.closed(this);
        var input = unread;
        if (input != null) {
            forget(input);
        }
        undecrypted(0);
        unsent();
        ending = true;
        for (var rest = unfinished.poll(); rest != null; rest = unfinished.poll()) {
            rest.more().close();
        }
    }

    /// The connection broke; what its queries wait for ends without an addressee.
    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        var _ = from.close();
    }
}
