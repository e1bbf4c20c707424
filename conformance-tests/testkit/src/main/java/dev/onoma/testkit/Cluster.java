package dev.onoma.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// The Kubernetes objects of a scenario, as manifests in a folder and behind an [ApiServer].
///
/// ```
/// given namespace shop
/// given service shop/web 10.0.0.1 http/tcp/80 https/tcp/443
/// given service shop/db headless postgres/tcp/5432
/// given service shop/ext external example.org
/// given endpoints shop/db 10.1.0.1 db-0 ready
/// given pod shop/db-0 10.1.0.1 app=db
/// given manifest
///     apiVersion: v1
///     ...
/// ```
///
/// A namespace comes with its first object. Several addresses are written with commas. The ports of
/// endpoints are those of their service. Used by the thread of the player.
public final class Cluster implements AutoCloseable {
    /// Where the manifests are, in the folder of the scenario.
    static final String FOLDER = "manifests";

    private final Path folder;
    private final Map<String, Map<String, Object>> objects = new LinkedHashMap<>();
    private Optional<ApiServer> api = Optional.empty();
    private int slices;

    Cluster(Path scenario) {
        this.folder = scenario.resolve(FOLDER);
    }

    /// No objects, for those who start a [Subject] without a scenario.
    public static Cluster none(Path scenario) {
        return new Cluster(scenario);
    }

    /// Whether these are objects that a scenario can give.
    static boolean knows(String kind) {
        return List.of("namespace", "service", "endpoints", "pod", "manifest").contains(kind);
    }

    void given(Step.Given given) throws IOException {
        var words = given.arguments();
        switch (given.kind()) {
            case "manifest" -> manifest(given);
            case "namespace" -> namespace(name(given.where(), words, 0));
            case "service" -> service(given.where(), words);
            case "endpoints" -> endpoints(given.where(), words);
            default -> pod(given.where(), words);
        }
        write();
    }

    /// Takes objects away: `service shop/web`, `endpoints shop/web` (all slices), `pod`,
    /// `namespace`.
    void remove(Line where, List<String> words) throws IOException {
        var kind = name(where, words, 0);
        var name = name(where, words, 1);
        boolean removed =
                kind.equals("endpoints")
                        ? takeAway(key -> key.startsWith("endpointslice " + name + "-"))
                        : takeAway(key -> key.equals(kind + " " + name));
        if (!removed) {
            throw where.wrong("there is no " + kind + " " + name + ": " + objects.keySet());
        }
        write();
    }

    private boolean takeAway(java.util.function.Predicate<String> which) {
        boolean removed = false;
        for (var key : List.copyOf(objects.keySet())) {
            if (which.test(key)) {
                var object = objects.remove(key);
                if (object != null) {
                    removed = true;
                    api.ifPresent(server -> server.delete(object));
                }
            }
        }
        return removed;
    }

    private static String name(Line where, List<String> words, int at) {
        if (words.size() <= at) {
            throw where.wrong("a name is missing");
        }
        return words.get(at);
    }

    private void manifest(Step.Given given) {
        var text = new StringBuilder();
        given.body().forEach(line -> text.append(line.text()).append('\n'));
        for (var document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll("" + text)) {
            if (!(document instanceof Map<?, ?> map)) {
                throw given.where().wrong("expected Kubernetes objects in YAML");
            }
            put(Json.object(map));
        }
    }

    private void put(Map<String, Object> object) {
        var metadata = Json.object(object.get("metadata"));
        var namespace = String.valueOf(metadata.getOrDefault("namespace", ""));
        var kind = Json.kind(object);
        if (!namespace.isEmpty()) {
            namespace(namespace);
        }
        var key = namespace.isEmpty() ? "" : namespace + "/";
        objects.put(kind + " " + key + metadata.get("name"), object);
        api.ifPresent(server -> server.put(object));
    }

    private void namespace(String name) {
        if (!objects.containsKey("namespace " + name)) {
            put(object("v1", "Namespace", Map.of("name", name)));
        }
    }

    private static Map<String, Object> object(
            String version, String kind, Map<String, Object> metadata) {
        var object = new LinkedHashMap<String, Object>();
        object.put("apiVersion", version);
        object.put("kind", kind);
        object.put("metadata", new LinkedHashMap<>(metadata));
        return object;
    }

    private static Map<String, Object> metadata(Line where, String path) {
        int slash = path.indexOf('/');
        if (slash < 0) {
            throw where.wrong("expected NAMESPACE/NAME, found " + path);
        }
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("name", path.substring(slash + 1));
        metadata.put("namespace", path.substring(0, slash));
        return metadata;
    }

    private void service(Line where, List<String> words) {
        var object = object("v1", "Service", metadata(where, name(where, words, 0)));
        var address = name(where, words, 1);
        var spec = new LinkedHashMap<String, Object>();
        if (address.equals("external")) {
            spec.put("type", "ExternalName");
            spec.put("externalName", name(where, words, 2));
        } else {
            var addresses = address.equals("headless") ? "None" : address;
            var list = List.of(addresses.split(","));
            spec.put("type", "ClusterIP");
            spec.put("clusterIP", list.getFirst());
            spec.put("clusterIPs", list);
            spec.put("ports", ports(where, words.subList(2, words.size())));
        }
        object.put("spec", spec);
        put(object);
    }

    /// Reads `NAME/PROTOCOL/NUMBER` or `PROTOCOL/NUMBER`.
    private static List<Object> ports(Line where, List<String> words) {
        var ports = new ArrayList<Object>();
        for (var word : words) {
            var parts = List.of(word.split("/"));
            if (parts.size() < 2 || parts.size() > 3) {
                throw where.wrong("expected a port, NAME/PROTOCOL/NUMBER, found " + word);
            }
            var port = new LinkedHashMap<String, Object>();
            if (parts.size() == 3) {
                port.put("name", parts.getFirst());
            }
            port.put("protocol", parts.get(parts.size() - 2).toUpperCase(java.util.Locale.ROOT));
            port.put("port", Integer.parseInt(parts.getLast()));
            ports.add(port);
        }
        return ports;
    }

    private void endpoints(Line where, List<String> words) {
        var service = name(where, words, 0);
        var addresses = List.of(name(where, words, 1).split(","));
        var metadata = metadata(where, service);
        metadata.put("labels", Map.of("kubernetes.io/service-name", metadata.get("name")));
        metadata.put("name", metadata.get("name") + "-" + ++slices);
        var slice = object("discovery.k8s.io/v1", "EndpointSlice", metadata);
        slice.put("addressType", addresses.getFirst().contains(":") ? "IPv6" : "IPv4");
        var endpoint = new LinkedHashMap<String, Object>();
        endpoint.put("addresses", addresses);
        endpoint.put("conditions", Map.of("ready", !words.contains("notready")));
        for (var word : words.subList(2, words.size())) {
            if (!word.equals("ready") && !word.equals("notready")) {
                endpoint.put("hostname", word);
            }
        }
        slice.put("endpoints", List.of(endpoint));
        var owner = objects.get("service " + service);
        slice.put("ports", owner == null ? List.of() : Json.portsOf(owner));
        put(slice);
    }

    private void pod(Line where, List<String> words) {
        var metadata = metadata(where, name(where, words, 0));
        var labels = new LinkedHashMap<String, Object>();
        for (var word : words.subList(2, words.size())) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                labels.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        metadata.put("labels", labels);
        var pod = object("v1", "Pod", metadata);
        var address = name(where, words, 1);
        pod.put("spec", Map.of());
        pod.put(
                "status",
                Map.of(
                        "phase",
                        "Running",
                        "podIP",
                        address,
                        "podIPs",
                        List.of(Map.of("ip", address)),
                        "conditions",
                        List.of(Map.of("type", "Ready", "status", "True"))));
        put(pod);
    }

    /// One file, replaced as a whole; JSON is YAML.
    private void write() throws IOException {
        Files.createDirectories(folder);
        var text = new StringBuilder();
        objects.values().forEach(o -> text.append("---\n").append(Json.write(o)).append('\n'));
        var temporary = folder.resolve(".objects.yaml.new");
        Files.writeString(temporary, text);
        Files.move(
                temporary,
                folder.resolve("objects.yaml"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /// Whether there are objects that manifests do not hold: services of other clusters.
    boolean isApiOnly() {
        return objects.keySet().stream().anyMatch(key -> key.startsWith("serviceimport "));
    }

    /// The Corefile with an endpoint in each `kubernetes`, of a server that serves these objects.
    String withEndpoint(String corefile) throws IOException {
        if (objects.isEmpty()) {
            return corefile;
        }
        if (api.isEmpty()) {
            var server = new ApiServer();
            objects.values().forEach(server::put);
            api = Optional.of(server);
        }
        return adapt(corefile, "endpoint " + api.get().url());
    }

    /// The Corefile with a property more in each `kubernetes`, if the scenario has objects.
    String adapt(String corefile, String property) {
        if (objects.isEmpty()) {
            return corefile;
        }
        var text = new StringBuilder();
        for (var line : corefile.lines().toList()) {
            var words = line.strip();
            text.append(line);
            if (words.equals("kubernetes") || words.startsWith("kubernetes ")) {
                boolean open = words.endsWith("{");
                text.append(open ? "\n" : " {\n").append(property).append(open ? "" : "\n}");
            }
            text.append('\n');
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        if (api.isPresent()) {
            api.get().close();
        }
    }
}
