package dev.onoma.testkit;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A cluster of any size for an [ApiServer], always the same one, its objects as large as real
/// ones: owners, managed fields, references to pods.
///
/// Service `svc-N` is in namespace `ns-(N mod 50)` with cluster IP 10.96.1.0 + N; each hundredth is
/// headless. Endpoints and pods count up from 10.128.0.1.
///
/// @param services how many, each with one slice
/// @param endpoints behind each service
/// @param pods how many
public record ClusterData(int services, int endpoints, int pods) {
    private static final int NAMESPACES = 50;
    private static final int CLUSTER_IPS = 10 << 24 | 96 << 16 | 1 << 8;
    private static final int POD_IPS = 10 << 24 | 128 << 16 | 1;
    private static final int MOVED_IPS = 172 << 24 | 16 << 16;

    /// Puts everything.
    public void fill(ApiServer server) {
        for (int i = 0; i < Math.min(NAMESPACES, services); i++) {
            server.put(object("v1", "Namespace", metadata("ns-" + i, "")));
        }
        for (int i = 0; i < services; i++) {
            server.put(service(i));
            server.put(slice(i, 0));
        }
        for (int i = 0; i < pods; i++) {
            server.put(pod(i));
        }
    }

    /// The name of a service, as it is asked for.
    public static String name(int service) {
        return "svc-%d.ns-%d.svc.cluster.local.".formatted(service, service % NAMESPACES);
    }

    /// The cluster IP of a service; nothing if it is headless.
    public static Optional<InetAddress> clusterIp(int service) {
        return service % 100 == 99
                ? Optional.empty()
                : Optional.of(InetAddress.ofLiteral(address(CLUSTER_IPS, service)));
    }

    /// Where a change moves the first endpoint of a slice.
    public static InetAddress movedTo(int change) {
        return InetAddress.ofLiteral(address(MOVED_IPS, change & 0xfffff));
    }

    private static String namespace(int service) {
        return "ns-" + service % NAMESPACES;
    }

    private static String address(int base, int offset) {
        int bits = base + offset;
        return "%d.%d.%d.%d"
                .formatted(bits >>> 24, bits >>> 16 & 0xff, bits >>> 8 & 0xff, bits & 0xff);
    }

    private static Map<String, Object> object(
            String version, String kind, Map<String, Object> metadata) {
        var object = new LinkedHashMap<String, Object>();
        object.put("apiVersion", version);
        object.put("kind", kind);
        object.put("metadata", metadata);
        return object;
    }

    private static Map<String, Object> metadata(String name, String namespace) {
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("name", name);
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        metadata.put("labels", Map.of("app.kubernetes.io/name", name, "team", "team-of-" + name));
        metadata.put(
                "managedFields",
                List.of(
                        Map.of(
                                "manager",
                                "kube-controller-manager",
                                "operation",
                                "Update",
                                "apiVersion",
                                "v1",
                                "time",
                                "2026-01-01T00:00:00Z",
                                "fieldsType",
                                "FieldsV1",
                                "fieldsV1",
                                Map.of(
                                        "Raw",
                                        "{\"f:metadata\":{" + "\"f:x\":{},".repeat(60) + "}}"))));
        return metadata;
    }

    /// A service with one port.
    public Map<String, Object> service(int i) {
        var object = object("v1", "Service", metadata("svc-" + i, namespace(i)));
        var ip = clusterIp(i).map(InetAddress::getHostAddress).orElse("None");
        var spec = new LinkedHashMap<String, Object>();
        spec.put("type", "ClusterIP");
        spec.put("clusterIP", ip);
        spec.put("clusterIPs", List.of(ip));
        spec.put("selector", Map.of("app", "svc-" + i));
        spec.put("sessionAffinity", "None");
        spec.put("ipFamilies", List.of("IPv4"));
        spec.put("ports", List.of(Map.of("name", "http", "protocol", "TCP", "port", 80)));
        object.put("spec", spec);
        return object;
    }

    /// The slice of a service.
    ///
    /// @param change moves its first endpoint to another address, for each number another
    public Map<String, Object> slice(int i, int change) {
        var metadata = metadata("svc-" + i + "-abcde", namespace(i));
        metadata.put("labels", Map.of("kubernetes.io/service-name", "svc-" + i));
        var object = object("discovery.k8s.io/v1", "EndpointSlice", metadata);
        object.put("addressType", "IPv4");
        var all = new ArrayList<Object>();
        for (int j = 0; j < endpoints; j++) {
            int offset = i * endpoints + j;
            var ip =
                    j == 0 && change != 0
                            ? movedTo(change).getHostAddress()
                            : address(POD_IPS, offset);
            all.add(
                    Map.of(
                            "addresses",
                            List.of(ip),
                            "conditions",
                            Map.of("ready", true, "serving", true, "terminating", false),
                            "nodeName",
                            "node-" + offset % 1000,
                            "zone",
                            "zone-" + offset % 3,
                            "targetRef",
                            Map.of(
                                    "kind",
                                    "Pod",
                                    "namespace",
                                    namespace(i),
                                    "name",
                                    "svc-" + i + "-7d4f8b9c6d-" + offset,
                                    "uid",
                                    "00000000-0000-0000-0000-" + offset)));
        }
        object.put("endpoints", all);
        object.put("ports", List.of(Map.of("name", "http", "protocol", "TCP", "port", 8080)));
        return object;
    }

    /// A pod that runs.
    public Map<String, Object> pod(int i) {
        int service = i % Math.max(1, services);
        var metadata = metadata("svc-" + service + "-7d4f8b9c6d-" + i, namespace(service));
        var object = object("v1", "Pod", metadata);
        var environment = new ArrayList<Object>();
        for (int n = 0; n < 20; n++) {
            environment.add(Map.of("name", "VARIABLE_" + n, "value", "the value of it " + n));
        }
        object.put(
                "spec",
                Map.of(
                        "nodeName",
                        "node-" + i % 1000,
                        "containers",
                        List.of(
                                Map.of(
                                        "name",
                                        "app",
                                        "image",
                                        "registry.example.org/app:1",
                                        "env",
                                        environment))));
        var ip = address(POD_IPS, i);
        object.put(
                "status",
                Map.of(
                        "phase",
                        "Running",
                        "podIP",
                        ip,
                        "podIPs",
                        List.of(Map.of("ip", ip)),
                        "qosClass",
                        "Burstable"));
        return object;
    }
}
