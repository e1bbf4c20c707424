package dev.onoma.comparison;

import dev.onoma.api.Tls;
import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A server that is to be attacked, before it starts: its files, and a port for each door.
///
/// @param ports by door, as a [Victim] has them
record Scene(Path folder, Map<String, Integer> ports) {
    private static final int ADDRESSES = 3000;
    private static final int ZONE_NAMES = 40_000;
    private static final List<String> SCHEMES = List.of("tls", "https", "grpc", "quic", "https3");
    private static final List<String> PAGES = List.of("health", "ready", "pprof", "admin");

    /// Files in a folder, and ports that are free.
    static Scene in(Path folder) throws IOException {
        Authority.in(folder).issue("tls", "127.0.0.1");
        Files.writeString(
                folder.resolve("hosts.txt"),
                IntStream.range(0, ADDRESSES)
                        .mapToObj(i -> "10.1.%d.%d %s".formatted(i >> 8, i & 255, Victim.BIG_NAME))
                        .collect(
                                Collectors.joining("\n", "192.0.2.1 " + Victim.NAME + "\n", "\n")));
        Files.writeString(
                folder.resolve("zone.db"),
                IntStream.range(0, ZONE_NAMES)
                        .mapToObj(i -> "host-%d IN A 10.2.%d.%d".formatted(i, i >> 8, i & 255))
                        .collect(
                                Collectors.joining(
                                        "\n",
                                        """
                                        $ORIGIN %s.
                                        $TTL 3600
                                        @ IN SOA ns admin 1 7200 1800 86400 300
                                        @ IN NS ns
                                        ns IN A 10.0.0.53
                                        """
                                                .formatted(Victim.ZONE),
                                        "\n")));
        var ports = new HashMap<String, Integer>();
        for (var door : List.of("dns", "proxy", "metrics")) {
            ports.put(door, Ports.free());
        }
        for (var door : SCHEMES) {
            ports.put(door, Ports.free());
        }
        for (var door : PAGES) {
            ports.put(door, Ports.free());
        }
        return new Scene(folder, Map.copyOf(ports));
    }

    /// The Corefile of all doors.
    ///
    /// @param peer some of them only Onoma has
    /// @param timeouts the properties of that plugin, or nothing
    String corefile(Peer peer, String timeouts) {
        var doors =
                SCHEMES.stream()
                        .map(door -> "%s://.:%d".formatted(door, port(door)))
                        .collect(Collectors.joining(" "));
        var pages =
                PAGES.stream()
                        .filter(door -> peer == Peer.ONOMA || !door.equals("admin"))
                        .map(door -> "    %s 127.0.0.1:%d".formatted(door, port(door)))
                        .collect(Collectors.joining("\n"));
        var patience = timeouts.isEmpty() ? "" : "    timeouts {\n" + timeouts + "    }";
        return """
        dns://.:%d %s {
            bind 127.0.0.1
            tls tls.pem tls.key
        %s
        %s
            prometheus 127.0.0.1:%d
            hosts hosts.txt {
                fallthrough
            }
            file zone.db %s
            transfer %s {
                to *
            }
        }
        dns://.:%d {
            bind 127.0.0.1
            proxyproto {
                allow 127.0.0.0/8
            }
        %s
            hosts hosts.txt
        }
        """
                .formatted(
                        port("dns"),
                        doors,
                        pages,
                        patience,
                        port("metrics"),
                        Victim.ZONE,
                        Victim.ZONE,
                        port("proxy"),
                        patience);
    }

    int port(String door) {
        return java.util.Objects.requireNonNull(ports.get(door), door);
    }

    /// Who is attacked there.
    Victim victim() throws IOException {
        return new Victim(ports, Tls.trustingAnybody(Optional.empty()));
    }

    /// What the server says of itself at present: values of a metric, by the first of its labels.
    ///
    /// @param metric of which nothing is found if nobody is there
    Map<String, Double> values(String metric) {
        var values = new TreeMap<String, Double>();
        var from = URI.create("http://127.0.0.1:" + port("metrics") + "/metrics");
        try (var in = from.toURL().openStream()) {
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            text.lines()
                    .filter(line -> line.startsWith(metric + " ") || line.startsWith(metric + "{"))
                    .forEach(line -> {
                        var label = line.replaceAll("[^\"]*\"([^\"]*)\".*|.*", "$1");
                        var value = line.substring(line.lastIndexOf(' ') + 1);
                        values.put(label, Double.parseDouble(value));
                    });
        } catch (IOException _) {
            // Nobody there, or too busy.
        }
        return values;
    }
}
