package dev.onoma.plugins.bind;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The network interfaces with their addresses, as they are now.
interface Interfaces {
    /// Those that this machine has.
    Interfaces OF_THIS_MACHINE = Interfaces::ofThisMachine;

    /// By name.
    Map<String, List<InetAddress>> all();

    /// The addresses of an interface; IPv6 link-local ones with their zone. None if there is no
    /// such interface.
    default List<InetAddress> addresses(String name) {
        return all().getOrDefault(name, List.of());
    }

    /// The names of interfaces that have an address, sorted.
    default List<String> names() {
        return List.copyOf(new TreeMap<>(all()).keySet());
    }

    private static Map<String, List<InetAddress>> ofThisMachine() {
        var all = new LinkedHashMap<String, List<InetAddress>>();
        try {
            NetworkInterface.networkInterfaces()
                    .flatMap(i -> Stream.concat(Stream.of(i), i.subInterfaces()))
                    .forEach(i -> {
                        var addresses = i.inetAddresses().toList();
                        if (!addresses.isEmpty()) {
                            all.put(i.getName(), addresses);
                        }
                    });
        } catch (SocketException _) {
            // A machine that does not tell has addresses only.
        }
        return all;
    }
}
