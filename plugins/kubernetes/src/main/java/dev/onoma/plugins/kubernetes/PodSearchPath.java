package dev.onoma.plugins.kubernetes;

import dev.onoma.api.Query;
import dev.onoma.api.SearchPath;
import dev.onoma.api.ZoneSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// The search path of pods, as kubelet writes it with `dnsPolicy: ClusterFirst`: the services of
/// the pod's namespace, all services, the cluster, and what the node has. For pods that `pods
/// verified` knows by their addresses.
final class PodSearchPath implements SearchPath {
    private static final Path NODE = Path.of("/etc/resolv.conf");

    /// More namespaces than that in use at a time are not to be expected; then all is made anew.
    private static final int PATHS_MAX = 4_096;

    private final ServiceStore store;
    private final ZoneSet zones;
    private final boolean podsKnown;
    private final Map<Key, Domains> paths = new ConcurrentHashMap<>();
    private volatile List<Name> node = List.of();

    private record Key(int zone, String namespace) {}

    PodSearchPath(KubernetesOptions options, ServiceStore store) {
        this.store = store;
        this.podsKnown = options.pods() == KubernetesOptions.Pods.VERIFIED;
        this.zones =
                new ZoneSet(
                        options.zones().stream()
                                .filter(zone -> !KubernetesDirective.isReverse(zone))
                                .toList());
    }

    /// Reads what the node has. In a pod with `dnsPolicy: Default`, that is `/etc/resolv.conf`.
    void readNode() {
        try {
            node = SearchPath.ofFile(NODE);
        } catch (IOException _) {
            node = List.of(); // no such file: the node has no search path
        }
    }

    @Override
    public String plugin() {
        return "kubernetes";
    }

    @Override
    public String hindrance() {
        return podsKnown
                ? ""
                : "pods are known by their addresses only with \"pods verified\" in kubernetes";
    }

    @Override
    public @Nullable Domains of(Query query) {
        int zone = zones.match(query.key());
        var client = query.client().getAddress();
        if (zone < 0 || client == null) {
            return null;
        }
        var namespace = store.pods().namespaceAt(Address.of(client.getAddress()));
        if (namespace == null) {
            return null;
        }
        if (paths.size() >= PATHS_MAX) {
            paths.clear();
        }
        return paths.computeIfAbsent(new Key(zone, namespace), this::path);
    }

    private Domains path(Key key) {
        var zone = zones.name(key.zone());
        var path = new ArrayList<Name>();
        path.add(AnswerRecords.under(key.namespace() + ".svc", zone));
        path.add(AnswerRecords.under("svc", zone));
        path.add(zone);
        path.addAll(node);
        return Domains.of(path);
    }
}
