package dev.onoma.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OwnAddressesTest {
    private static final int PORT = 1053;

    private final LoggedLimits limits = new LoggedLimits();
    private final EmbeddedChannel socket = new EmbeddedChannel();
    private final List<InetSocketAddress> opened = new ArrayList<>();
    private final List<InetSocketAddress> told = new ArrayList<>();
    private final OwnAddresses addresses =
            new OwnAddresses(this::open, (_, address) -> told.add(address), limits.limits());

    private ChannelFuture open(InetSocketAddress address) {
        opened.add(address);
        return socket.newSucceededFuture();
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private static DatagramPacket sentTo(String address) {
        return new DatagramPacket(Unpooled.buffer(), at(address, 0), at("198.51.100.1", 40_000));
    }

    @Test
    void aSocketIsOpenedOnceForAnAddressAtThePortOfTheWildcardSocket() {
        for (int i = 0; i < 3; i++) {
            var packet = sentTo("192.0.2.1");
            assertThat(addresses.takes(packet, PORT)).isTrue();
            assertThat(socket.<DatagramPacket>readInbound()).isSameAs(packet);
            packet.release();
        }
        assertThat(opened).containsExactly(at("192.0.2.1", PORT));
        assertThat(told).containsExactly(at("192.0.2.1", PORT));
    }

    @Test
    void multicastAndUnknownAddressesAreTheWildcardSockets() {
        for (var address : List.of("224.0.0.251", "0.0.0.0")) {
            var packet = sentTo(address);
            assertThat(addresses.takes(packet, PORT)).as(address).isFalse();
            packet.release();
        }
        assertThat(opened).isEmpty();
    }

    @Test
    void thereIsALimit() {
        for (int i = 0; i < 256; i++) {
            var _ = addresses.add(at("192.0.2." + i % 256, PORT + i));
            var _ = addresses.add(at("198.51.100." + i % 256, PORT));
        }
        int before = opened.size();
        var packet = sentTo("203.0.113.1");
        assertThat(addresses.takes(packet, PORT)).isFalse();
        packet.release();
        assertThat(opened).hasSize(before);
        assertThat(limits.reached("addresses")).isEqualTo(1);
    }
}
