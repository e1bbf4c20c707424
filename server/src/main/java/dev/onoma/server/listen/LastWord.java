package dev.onoma.server.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/// Lets a client that says nothing more hear its answers: close_notify is about what its sender
/// says, not about what it hears (RFC 8446, section 6.1).
///
/// Netty's TLS would say the same at once and nothing afterwards. So a record that may be
/// close_notify waits here, in front of TLS, while there are answers to come, or until another
/// follows. In TLS 1.2 an alert is seen to be one. In TLS 1.3 it may be any record in which no
/// query fits; the JDK pads its alerts, so that over HTTP they are not taken for one.
final class LastWord extends ChannelDuplexHandler {
    private static final int HEADER_OCTETS = 5;
    private static final int ALERT = 21;
    private static final int ENCRYPTED = 23;
    private static final int VERSION = 0x0303;
    private static final int ALERT_OCTETS = 2;
    // In TLS 1.3 the type of what is encrypted, and a tag; in TLS 1.2 a tag, of AES with a number.
    private static final int TYPE_AND_TAG_OCTETS = 1 + 16;
    private static final int[] OLD_ALERT_OCTETS = {ALERT_OCTETS + 16, ALERT_OCTETS + 8 + 16};

    private final RecordOctets.Owner owner;
    private @Nullable ByteBuf held;

    LastWord(RecordOctets.Owner owner) {
        this.owner = owner;
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        var input = (ByteBuf) message;
        goOn(from);
        // What was read with it may be queries that nobody has seen yet.
        int octets = octets(input);
        if (octets > 0) {
            int at = input.writerIndex() - octets;
            held = from.alloc().buffer(octets).writeBytes(input, at, octets);
            input.writerIndex(at);
        }
        from.fireChannelRead(input);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        // With this the answers leave that are there.
        from.fireChannelReadComplete();
        goOnIfDone(from);
    }

    // Of a last record that may be close_notify; 0 if it is none.
    private int octets(ByteBuf input) {
        for (int length : OLD_ALERT_OCTETS) {
            if (endsWith(input, ALERT, length)) {
                return HEADER_OCTETS + length;
            }
        }
        for (int content = ALERT_OCTETS; content < owner.queryOctetsMin(); content++) {
            if (endsWith(input, ENCRYPTED, content + TYPE_AND_TAG_OCTETS)) {
                return HEADER_OCTETS + content + TYPE_AND_TAG_OCTETS;
            }
        }
        return 0;
    }

    private static boolean endsWith(ByteBuf input, int type, int length) {
        int at = input.writerIndex() - length - HEADER_OCTETS;
        return at >= input.readerIndex()
                && input.getByte(at) == type
                && input.getShort(at + 1) == VERSION
                && input.getShort(at + 3) == length;
    }

    private void goOn(ChannelHandlerContext from) {
        var record = held;
        held = null;
        if (record != null) {
            from.fireChannelRead(record);
        }
    }

    /// That may have been the last answer.
    @Override
    public void flush(ChannelHandlerContext from) {
        from.flush();
        if (held != null) {
            from.executor().execute(() -> goOnIfDone(from));
        }
    }

    private void goOnIfDone(ChannelHandlerContext from) {
        if (held != null && owner.answersToCome() == 0) {
            goOn(from);
            from.fireChannelReadComplete();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext from) {
        var record = held;
        held = null;
        if (record != null) {
            record.release();
        }
    }
}
