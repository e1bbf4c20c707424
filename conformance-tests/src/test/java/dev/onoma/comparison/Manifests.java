package dev.onoma.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A cluster of many services, as files.
final class Manifests {
    private Manifests() {}

    /// What stands in the Corefile; empty for CoreDNS, which takes services from an API server
    /// only.
    static String plugin(Peer peer, Peer.Place place) {
        return peer == Peer.ONOMA
                ? "kubernetes cluster.local {\n manifests %s\n }"
                        .formatted(place.folder().resolve("manifests"))
                : "";
    }

    static void write(Path folder, Cell cell) throws IOException {
        Files.createDirectories(folder);
        var text = new StringBuilder("apiVersion: v1\nkind: Namespace\nmetadata: {name: bench}\n");
        for (int n = 0; n < cell.names; n++) {
            text.append(
                    """
                    ---
                    apiVersion: v1
                    kind: Service
                    metadata: {name: s%d, namespace: bench}
                    spec:
                      type: ClusterIP
                      clusterIP: %2$s
                      clusterIPs: [%2$s]
                      ports: [{name: http, port: 80, protocol: TCP}]
                    """
                            .formatted(n, Cell.address(n)));
        }
        Files.writeString(folder.resolve("bench.yaml"), text);
    }
}
