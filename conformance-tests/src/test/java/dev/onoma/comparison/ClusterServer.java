package dev.onoma.comparison;

import dev.onoma.testkit.ClusterData;
import dev.onoma.testkit.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A server with the Corefile that clusters have, which reads a [ScriptedCluster].
final class ClusterServer implements AutoCloseable {
    private final @Nullable MemoryLimit limit;
    private final Server server;
    private final int port;

    private ClusterServer(@Nullable MemoryLimit limit, Server server, int port) {
        this.limit = limit;
        this.server = server;
        this.port = port;
    }

    /// Starts it and waits for its first right answer about the cluster.
    ///
    /// @param place a folder for its files
    /// @param core on which it runs; -1 for any
    /// @param mib the memory limit that it runs in, which takes root; 0 for none
    static ClusterServer start(Peer peer, ScriptedCluster cluster, Path place, int core, int mib)
            throws IOException, InterruptedException {
        int port = Ports.free();
        Files.createDirectories(place);
        var command = new java.util.ArrayList<>(peer.launch());
        var corefile = place.resolve("Corefile");
        Files.writeString(corefile, corefile(peer, cluster));
        command.addAll(List.of("-conf", corefile.toString(), "-dns.port", "" + port));
        var limit = mib == 0 ? null : new MemoryLimit(mib);
        try {
            var line = limit == null ? command : limit.around(command);
            var name = ClusterData.name(cluster.data().services() - 2);
            return new ClusterServer(limit, new Server(line, place, port, core, name), port);
        } catch (IOException | InterruptedException e) {
            if (limit != null) {
                limit.close();
            }
            throw e;
        }
    }

    /// The Corefile of kubeadm, with free ports and without upstreams. CoreDNS is told to keep
    /// nothing of the cluster, as kubeadm tells it now: it would show changes after 30 seconds.
    private static String corefile(Peer peer, ScriptedCluster cluster) {
        return """
        . {
            errors
            health 127.0.0.1:0
            ready 127.0.0.1:0
            kubernetes cluster.local in-addr.arpa ip6.arpa {
                %s
                pods %s
                fallthrough in-addr.arpa ip6.arpa
                ttl 30
            }
            prometheus 127.0.0.1:0
            forward . 127.0.0.1:9 {
                max_concurrent 1000
            }
            cache 30 {
                %s
            }
            loop
            reload
            loadbalance
        }
        """
                .formatted(
                        cluster.directive(),
                        cluster.data().pods() > 0 ? "verified" : "insecure",
                        peer == Peer.COREDNS
                                ? "disable success cluster.local\n        disable denial cluster.local"
                                : "");
    }

    Server process() {
        return server;
    }

    int port() {
        return port;
    }

    /// What the memory limit has seen.
    String usage() throws IOException {
        return limit == null ? "no memory limit" : limit.usage();
    }

    @Override
    public void close() throws IOException {
        server.close();
        if (limit != null) {
            limit.close();
        }
    }

    /// The peers of a list of words that are installed here.
    static List<Peer> peers(List<String> words) {
        return words.stream()
                .map(word -> Peer.valueOf(word.toUpperCase(Locale.ROOT)))
                .filter(peer -> peer.program().isPresent())
                .toList();
    }
}
