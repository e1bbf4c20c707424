package dev.onoma.quic;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.quic.QuicConnectionIdGenerator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The QUIC of a socket under the [Terms] of one configuration: this, and Netty's codec behind it.
///
/// The newest stands in front and takes the connections that begin; packets for those of an older
/// one pass its codec by. What tells them apart is a mark in the identifiers of connections
/// ([Marking]). An older one leaves with its last connection. Belongs to one event loop.
final class Generation extends ChannelInboundHandlerAdapter {
    // Behind the two octets that say which socket it is (Netty's QuicCodecDispatcher).
    private static final int MARK_AT = 2;
    // RFC 9000, section 17.2: a long header says how long the identifier is, before it.
    private static final int LONG_HEADER = 0x80;
    private static final int LENGTH_AT = 5;

    // So much that comes to the socket, and so much for each connection, goes by before somebody
    // looks at what the library may keep of it.
    private static final int UNSEEN_OCTETS = 64 << 10;
    private static final int UNSEEN_OCTETS_EACH = 1 << 10;

    private final Terms terms;
    private final int idOctets;
    private final short mark;
    private final Set<Connection> connections = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable Generation older;
    private ChannelHandlerContext context;
    private ChannelHandler codec;
    private int unseenOctets;
    private boolean isOutdated;
    private boolean isLeaving;

    /// @param idOctets the length of identifiers of connections
    /// @param older whose connections go on
    @SuppressWarnings("NullAway.Init") // Context and codec are there before the first packet.
    Generation(Terms terms, int idOctets, @Nullable Generation older) {
        this.terms = terms;
        this.idOctets = idOctets;
        this.older = older;
        mark = (short) (older == null ? 0 : older.mark + 1);
    }

    Terms terms() {
        return terms;
    }

    /// The length of identifiers of connections.
    int idOctets() {
        return idOctets;
    }

    /// Says which codec stands behind this.
    void codec(ChannelHandler added) {
        codec = added;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /// A connection begins.
    void began(Connection connection) {
        connections.add(connection);
    }

    /// One that began is gone.
    void ended(Connection connection) {
        connections.remove(connection);
        leaveIfDone();
    }

    /// A newer one has what begins from now on.
    void outdated() {
        isOutdated = true;
        leaveIfDone();
    }

    /// Asks the clients of those before the last `count` to connect anew.
    ///
    /// @return whether there are such
    boolean keepOlder(int count) {
        var before = older();
        if (before == null) {
            return false;
        }
        boolean isAny = before.keepOlder(count - 1);
        if (count > 0) {
            return isAny;
        }
        new ArrayList<>(before.connections).forEach(Connection::end);
        return true;
    }

    private boolean isGone() {
        return isOutdated && connections.isEmpty();
    }

    // Not at once: the codec may be in the middle of a packet of the last one.
    private void leaveIfDone() {
        if (isGone() && !isLeaving) {
            isLeaving = true;
            context.executor().execute(this::leave);
        }
    }

    private void leave() {
        if (!context.isRemoved()) {
            context.pipeline().remove(codec);
            context.pipeline().remove(this);
        }
    }

    private @Nullable Generation older() {
        while (older != null && older.isGone()) {
            older = older.older;
        }
        return older;
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        var before = older();
        boolean isForOlder =
                message instanceof DatagramPacket packet
                        && before != null
                        && before.has(packet.content());
        if (isForOlder) {
            behind(from).fireChannelRead(message);
            return;
        }
        int octets = message instanceof DatagramPacket mine ? mine.content().readableBytes() : 0;
        from.fireChannelRead(message);
        saw(octets);
    }

    // Sweeps come too rarely for who sends as fast as there is room on the way.
    private void saw(int octets) {
        unseenOctets += octets;
        if (unseenOctets > Math.max(UNSEEN_OCTETS, connections.size() * UNSEEN_OCTETS_EACH)) {
            unseenOctets = 0;
            new ArrayList<>(connections).forEach(Connection::lookAtPieces);
        }
    }

    // Codecs keep this for themselves, so older ones have to be told.
    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        from.fireChannelReadComplete();
        if (older() != null) {
            behind(from).fireChannelReadComplete();
        }
    }

    // What stands behind the codec is the next older one.
    private ChannelHandlerContext behind(ChannelHandlerContext from) {
        return from.pipeline().context(codec);
    }

    // Whether a packet has the mark of this or of one before it. The first packet of a connection
    // has an identifier that its client has made up; one in 65,536 has the mark by chance, and is
    // served under the terms before.
    private boolean has(ByteBuf packet) {
        int at = packet.readerIndex();
        boolean isLong = packet.isReadable() && (packet.getByte(at) & LONG_HEADER) != 0;
        int id = at + 1 + (isLong ? LENGTH_AT : 0);
        if (packet.writerIndex() < id + idOctets
                || isLong && packet.getUnsignedByte(id - 1) != idOctets) {
            return false;
        }
        return isMarked(packet.getShort(id + MARK_AT));
    }

    private boolean isMarked(short found) {
        var before = older();
        return found == mark || before != null && before.isMarked(found);
    }

    /// Marks the identifiers that another makes.
    QuicConnectionIdGenerator marking(QuicConnectionIdGenerator identifiers) {
        return new Marking(identifiers);
    }

    private final class Marking implements QuicConnectionIdGenerator {
        private final QuicConnectionIdGenerator identifiers;

        Marking(QuicConnectionIdGenerator identifiers) {
            this.identifiers = identifiers;
        }

        private ByteBuffer marked(ByteBuffer id) {
            var octets = new byte[id.remaining()];
            id.get(octets);
            return ByteBuffer.wrap(octets).putShort(MARK_AT, mark);
        }

        @Override
        public ByteBuffer newId(int length) {
            return marked(identifiers.newId(length));
        }

        @Override
        public ByteBuffer newId(ByteBuffer input, int length) {
            return marked(identifiers.newId(input, length));
        }

        @Override
        public ByteBuffer newId(ByteBuffer source, ByteBuffer destination, int length) {
            return marked(identifiers.newId(source, destination, length));
        }

        @Override
        public int maxConnectionIdLength() {
            return identifiers.maxConnectionIdLength();
        }

        @Override
        public boolean isIdempotent() {
            return identifiers.isIdempotent();
        }
    }
}
