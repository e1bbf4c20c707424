package dev.onoma.quic;

import dev.onoma.api.Entrance;
import io.netty.channel.Channel;
import io.netty.handler.codec.quic.QuicConnectionIdGenerator;
import org.jspecify.annotations.Nullable;

/// One of the sockets of a [QuicListener]. What a client may do is said when its connection begins,
/// and is fixed in Netty's codec; so other terms get a codec of their own, and connections keep
/// theirs as long as they last ([Generation]). Belongs to one event loop.
final class QuicSocket {
    // How many terms hold beside the present ones, where reloads come faster than connections end:
    // clients of those before are asked to connect anew.
    private static final int OLDER_TERMS_MAX =
            Math.max(0, Integer.getInteger("onoma.quic.older.max", 8));

    private final QuicListener listener;
    private final Channel channel;
    private final Entrance entrance;
    private final int idOctets;
    private final QuicConnectionIdGenerator identifiers;
    private final RetryTokens tokens;
    private @Nullable Generation newest;

    /// @param idOctets the length of identifiers of connections
    /// @param identifiers makes those by which packets find this socket
    QuicSocket(
            QuicListener listener,
            Channel channel,
            Entrance entrance,
            int idOctets,
            QuicConnectionIdGenerator identifiers) {
        this.listener = listener;
        this.channel = channel;
        this.entrance = entrance;
        this.idOctets = idOctets;
        this.identifiers = identifiers;
        tokens = new RetryTokens(() -> listener.isCrowded(entrance), System::nanoTime);
    }

    /// Serves connections that begin from now on under these terms.
    void serve(Terms terms) {
        var last = newest;
        var next = new Generation(terms, idOctets, last);
        var codec =
                listener.codec(entrance, next)
                        .tokenHandler(tokens)
                        .localConnectionIdLength(idOctets)
                        .connectionIdAddressGenerator(next.marking(identifiers))
                        .build();
        next.codec(codec);
        newest = next;
        var pipeline = channel.pipeline();
        if (last == null) {
            pipeline.addLast(next, codec);
            return;
        }
        var name = pipeline.context(last).name();
        pipeline.addBefore(name, null, next).addBefore(name, null, codec);
        last.outdated();
        if (next.keepOlder(OLDER_TERMS_MAX)) {
            entrance.reached("quic_terms");
        }
    }

    /// The same, from any thread.
    void serveSoon(Terms terms) {
        channel.eventLoop()
                .execute(() -> {
                    if (channel.isActive()) {
                        serve(terms);
                    }
                });
    }

    void close() {
        channel.close().awaitUninterruptibly();
    }
}
