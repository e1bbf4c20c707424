package dev.onoma.plugins.kubernetes;

import java.util.ArrayList;
import java.util.List;

/// Clusters of any size, always the same ones, as objects or as manifests.
///
/// Service `svc-N` is in namespace `ns-(N mod namespaces)` with cluster IP 10.96.0.0 + 256 + N;
/// each hundredth service is headless. Endpoints count up from 10.128.0.1.
///
/// @param services how many
/// @param namespaces over which they are spread
/// @param endpointsPerService in one slice each
record ClusterGenerator(int services, int namespaces, int endpointsPerService) {
    private static final int CLUSTER_IPS = 10 << 24 | 96 << 16 | 1 << 8;
    private static final int POD_IPS = 10 << 24 | 128 << 16 | 1;

    List<KubernetesObject> objects() {
        var interner = new Interner();
        var objects = new ArrayList<KubernetesObject>();
        for (int i = 0; i < namespaces; i++) {
            objects.add(new NamespaceObject("ns-" + i));
        }
        for (int i = 0; i < services; i++) {
            objects.add(service(i, interner));
            objects.add(slice(i, interner));
        }
        return objects;
    }

    void fill(ObjectSink sink) {
        objects().forEach(sink::put);
        sink.publish();
        sink.synced();
    }

    private String namespace(int service) {
        return "ns-" + service % namespaces;
    }

    private static boolean isHeadless(int service) {
        return service % 100 == 99;
    }

    private ServiceObject service(int i, Interner interner) {
        List<Address> ips = isHeadless(i) ? List.of() : List.of(new Address.V4(CLUSTER_IPS + i));
        return new ServiceObject(
                interner.intern(namespace(i)),
                "svc-" + i,
                ips,
                interner.intern(List.of(new ServicePort("http", "tcp", 80))),
                null,
                List.of());
    }

    private EndpointSliceObject slice(int i, Interner interner) {
        var endpoints = new ArrayList<Endpoint>();
        for (int j = 0; j < endpointsPerService; j++) {
            endpoints.add(Endpoint.of(new Address.V4(POD_IPS + i * endpointsPerService + j)));
        }
        return new EndpointSliceObject(
                interner.intern(namespace(i)),
                "svc-" + i + "-abcde",
                "svc-" + i,
                List.copyOf(endpoints),
                interner.intern(List.of(new ServicePort("http", "tcp", 8080))),
                List.of(),
                EndpointSliceObject.NOT_TRIGGERED);
    }

    /// The same services as Kubernetes YAML, with Deployments behind them.
    String manifests() {
        var yaml = new StringBuilder();
        for (int i = 0; i < services; i++) {
            yaml.append(
                    """
                    ---
                    apiVersion: v1
                    kind: Service
                    metadata: {name: svc-%1$d, namespace: %2$s}
                    spec:
                      clusterIP: %3$s
                      selector: {app: svc-%1$d}
                      ports: [{name: http, port: 80, targetPort: 8080}]
                    ---
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: svc-%1$d, namespace: %2$s}
                    spec:
                      replicas: %4$d
                      template:
                        metadata: {labels: {app: svc-%1$d}}
                    """
                            .formatted(
                                    i,
                                    namespace(i),
                                    isHeadless(i) ? "None" : new Address.V4(CLUSTER_IPS + i),
                                    endpointsPerService));
        }
        return yaml.toString();
    }
}
