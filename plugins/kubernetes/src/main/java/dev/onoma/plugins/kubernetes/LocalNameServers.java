package dev.onoma.plugins.kubernetes;

import dev.onoma.api.BindAddresses;
import dev.onoma.api.ServerBlock;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/// The addresses under which this server can be asked: those of `bind`, else those of all network
/// interfaces that are not loopback. Read at the start.
final class LocalNameServers {
    private volatile List<Address> addresses = List.of();

    List<Address> addresses() {
        return addresses;
    }

    void read(ServerBlock block) throws SocketException {
        var bound =
                block.setting(BindAddresses.class)
                        .map(BindAddresses::addresses)
                        .filter(list -> list.stream().noneMatch(InetAddress::isAnyLocalAddress));
        addresses =
                (bound.isPresent() ? bound.get() : ofInterfaces())
                        .stream()
                                .filter(address -> !address.isLoopbackAddress())
                                .map(address -> Address.of(address.getAddress()))
                                .distinct()
                                .toList();
    }

    private static List<InetAddress> ofInterfaces() throws SocketException {
        var all = new ArrayList<InetAddress>();
        NetworkInterface.networkInterfaces().forEach(one -> one.inetAddresses().forEach(all::add));
        return all;
    }
}
