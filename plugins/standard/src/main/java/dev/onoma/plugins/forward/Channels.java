package dev.onoma.plugins.forward;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.Inet4Address;
import java.net.InetAddress;

/// Makes channels of the kind that an event loop can drive.
final class Channels {
    /// A datagram that is larger is not what we asked for; it comes cut, and is asked for over TCP.
    static final int DATAGRAM_OCTETS_MAX = 2048;

    /// How many datagrams come with one system call.
    private static final int DATAGRAMS_PER_READ = 8;

    private Channels() {}

    private static boolean isEpoll(EventLoop loop) {
        return loop instanceof IoEventLoop io && io.isCompatible(EpollIoHandle.class);
    }

    static Channel datagram(EventLoop loop, InetAddress remote) {
        var family =
                remote instanceof Inet4Address
                        ? SocketProtocolFamily.INET
                        : SocketProtocolFamily.INET6;
        if (isEpoll(loop)) {
            var channel = new EpollDatagramChannel(family);
            channel.config()
                    .setOption(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DATAGRAM_OCTETS_MAX);
            channel.config()
                    .setRecvByteBufAllocator(
                            new FixedRecvByteBufAllocator(
                                    DATAGRAM_OCTETS_MAX * DATAGRAMS_PER_READ));
            return channel;
        }
        var channel = new NioDatagramChannel(family);
        channel.config()
                .setRecvByteBufAllocator(new FixedRecvByteBufAllocator(DATAGRAM_OCTETS_MAX));
        return channel;
    }

    static Channel stream(EventLoop loop, int connectMillis) {
        Channel channel = isEpoll(loop) ? new EpollSocketChannel() : new NioSocketChannel();
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        channel.config().setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis);
        return channel;
    }

    /// A loop of our own, for queries that belong to none.
    static MultiThreadIoEventLoopGroup group() {
        return new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory("forward", true),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }
}
