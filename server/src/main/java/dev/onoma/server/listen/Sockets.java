package dev.onoma.server.listen;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/// Which sockets this machine has: native epoll with many datagrams per system call and
/// SO_REUSEPORT, or NIO with one channel for all.
public final class Sockets {
    /// The largest query in a datagram that is read whole, in octets.
    public static final int UDP_QUERY_OCTETS_MAX = 4096;

    /// The most datagrams that one system call receives.
    static final int BATCH = 32;

    private static final int READ_OCTETS_MIN = 512;
    private static final int READ_OCTETS_FIRST = 2048;
    private static final int SOCKET_BUFFER_OCTETS = 4 << 20;

    private final boolean epoll;
    // One arena for all loops: their buffers live for microseconds. Chunks of 1 MiB.
    private final ByteBufAllocator allocator =
            new PooledByteBufAllocator(true, 0, 1, 8192, 7, 64, 32, true, 0);

    /// @param epoll false to do without, for tests of the fall-back
    public Sockets(boolean epoll) {
        this.epoll = epoll && Epoll.isAvailable();
    }

    /// Whether each event loop can have its own channel on one port.
    public boolean isReusePort() {
        return epoll;
    }

    /// Where the buffers of all channels come from.
    public ByteBufAllocator allocator() {
        return allocator;
    }

    /// @param name of what its loops have, for the names of their threads
    EventLoopGroup group(String name, int threads) {
        return new MultiThreadIoEventLoopGroup(
                threads,
                new DefaultThreadFactory("onoma-" + name),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /// @param wildcard whether datagrams say which address they were sent to
    Bootstrap datagrams(boolean wildcard) {
        var bootstrap =
                new Bootstrap()
                        .channel(epoll ? EpollDatagramChannel.class : NioDatagramChannel.class)
                        .option(ChannelOption.ALLOCATOR, allocator)
                        .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_OCTETS);
        if (epoll) {
            bootstrap
                    .option(EpollChannelOption.SO_REUSEPORT, true)
                    .option(EpollChannelOption.IP_RECVORIGDSTADDR, wildcard)
                    .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, UDP_QUERY_OCTETS_MAX)
                    .option(
                            ChannelOption.RECVBUF_ALLOCATOR,
                            new FixedRecvByteBufAllocator(BATCH * UDP_QUERY_OCTETS_MAX));
        } else {
            bootstrap.option(
                    ChannelOption.RECVBUF_ALLOCATOR,
                    new FixedRecvByteBufAllocator(UDP_QUERY_OCTETS_MAX));
        }
        return bootstrap;
    }

    /// @param turnOctets are read of one connection at most before it is somebody else's turn:
    ///   Netty would take 1 MiB, which is thousands of requests that all other connections wait for
    ServerBootstrap connections(int turnOctets) {
        var bootstrap =
                new ServerBootstrap()
                        .channel(
                                epoll
                                        ? EpollServerSocketChannel.class
                                        : NioServerSocketChannel.class)
                        .option(ChannelOption.ALLOCATOR, allocator)
                        .option(ChannelOption.SO_BACKLOG, 1024)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.ALLOCATOR, allocator)
                        .childOption(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new AdaptiveRecvByteBufAllocator(
                                                READ_OCTETS_MIN,
                                                Math.min(READ_OCTETS_FIRST, turnOctets),
                                                turnOctets)
                                        .maxMessagesPerRead(1))
                        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .childOption(ChannelOption.TCP_NODELAY, true);
        if (epoll) {
            bootstrap.option(EpollChannelOption.SO_REUSEPORT, true);
        }
        return bootstrap;
    }
}
