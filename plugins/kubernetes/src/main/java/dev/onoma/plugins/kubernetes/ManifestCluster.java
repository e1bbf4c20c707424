package dev.onoma.plugins.kubernetes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// The cluster that a set of manifests describes, with what the control plane would have added:
/// namespaces, cluster IPs, pods of workloads, endpoints.
///
/// It depends on the manifests alone, so two servers that read the same files say the same.
final class ManifestCluster {
    private final ManifestOptions options;
    private final Consumer<String> problems;
    private final Interner interner;

    private final Map<String, Map<String, String>> namespaces = new TreeMap<>();
    private final List<Manifest.Service> services = new ArrayList<>();
    private final Map<ServiceName, List<Manifest.EndpointSlice>> slices = new HashMap<>();
    private final Map<ServiceName, Manifest.Endpoints> endpoints = new HashMap<>();
    private final Map<String, String> zonesByNode = new HashMap<>();
    private final List<KubernetesObject> objects = new ArrayList<>();

    private ManifestCluster(ManifestOptions options, Interner interner, Consumer<String> problems) {
        this.options = options;
        this.interner = interner;
        this.problems = problems;
    }

    /// All objects, sorted by kind and name.
    ///
    /// @param files what each file says
    /// @param problems hears what is odd about them together
    static List<KubernetesObject> objects(
            SortedMap<String, List<Manifest>> files,
            ManifestOptions options,
            Interner interner,
            Consumer<String> problems) {
        var cluster = new ManifestCluster(options, interner, problems);
        cluster.build(cluster.unique(files));
        return List.copyOf(cluster.objects);
    }

    private Collection<Manifest> unique(SortedMap<String, List<Manifest>> files) {
        var manifests = new LinkedHashMap<String, Manifest>();
        var places = new HashMap<String, String>();
        files.forEach((file, list) -> {
            for (var manifest : list) {
                var first = places.put(manifest.title(), file);
                if (manifests.put(manifest.title(), manifest) != null) {
                    problems.accept(
                            "%s is in %s and in %s; the last one counts"
                                    .formatted(manifest.title(), first, file));
                }
            }
        });
        return manifests.values();
    }

    private void build(Collection<Manifest> manifests) {
        namespaces.put("default", Map.of());
        manifests.forEach(this::sort);
        var pods = ManifestPods.of(manifests, options, problems);
        namespaces.forEach(this::addNamespace);
        if (options.pods()) {
            pods.values().forEach(list -> list.forEach(this::addPod));
        }
        services.sort(
                Comparator.comparing(Manifest.Service::namespace)
                        .thenComparing(Manifest.Service::name));
        addEndpoints(new EndpointController(pods, zonesByNode, interner));
        addServices();
    }

    private void sort(Manifest manifest) {
        if (!manifest.namespace().isEmpty()) {
            namespaces.putIfAbsent(manifest.namespace(), Map.of());
        }
        switch (manifest) {
            case Manifest.Namespace(var name, var labels) -> namespaces.put(name, labels);
            case Manifest.Service service -> services.add(service);
            case Manifest.EndpointSlice slice ->
                    slices.computeIfAbsent(
                                    new ServiceName(slice.namespace(), slice.object().service()),
                                    _ -> new ArrayList<>())
                            .add(slice);
            case Manifest.Endpoints manual ->
                    endpoints.put(new ServiceName(manual.namespace(), manual.name()), manual);
            case Manifest.Node(var name, var zone) -> {
                if (zone != null) {
                    zonesByNode.put(name, zone);
                }
            }
            case Manifest.Pod _, Manifest.Workload _ -> {} // see ManifestPods
        }
    }

    private void addNamespace(String name, Map<String, String> labels) {
        var all = new HashMap<String, String>(labels);
        all.put("kubernetes.io/metadata.name", name);
        if (options.namespaceLabels().matches(all)) {
            objects.add(new NamespaceObject(name));
        }
    }

    private void addPod(Manifest.Pod pod) {
        boolean runs =
                pod.state() == Manifest.State.READY || pod.state() == Manifest.State.NOT_READY;
        if (runs && options.labels().matches(pod.labels())) {
            objects.add(new PodObject(pod.namespace(), pod.name(), pod.addresses(), pod.labels()));
        }
    }

    /// What somebody wrote comes first: slices, else Endpoints, else what the selector finds.
    private void addEndpoints(EndpointController controller) {
        slices.values().stream()
                .flatMap(List::stream)
                .filter(slice -> !slice.object().service().isEmpty())
                .filter(slice -> options.labels().matches(slice.labels()))
                .forEach(slice -> objects.add(slice.object()));
        for (var service : services) {
            var name = new ServiceName(service.namespace(), service.name());
            // Slices that controllers make carry the labels of the service.
            if (slices.containsKey(name) || !options.labels().matches(service.labels())) {
                continue;
            }
            var manual = endpoints.get(name);
            if (manual != null) {
                objects.addAll(manual.slices());
            } else if (!service.selector().isEmpty()) {
                objects.addAll(controller.slices(service));
            }
        }
    }

    private void addServices() {
        var v4 = new AddressAllocator(options.serviceRange());
        var v6 = new AddressAllocator(options.serviceRangeV6());
        var owners = new HashMap<Address, Manifest.Service>();
        for (var service : services) {
            for (var address : service.clusterIps()) {
                (address.isV4() ? v4 : v6).reserve(address);
                var owner = owners.putIfAbsent(address, service);
                if (owner != null) {
                    problems.accept(
                            "%s has the cluster IP %s of %s; give it another one"
                                    .formatted(service.title(), address, owner.title()));
                }
            }
        }
        for (var service : services) {
            var addresses = clusterIps(service, v4, v6);
            if (options.labels().matches(service.labels())) {
                objects.add(
                        new ServiceObject(
                                service.namespace(),
                                service.name(),
                                addresses,
                                interner.intern(
                                        service.ports().stream().map(Manifest.Port::port).toList()),
                                service.externalName(),
                                service.external()));
            }
        }
    }

    private List<Address> clusterIps(
            Manifest.Service service, AddressAllocator v4, AddressAllocator v6) {
        if (service.headless() || service.externalName() != null) {
            return List.of();
        }
        var addresses = new ArrayList<Address>(service.clusterIps());
        var has = new HashSet<Boolean>();
        addresses.forEach(address -> has.add(address.isV4()));
        var key = service.namespace() + "/" + service.name();
        if (service.v4() && !has.contains(true)) {
            find(service, v4, key, options.serviceRange(), addresses);
        }
        if (service.v6() && !has.contains(false)) {
            find(service, v6, key, options.serviceRangeV6(), addresses);
        }
        return List.copyOf(addresses);
    }

    private void find(
            Manifest.Service service,
            AddressAllocator allocator,
            String key,
            AddressRange range,
            List<Address> into) {
        allocator
                .allocate(key)
                .ifPresentOrElse(
                        into::add,
                        () ->
                                problems.accept(
                                        "%s gets no address: %s is full; give a larger range with service_cidr"
                                                .formatted(service.title(), range)));
    }
}
