package dev.onoma.quic;

import dev.onoma.api.Transport;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;

/// What is spoken over the connections of a listener. Stateless; any thread.
public interface Dialect {
    /// What queries that come this way are called.
    Transport transport();

    /// The name for ALPN (RFC 7301).
    String protocol();

    /// How many streams a client may have open at a time.
    int streamsMax();

    /// How many connections the listener has at a time; 0 for no limit.
    int connectionsMax();

    /// How many octets of a connection may be on their way before the server has read them.
    int windowOctets();

    /// How many streams of one direction a client may open, for what the protocol says beside
    /// queries.
    default int controlStreamsMax() {
        return 0;
    }

    /// Adds what the protocol needs behind a connection.
    default void prepare(ChannelPipeline pipeline) {}

    /// A client has opened a stream.
    default void opened(Connection connection, QuicStreamChannel stream) {}

    /// Tells a client that no more of its streams are taken; those that there are get their
    /// answers.
    ///
    /// @param nextStream the first that is not taken
    default void goodbye(QuicChannel channel, long nextStream) {}

    /// The code for an end without trouble.
    int noError();

    /// The code for a client that wants more than it may have.
    int overload();

    /// The code for a query that takes longer to come than it may.
    int cancelled();
}
