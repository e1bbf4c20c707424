package dev.onoma.plugins.kubernetes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// A cluster that is written down as files.
final class ManifestFacts implements ClusterFacts {
    private static final String DNS_LABEL = "k8s-app";
    private static final String DNS_VALUE = "kube-dns";

    private final Path root;
    private final List<String> problems = new ArrayList<>();
    private final List<Manifest> manifests = new ArrayList<>();
    private final List<KubernetesObject> objects;
    private final Map<String, List<Manifest.Pod>> pods;

    /// Reads the files, once, with everything in them: what is selected is looked at later.
    ManifestFacts(Path root, ManifestOptions options) {
        this.root = root;
        var interner = new Interner();
        var files = new ManifestFiles(root, interner, problems::add);
        files.look();
        files.manifests().values().forEach(manifests::addAll);
        var all = options.selecting(LabelSelector.EVERYTHING, LabelSelector.EVERYTHING);
        objects = ManifestCluster.objects(files.manifests(), all, interner, problems::add);
        pods = ManifestPods.of(manifests, options, _ -> {}); // said above
    }

    @Override
    public String source() {
        return "manifests " + root;
    }

    @Override
    public List<Obstacle> obstacles() {
        return problems.stream().map(p -> new Obstacle(p, "correct the file")).toList();
    }

    @Override
    public List<String> namespaces() {
        return objects.stream()
                .filter(NamespaceObject.class::isInstance)
                .map(o -> o.key().name())
                .toList();
    }

    @Override
    public Optional<Map<String, String>> namespace(String name) {
        for (var manifest : manifests) {
            if (manifest instanceof Manifest.Namespace(var written, var labels)
                    && written.equals(name)) {
                return Optional.of(labels);
            }
        }
        return namespaces().contains(name) ? Optional.of(Map.of()) : Optional.empty();
    }

    @Override
    public Optional<Service> service(ServiceName name) {
        for (var object : objects) {
            if (object instanceof ServiceObject service
                    && service.namespace().equals(name.namespace())
                    && service.name().equals(name.name())) {
                return Optional.of(withManifest(service));
            }
        }
        return Optional.empty();
    }

    private Service withManifest(ServiceObject object) {
        for (var manifest : manifests) {
            if (manifest instanceof Manifest.Service written
                    && written.namespace().equals(object.namespace())
                    && written.name().equals(object.name())) {
                var type = object.externalName() == null ? "ClusterIP" : "ExternalName";
                return new Service(object, type, written.labels(), written.selector());
            }
        }
        throw new IllegalStateException("a service without a manifest: " + object.key());
    }

    @Override
    public List<String> servicesIn(String namespace) {
        return services().stream()
                .filter(s -> s.namespace().equals(namespace))
                .map(ServiceObject::name)
                .toList();
    }

    @Override
    public List<String> namespacesWith(String service) {
        return List.copyOf(
                new TreeSet<>(
                        services().stream()
                                .filter(s -> s.name().equals(service))
                                .map(ServiceObject::namespace)
                                .toList()));
    }

    private List<ServiceObject> services() {
        return objects.stream()
                .filter(ServiceObject.class::isInstance)
                .map(ServiceObject.class::cast)
                .toList();
    }

    @Override
    public List<Service> dnsServices() {
        return services().stream()
                .map(this::withManifest)
                .filter(s -> DNS_VALUE.equals(s.labels().get(DNS_LABEL)))
                .toList();
    }

    @Override
    public Endpoints endpoints(ServiceName service) {
        var slices = new ArrayList<EndpointSliceObject>();
        for (var object : objects) {
            if (object instanceof EndpointSliceObject slice
                    && slice.namespace().equals(service.namespace())
                    && slice.service().equals(service.name())) {
                slices.add(slice);
            }
        }
        return new Endpoints(slices, 0);
    }

    @Override
    public List<Pod> pods(String namespace, Map<String, String> selector) {
        return pods.getOrDefault(namespace, List.of()).stream()
                .filter(pod -> pod.labels().entrySet().containsAll(selector.entrySet()))
                .map(pod -> new Pod(pod.name(), state(pod.state())))
                .toList();
    }

    private static String state(Manifest.State state) {
        return switch (state) {
            case READY -> Pod.READY;
            case NOT_READY -> "not ready";
            case PENDING -> "pending";
            case FINISHED -> "finished";
        };
    }

    @Override
    public List<String> log(ServiceName service) {
        return List.of();
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
