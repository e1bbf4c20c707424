package dev.onoma.server.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Puts the frames of HTTP/2 that leave together into records of TLS, each with the data of one
/// response at most: dnsperf sees only the last of several. For a handler of TLS that makes a
/// record of each write. Belongs to one event loop.
final class Records extends ChannelOutboundHandlerAdapter {
    // A header says the length of what follows, and the type (RFC 9113, section 4.1).
    private static final int FRAME_HEADER_OCTETS = 9;
    private static final int TYPE_AT = 3;
    private static final int DATA = 0;

    /// What is larger is not copied.
    private static final int PART_OCTETS_MAX = 2 << 10;

    private static final int OCTETS_MAX = 8 << 10;

    private final List<ChannelPromise> promises = new ArrayList<>();
    private @Nullable ByteBuf record;
    private boolean hasData;
    private int frameOctetsLeft;

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf part)) {
            leave(context);
            var _ = context.write(message, promise);
            return;
        }
        int octets = part.readableBytes();
        if (beginsData(part)) {
            if (hasData) {
                leave(context);
            }
            hasData = true;
        }
        if (octets > PART_OCTETS_MAX) {
            leave(context);
            var _ = context.write(part, promise);
            return;
        }
        var open = record;
        if (open != null && open.readableBytes() + octets > OCTETS_MAX) {
            leave(context);
            open = null;
        }
        if (open == null) {
            open = context.alloc().directBuffer(Math.max(octets, FRAME_HEADER_OCTETS));
            record = open;
        }
        open.writeBytes(part);
        part.release();
        if (!promise.isVoid()) {
            promises.add(promise);
        }
    }

    // Netty writes a frame in one or several parts, and never two in one.
    private boolean beginsData(ByteBuf part) {
        boolean begins = frameOctetsLeft <= 0 && part.readableBytes() >= FRAME_HEADER_OCTETS;
        int at = part.readerIndex();
        if (begins) {
            frameOctetsLeft = FRAME_HEADER_OCTETS + part.getUnsignedMedium(at);
        }
        frameOctetsLeft -= part.readableBytes();
        return begins && part.getByte(at + TYPE_AT) == DATA;
    }

    private void leave(ChannelHandlerContext context) {
        var whole = record;
        record = null;
        hasData = false;
        if (whole == null) {
            return;
        }
        var parts = List.copyOf(promises);
        promises.clear();
        context.write(whole)
                .addListener(written -> {
                    for (var part : parts) {
                        if (written.isSuccess()) {
                            part.trySuccess();
                        } else {
                            part.tryFailure(written.cause());
                        }
                    }
                });
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        leave(context);
        context.flush();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        var rest = record;
        record = null;
        if (rest != null) {
            rest.release();
        }
        promises.forEach(promise -> promise.tryFailure(new ClosedChannelException()));
        promises.clear();
    }
}
