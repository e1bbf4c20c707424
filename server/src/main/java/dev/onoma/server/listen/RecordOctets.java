package dev.onoma.server.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.util.function.IntPredicate;

/// Knows how much is kept in front of TLS because a record is not complete (RFC 8446, section 5.1),
/// and what TLS may keep itself while it shakes hands: messages of a handshake may have many
/// records, and one that is not complete is kept whole (section 5.1, too). Of what passes it reads
/// the headers of records alone.
final class RecordOctets extends ChannelInboundHandlerAdapter {
    private static final int HEADER_OCTETS = 5;
    private static final int LENGTH_AT = 3;

    private final Owner owner;
    private final Future<?> handshake;
    private final IntPredicate fits;
    private int headerOctets;
    private int length;
    private int kept;
    private int ofHandshake;
    private int records;
    private int told;

    /// The connection behind TLS.
    interface Owner extends ChannelHandler {
        /// Says how much of what its client has sent waits in front of TLS.
        ///
        /// @param octets which are too many if the connection is not active afterwards
        void undecrypted(int octets);

        /// How many answers are to come to queries that are complete.
        int answersToCome();

        /// How long the shortest query is, or what a query may end with in a record of its own.
        int queryOctetsMin();
    }

    /// @param handshake of TLS behind this
    /// @param fits whether that may come in so many records: each is work, however little it brings
    RecordOctets(Owner owner, Future<?> handshake, IntPredicate fits) {
        this.owner = owner;
        this.handshake = handshake;
        this.fits = fits;
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        var input = (ByteBuf) message;
        boolean isEnd = pass(input);
        // What TLS keeps of it is the whole buffer, which may be larger than what has come; what
        // was kept before goes with the record that it was of.
        boolean isNew = kept == 0 || isEnd;
        kept = isWhole() ? 0 : isNew ? input.capacity() : kept + input.readableBytes();
        ofHandshake += handshake.isDone() ? 0 : input.readableBytes();
        tell();
        if (!handshake.isDone() && !fits.test(records)) {
            Connections.cutOff(from.channel());
        }
        if (!from.channel().isActive()) {
            input.release();
            return;
        }
        from.fireChannelRead(input);
        if (from.channel().isActive()) {
            tell();
        }
    }

    private void tell() {
        int octets = kept + (handshake.isDone() ? 0 : ofHandshake);
        if (octets != told) {
            told = octets;
            owner.undecrypted(octets);
        }
    }

    private boolean isWhole() {
        return headerOctets == 0;
    }

    // Whether a record has ended.
    private boolean pass(ByteBuf input) {
        boolean isEnd = false;
        int at = input.readerIndex();
        int end = input.writerIndex();
        while (at < end) {
            if (headerOctets < HEADER_OCTETS) {
                if (headerOctets >= LENGTH_AT) {
                    length = length << Byte.SIZE | input.getUnsignedByte(at);
                }
                headerOctets++;
                at++;
            } else {
                int passing = Math.min(length, end - at);
                length -= passing;
                at += passing;
            }
            if (headerOctets == HEADER_OCTETS && length == 0) {
                headerOctets = 0;
                isEnd = true;
                records++;
            }
        }
        return isEnd;
    }
}
