package dev.onoma.plugins.quic;

import dev.onoma.quic.Connection;
import dev.onoma.quic.Exchange;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.handler.codec.quic.QuicStreamChannel;

/// A stream: its length, a query, then the same of the response, or of each message of a zone
/// transfer (RFC 9250, section 4.2).
///
/// The query is asked as soon as it is there, whether or not the client says that nothing follows.
/// What no client may send ends the connection with DOQ_PROTOCOL_ERROR (section 4.3.3).
final class DoqStream extends ChannelInboundHandlerAdapter implements Exchange.Answer {
    private static final int PREFIX_OCTETS = 2;
    private static final int HEADER_OCTETS = 12;

    private final Connection connection;
    private final QuicStreamChannel stream;
    private final Exchange exchange;
    private int prefixOctets;
    private int length;
    private boolean isAsked;
    private boolean isCounted;

    DoqStream(Connection connection, QuicStreamChannel stream) {
        this.connection = connection;
        this.stream = stream;
        exchange = connection.begin(stream, this);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (connection.isEnding()) {
            exchange.cancel(Doq.NO_ERROR);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var data = (ByteBuf) message;
        try {
            read(data);
        } finally {
            data.release();
        }
    }

    private void read(ByteBuf data) {
        while (prefixOctets < PREFIX_OCTETS && data.isReadable()) {
            length = length << Byte.SIZE | data.readUnsignedByte();
            prefixOctets++;
        }
        if (prefixOctets == PREFIX_OCTETS && length < HEADER_OCTETS) {
            broken("a message that is too short");
            return;
        }
        int wanted = length - exchange.octets();
        if (data.readableBytes() > wanted && prefixOctets == PREFIX_OCTETS) {
            broken("more than one query on a stream");
            return;
        }
        int octets = data.readableBytes();
        if (octets == 0 || !exchange.received(octets)) {
            return;
        }
        exchange.add(data, octets);
        if (exchange.octets() == length) {
            ask();
        }
    }

    private void ask() {
        isAsked = true;
        var message = exchange.message();
        if ((message[0] | message[1]) != 0) {
            broken("an ID that is not 0");
        } else if (Keepalive.isIn(message, length)) {
            broken("edns-tcp-keepalive");
        } else if (!exchange.ask()) {
            broken("a message that is no query");
        }
    }

    private void broken(String reason) {
        isAsked = true;
        connection.count("0x2");
        connection.close(Doq.PROTOCOL_ERROR, reason);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        boolean isEnd =
                event == ChannelInputShutdownEvent.INSTANCE
                        || event == ChannelInputShutdownReadComplete.INSTANCE;
        if (isEnd && !isAsked) {
            broken("the end of a stream before that of its query");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // The client has given the stream up.
        isAsked = true;
        exchange.cancel(Doq.REQUEST_CANCELLED);
    }

    @Override
    public void answered(byte[] message, int octets) {
        if (!isCounted) {
            isCounted = true;
            connection.count("0x0");
        }
        var data = stream.alloc().directBuffer(PREFIX_OCTETS + octets);
        data.writeShort(octets).writeBytes(message, 0, octets);
        exchange.sent(stream.writeAndFlush(data));
    }

    @Override
    public void dropped() {
        connection.count("0x1");
        exchange.cancel(Doq.INTERNAL_ERROR);
    }
}
