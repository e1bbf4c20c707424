package dev.onoma.plugins.quic;

import dev.onoma.api.RequestLimit;
import dev.onoma.api.RequestLimits;
import dev.onoma.api.Transport;
import dev.onoma.quic.Connection;
import dev.onoma.quic.Dialect;
import io.netty.handler.codec.quic.QuicStreamChannel;

/// DNS over QUIC, as a dialect of it.
///
/// @param streamsMax of a connection
/// @param connectionsMax of the listener, 0 for no limit
/// @param requests what they may bring
record Doq(int streamsMax, int connectionsMax, RequestLimits requests) implements Dialect {
    /// The codes of RFC 9250, section 8.4.
    static final int NO_ERROR = 0;

    static final int INTERNAL_ERROR = 1;
    static final int PROTOCOL_ERROR = 2;
    static final int REQUEST_CANCELLED = 3;
    static final int EXCESSIVE_LOAD = 4;

    @Override
    public Transport transport() {
        return Transport.QUIC;
    }

    @Override
    public String protocol() {
        return "doq";
    }

    @Override
    public int windowOctets() {
        return requests.get(RequestLimit.MAX_WINDOW_OCTETS);
    }

    @Override
    public void opened(Connection connection, QuicStreamChannel stream) {
        stream.pipeline().addLast(new DoqStream(connection, stream));
    }

    @Override
    public int noError() {
        return NO_ERROR;
    }

    @Override
    public int overload() {
        return EXCESSIVE_LOAD;
    }

    @Override
    public int cancelled() {
        return REQUEST_CANCELLED;
    }
}
