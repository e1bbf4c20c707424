package dev.onoma.plugins.kubernetes;

import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A cluster, asked at its API server with the credentials of the Corefile.
///
/// Only lists are asked for, in JSON, as small as selectors make them: a server's account may list
/// and watch, and not get.
final class ApiFacts implements ClusterFacts {
    private static final Duration IDLE_MAX = Duration.ofSeconds(5);
    private static final String DNS_SELECTOR = "k8s-app=kube-dns";
    private static final int PAGE = 500;
    private static final int NAMES_MAX = 20_000;
    private static final int PODS_MAX = 100;
    private static final int LOGS_MAX = 3;
    private static final int LOG_LINES = 200;
    private static final int LOG_OCTETS_MAX = 256 << 10;

    private final ApiAccesses access;
    private @Nullable ApiConnection connection;
    private final KubernetesOptions options;
    private final ObjectParts parts;

    ApiFacts(ApiAccesses access, KubernetesOptions options) {
        this.access = access;
        this.options = options;
        var details = new ObjectDetails(options.podNames(), options.zonal(), false, false);
        this.parts = new ObjectParts(details, _ -> {});
    }

    @Override
    public String source() {
        try {
            return "the Kubernetes API at " + access.now().server();
        } catch (IOException _) {
            return "the Kubernetes API"; // where that is could not be found out
        }
    }

    private ApiConnection.Response get(String target, String accept) throws IOException {
        var open = connection;
        if (open == null) {
            open = new ApiConnection(access, "Onoma/doctor");
            connection = open;
        }
        return open.get(target, accept, IDLE_MAX);
    }

    @Override
    public List<Obstacle> obstacles() {
        var wanted = new ArrayList<>(List.of(ApiResource.NAMESPACES, ApiResource.SERVICES));
        if (options.endpoints()) {
            wanted.add(ApiResource.SLICES);
        }
        if (options.pods() == KubernetesOptions.Pods.VERIFIED) {
            wanted.add(ApiResource.PODS);
        }
        if (!options.multicluster().isEmpty()) {
            wanted.add(ApiResource.IMPORTS);
        }
        var obstacles = new ArrayList<Obstacle>();
        for (var resource : wanted) {
            var obstacle = obstacle(resource);
            if (obstacle != null) {
                obstacles.add(obstacle);
                if (!obstacle.advice().startsWith("kubectl")) {
                    break; // the others would say the same
                }
            }
        }
        return obstacles;
    }

    private @Nullable Obstacle obstacle(ApiResource resource) {
        try {
            var _ = page(resource.path() + "?limit=1", _ -> {});
            return null;
        } catch (IOException e) {
            return new Obstacle(
                    "%s does not list %s: %s".formatted(source(), resource.label(), text(e)),
                    advice(e, resource));
        }
    }

    private static String text(IOException e) {
        return e instanceof SocketTimeoutException
                ? "no answer in %d s".formatted(IDLE_MAX.toSeconds())
                : String.valueOf(e.getMessage());
    }

    private String advice(IOException e, ApiResource resource) {
        if (!(e instanceof ApiFailure failure) || failure.kind() == ApiFailure.Cause.HANDSHAKE) {
            return "see that the server is there and can be reached from here: the network, a"
                    + " NetworkPolicy, a certificate, the address in the Corefile";
        }
        return switch (failure.status()) {
            case 401 ->
                    "the credentials are not accepted: see the token or the certificate that the"
                            + " Corefile, or the service account, names";
            case 403 ->
                    "kubectl apply a ClusterRole that may list and watch %s, and bind the account of the server to it; kubectl auth can-i list %s --as=system:serviceaccount:NAMESPACE:ACCOUNT tells whether it may"
                            .formatted(resource.label(), resource.label());
            case 404 -> "kubectl api-resources tells whether the cluster knows " + resource.label();
            default -> "see the log of the API server";
        };
    }

    @Override
    public List<String> namespaces() throws IOException {
        return names("/api/v1/namespaces");
    }

    @Override
    public Optional<Map<String, String>> namespace(String name) throws IOException {
        var found = list("/api/v1/namespaces?" + named(name));
        return found.isEmpty() ? Optional.empty() : Optional.of(labels(found.getFirst()));
    }

    private static String named(String name) {
        return "fieldSelector=" + encoded("metadata.name=" + name);
    }

    private static Map<String, String> labels(Map<?, ?> object) {
        return texts(JsonObjects.map(JsonObjects.map(object, "metadata"), "labels"));
    }

    private static Map<String, String> texts(Map<?, ?> map) {
        var texts = new LinkedHashMap<String, String>();
        map.forEach((key, value) -> texts.put(String.valueOf(key), String.valueOf(value)));
        return texts;
    }

    @Override
    public Optional<Service> service(ServiceName name) throws IOException {
        var found =
                list(
                        "/api/v1/namespaces/%s/services?%s"
                                .formatted(name.namespace(), named(name.name())));
        return found.isEmpty() ? Optional.empty() : Optional.of(service(found.getFirst()));
    }

    private Service service(Map<?, ?> object) {
        var item = new JsonObjects(ApiResource.SERVICES, parts).item(object);
        var spec = JsonObjects.map(object, "spec");
        var type = JsonObjects.text(spec, "type");
        if (!(item.object() instanceof ServiceObject service)) {
            throw new IllegalStateException("a list of services with something else in it");
        }
        return new Service(
                service,
                type.isEmpty() ? "ClusterIP" : type,
                labels(object),
                texts(JsonObjects.map(spec, "selector")));
    }

    @Override
    public List<String> servicesIn(String namespace) throws IOException {
        return names("/api/v1/namespaces/%s/services".formatted(namespace));
    }

    @Override
    public List<String> namespacesWith(String service) throws IOException {
        var namespaces = new TreeSet<String>();
        for (var found : list("/api/v1/services?" + named(service))) {
            namespaces.add(JsonObjects.text(JsonObjects.map(found, "metadata"), "namespace"));
        }
        return List.copyOf(namespaces);
    }

    @Override
    public List<Service> dnsServices() throws IOException {
        return list("/api/v1/services?labelSelector=" + encoded(DNS_SELECTOR)).stream()
                .map(this::service)
                .toList();
    }

    @Override
    public Endpoints endpoints(ServiceName service) throws IOException {
        var selector = encoded(ObjectParts.SERVICE_NAME + "=" + service.name());
        var target =
                "/apis/discovery.k8s.io/v1/namespaces/%s/endpointslices?labelSelector=%s"
                        .formatted(service.namespace(), selector);
        var slices = new ArrayList<EndpointSliceObject>();
        int notReady = 0;
        for (var found : list(target)) {
            var item = new JsonObjects(ApiResource.SLICES, parts).item(found);
            if (item.object() instanceof EndpointSliceObject slice) {
                slices.add(slice);
                notReady += addresses(found) - slice.endpoints().size() - slice.targets().size();
            }
        }
        return new Endpoints(slices, notReady);
    }

    private static int addresses(Map<?, ?> slice) {
        int count = 0;
        if (slice.get("endpoints") instanceof List<?> endpoints) {
            for (var endpoint : endpoints) {
                if (endpoint instanceof Map<?, ?> map
                        && map.get("addresses") instanceof List<?> a) {
                    count += a.size();
                }
            }
        }
        return count;
    }

    @Override
    public List<Pod> pods(String namespace, Map<String, String> selector) throws IOException {
        var text =
                selector.entrySet().stream()
                        .map(e -> e.getKey() + "=" + e.getValue())
                        .collect(Collectors.joining(","));
        var target =
                "/api/v1/namespaces/%s/pods?limit=%d&labelSelector=%s"
                        .formatted(namespace, PODS_MAX, encoded(text));
        return list(target).stream().map(ApiFacts::pod).toList();
    }

    private static Pod pod(Map<?, ?> object) {
        var metadata = JsonObjects.map(object, "metadata");
        var status = JsonObjects.map(object, "status");
        return new Pod(JsonObjects.text(metadata, "name"), state(metadata, status));
    }

    private static String state(Map<?, ?> metadata, Map<?, ?> status) {
        if (metadata.get("deletionTimestamp") != null) {
            return "being deleted";
        }
        var conditions = conditions(status);
        if ("True".equals(conditions.get("Ready"))) {
            return Pod.READY;
        }
        var waits = waiting(status);
        if (!waits.isEmpty()) {
            return waits;
        }
        var phase = JsonObjects.text(status, "phase");
        if ("False".equals(conditions.get("PodScheduled"))) {
            return phase + ", not scheduled to a node";
        }
        return phase.isEmpty() ? "not ready" : phase + ", not ready";
    }

    private static Map<String, String> conditions(Map<?, ?> status) {
        var conditions = new HashMap<String, String>();
        if (status.get("conditions") instanceof List<?> list) {
            for (var condition : list) {
                if (condition instanceof Map<?, ?> map) {
                    conditions.put(JsonObjects.text(map, "type"), JsonObjects.text(map, "status"));
                }
            }
        }
        return conditions;
    }

    /// `CrashLoopBackOff`, `ImagePullBackOff` and the like.
    private static String waiting(Map<?, ?> status) {
        if (status.get("containerStatuses") instanceof List<?> containers) {
            for (var container : containers) {
                if (container instanceof Map<?, ?> map) {
                    var waits = JsonObjects.map(JsonObjects.map(map, "state"), "waiting");
                    var reason = JsonObjects.text(waits, "reason");
                    if (!reason.isEmpty()) {
                        return reason;
                    }
                }
            }
        }
        return "";
    }

    @Override
    public List<String> log(ServiceName service) throws IOException {
        var found = service(service);
        if (found.isEmpty() || found.get().selector().isEmpty()) {
            return List.of();
        }
        var lines = new ArrayList<String>();
        var pods = pods(service.namespace(), found.get().selector());
        for (var pod : pods.subList(0, Math.min(LOGS_MAX, pods.size()))) {
            var target =
                    "/api/v1/namespaces/%s/pods/%s/log?tailLines=%d&limitBytes=%d"
                            .formatted(service.namespace(), pod.name(), LOG_LINES, LOG_OCTETS_MAX);
            var response = get(target, "*/*");
            if (response.status() != 200) {
                throw failure(response);
            }
            var octets = response.body().readNBytes(LOG_OCTETS_MAX);
            var text = new String(octets, StandardCharsets.UTF_8);
            text.lines().map(line -> pod.name() + ": " + line).forEach(lines::add);
        }
        return lines;
    }

    private List<String> names(String path) throws IOException {
        var names = new ArrayList<String>();
        Consumer<Map<?, ?>> name =
                object -> names.add(JsonObjects.text(JsonObjects.map(object, "metadata"), "name"));
        var next = page(path + "?limit=" + PAGE, name);
        while (!next.isEmpty() && names.size() < NAMES_MAX) {
            next = page(path + "?limit=" + PAGE + "&continue=" + encoded(next), name);
        }
        return names;
    }

    private List<Map<?, ?>> list(String target) throws IOException {
        var objects = new ArrayList<Map<?, ?>>();
        var _ = page(target, objects::add);
        return objects;
    }

    /// Reads one page of a list, one object at a time.
    ///
    /// @return the token of the next page; empty on the last one
    private String page(String target, Consumer<Map<?, ?>> objects) throws IOException {
        var response = get(target, "application/json");
        if (response.status() != 200) {
            throw failure(response);
        }
        var scanner = new JsonScanner(response.body());
        var next = "";
        scanner.beginObject();
        for (var member = scanner.member(); member != null; member = scanner.member()) {
            switch (member) {
                case "metadata" -> next = JsonObjects.text(scanner.object(), "continue");
                case "items" -> {
                    if (scanner.beginArray()) {
                        while (scanner.element()) {
                            objects.accept(scanner.object());
                        }
                    }
                }
                default -> scanner.value();
            }
        }
        var _ = response.body().transferTo(OutputStream.nullOutputStream()); // the last chunk
        return next;
    }

    private ApiFailure failure(ApiConnection.Response response) {
        var status = ApiStatus.UNKNOWN;
        try {
            status = new JsonReader(response.body(), ApiResource.SERVICES, parts).status();
        } catch (IOException _) {
            // A proxy on the way may say anything.
        }
        return ApiFailure.of(response.status(), status, response.retryAfter());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        var open = connection;
        if (open != null) {
            open.close();
        }
    }
}
