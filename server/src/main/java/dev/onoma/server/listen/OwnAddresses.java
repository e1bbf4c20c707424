package dev.onoma.server.listen;

import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// The addresses of this machine that a wildcard socket has been asked at.
///
/// A response must leave from the address that was asked (RFC 2181, section 4.1); a wildcard socket
/// lets the kernel choose. So each address gets a socket of its own when the first datagram for it
/// arrives: that datagram is answered there, and the kernel delivers all later ones to it at once.
/// Belongs to one event loop; the other loops are told, so that each has its share of the address.
final class OwnAddresses {
    private final Map<InetAddress, ChannelFuture> bound = new HashMap<>();
    private final Function<InetSocketAddress, ChannelFuture> bind;
    private final BiConsumer<OwnAddresses, InetSocketAddress> tellOthers;
    private final Limits limits;

    /// @param bind begins to open the socket of an address on this loop
    /// @param tellOthers makes the other loops call [#add]
    /// @param limits say how many addresses there are; others are answered from the wildcard socket
    OwnAddresses(
            Function<InetSocketAddress, ChannelFuture> bind,
            BiConsumer<OwnAddresses, InetSocketAddress> tellOthers,
            Limits limits) {
        this.bind = bind;
        this.tellOthers = tellOthers;
        this.limits = limits;
    }

    /// Hands a datagram to the socket of the address that it was sent to.
    ///
    /// @param port of the wildcard socket: datagrams come before those who opened it know its port
    /// @return false if the wildcard socket is to answer it
    boolean takes(DatagramPacket packet, int port) {
        InetSocketAddress recipient = packet.recipient();
        var address = recipient == null ? null : recipient.getAddress();
        if (address == null || address.isAnyLocalAddress() || address.isMulticastAddress()) {
            return false;
        }
        var socket = bound.get(address);
        if (socket == null) {
            if (bound.size() >= limits.ownAddressesMax()) {
                limits.reached("addresses");
                return false;
            }
            var own = new InetSocketAddress(address, port);
            socket = add(own);
            tellOthers.accept(this, own);
        }
        if (socket.isDone()) {
            return socket.isSuccess() && handOver(socket, packet);
        }
        socket.addListener((ChannelFuture done) -> late(done, packet));
        return true;
    }

    private static boolean handOver(ChannelFuture socket, DatagramPacket packet) {
        if (!socket.channel().isActive()) {
            return false;
        }
        socket.channel().pipeline().fireChannelRead(packet).fireChannelReadComplete();
        return true;
    }

    // The client asks again if the socket could not be opened; then the wildcard socket answers.
    private static void late(ChannelFuture socket, DatagramPacket packet) {
        if (!socket.isSuccess() || !handOver(socket, packet)) {
            packet.release();
        }
    }

    /// Opens a socket for an address, if there is none.
    ChannelFuture add(InetSocketAddress address) {
        return bound.computeIfAbsent(address.getAddress(), _ -> bind.apply(address));
    }
}
