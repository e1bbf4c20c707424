package dev.onoma.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What one connection may do before another has its turn.
final class SocketsTest {
    private static final int TURN_OCTETS = 4096;
    private static final int OCTETS = 16 * TURN_OCTETS;
    private static final int PATIENCE_SECONDS = 20;

    private final List<Turn> turns = new ArrayList<>();
    private final CountDownLatch accepted = new CountDownLatch(2);
    private final CountDownLatch read = new CountDownLatch(2);

    /// What was read of a connection until Netty said that it is enough.
    private record Turn(Channel of, int octets) {}

    /// Belongs to one connection.
    private final class Reader extends ChannelInboundHandlerAdapter {
        private int octets;
        private int all;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            accepted.countDown();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var input = (ByteBuf) message;
            octets += input.readableBytes();
            input.release();
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            turns.add(new Turn(context.channel(), octets));
            all += octets;
            octets = 0;
            if (all == OCTETS) {
                read.countDown();
            }
        }
    }

    @ParameterizedTest(name = "epoll: {0}")
    @ValueSource(booleans = {true, false})
    void whoSendsMuchTakesTurnsWithOthers(boolean epoll) throws Exception {
        var sockets = new Sockets(epoll);
        var group = sockets.group("test", 1);
        try {
            int port = listen(sockets, group);
            try (var one = connect(port);
                    var other = connect(port)) {
                assertThat(accepted.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
                sendWhileTheLoopIsBusy(group, one, other);
                assertThat(read.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            group.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS).sync();
        }
        assertThat(turns.stream().mapToInt(Turn::octets).sum()).isEqualTo(2 * OCTETS);
        assertThat(turns).allMatch(turn -> turn.octets() <= TURN_OCTETS);
        var first = turns.getFirst().of();
        assertThat(turns.stream().limit(10).filter(turn -> turn.of() == first)).hasSize(5);
    }

    private int listen(Sockets sockets, EventLoopGroup group) throws InterruptedException {
        var listening =
                sockets.connections(TURN_OCTETS)
                        .group(group)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline().addLast(new Reader());
                                    }
                                })
                        .bind(InetAddress.getLoopbackAddress(), 0)
                        .sync()
                        .channel();
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    private static Socket connect(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private static void sendWhileTheLoopIsBusy(EventLoopGroup group, Socket one, Socket other)
            throws Exception {
        var sent = new CountDownLatch(1);
        var busy = new CountDownLatch(1);
        var task =
                group.submit(() -> {
                    busy.countDown();
                    sent.await();
                    return true;
                });
        busy.await();
        one.getOutputStream().write(new byte[OCTETS]);
        other.getOutputStream().write(new byte[OCTETS]);
        sent.countDown();
        task.sync();
    }
}
