package dev.onoma.server.listen;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;

/// Who talks with whom: the two ends of a connection or of a datagram, as a PROXY header says, else
/// as the socket does.
record Ends(InetSocketAddress client, InetSocketAddress local) {
    private static final AttributeKey<Ends> KEY = AttributeKey.valueOf("onoma.ends");

    /// Of an open connection.
    static Ends of(Channel channel) {
        var said = channel.hasAttr(KEY) ? channel.attr(KEY).get() : null;
        return said != null
                ? said
                : new Ends(
                        (InetSocketAddress) channel.remoteAddress(),
                        (InetSocketAddress) channel.localAddress());
    }

    /// Says that these are the ends of a connection.
    void say(Channel channel) {
        channel.attr(KEY).set(this);
    }
}
