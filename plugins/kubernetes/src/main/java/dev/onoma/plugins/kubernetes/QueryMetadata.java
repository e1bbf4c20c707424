package dev.onoma.plugins.kubernetes;

import dev.onoma.api.Query;
import dev.onoma.api.ZoneSet;
import org.jspecify.annotations.Nullable;

/// What this plugin tells other plugins about a query: the parts of the name, and which pod asks.
/// Used only where the block has `metadata`.
final class QueryMetadata {
    private final ZoneSet zones;
    private final KubernetesOptions options;
    private final ServiceStore store;

    QueryMetadata(KubernetesOptions options, ServiceStore store) {
        this.zones = new ZoneSet(options.zones());
        this.options = options;
        this.store = store;
    }

    void tell(Query query) {
        if (options.pods() == KubernetesOptions.Pods.VERIFIED) {
            tellClient(query);
        }
        int zone = zones.match(query.key());
        if (zone < 0) {
            return;
        }
        int labels = zones.name(zone).labels() - 1;
        var forms = ClusterQuestion.Forms.of(options, zones.name(zone));
        switch (ClusterQuestion.of(query.key(), labels, forms)) {
            case ClusterQuestion.Service service -> tell(query, service, forms);
            case ClusterQuestion.Pod(var namespace, var address) -> {
                tell(query, "kind", "pod");
                tell(query, "namespace", namespace);
                tell(query, "service", address);
                tellNothing(query, "endpoint", "port-name", "protocol");
            }
            case ClusterQuestion.Namespace(var namespace, boolean pod) -> {
                tell(query, "kind", pod ? "pod" : "svc");
                tell(query, "namespace", namespace);
                tellNothing(query, "service", "endpoint", "port-name", "protocol");
            }
            case ClusterQuestion.Top _,
                    ClusterQuestion.Version _,
                    ClusterQuestion.NameServer _,
                    ClusterQuestion.Unknown _ ->
                    tell(query, "parse-error", "invalid query name");
        }
    }

    private void tell(Query query, ClusterQuestion.Service service, ClusterQuestion.Forms forms) {
        var topology = service.topology();
        tell(query, "kind", "svc");
        tell(query, "namespace", service.namespace());
        tell(query, "service", service.name());
        tell(query, "endpoint", service.endpoint());
        tell(query, "port-name", service.port());
        tell(query, "protocol", service.protocol());
        if (forms == ClusterQuestion.Forms.MULTICLUSTER) {
            tell(query, "cluster", service.cluster());
        }
        if (options.zonal()) {
            tell(query, "zone", topology == null ? null : topology.zone());
        }
    }

    private void tellClient(Query query) {
        var address = query.client().getAddress();
        if (address == null) {
            return;
        }
        if (!(store.pods() instanceof NamedPods pods)) {
            return;
        }
        var pod = pods.at(Address.of(address.getAddress()));
        if (pod == null) {
            return;
        }
        query.metadata("kubernetes/client-namespace", pod::namespace);
        query.metadata("kubernetes/client-pod-name", pod::name);
        pod.labels()
                .forEach((key, value) ->
                        query.metadata("kubernetes/client-label/" + key, () -> value));
    }

    private static void tellNothing(Query query, String... parts) {
        for (var part : parts) {
            tell(query, part, null);
        }
    }

    /// A part that is absent is the empty text.
    private static void tell(Query query, String part, @Nullable String value) {
        var text = value == null ? "" : value;
        query.metadata("kubernetes/" + part, () -> text);
    }
}
