package dev.onoma.plugins.kubernetes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The pods that manifests describe: those written out, and one for each replica of a workload.
///
/// A pod without an address gets one of each family, found from its namespace, kind, name and
/// number, so that it keeps it whatever else comes and goes.
final class ManifestPods {
    private final ManifestOptions options;
    private final AddressAllocator v4;
    private final AddressAllocator v6;
    private final Consumer<String> problems;
    private final Map<String, Manifest.Pod> pods = new HashMap<>();

    private ManifestPods(ManifestOptions options, Consumer<String> problems) {
        this.options = options;
        this.problems = problems;
        this.v4 = new AddressAllocator(options.podRange());
        this.v6 = new AddressAllocator(options.podRangeV6());
    }

    /// All pods that have an address, by namespace, sorted by name.
    static Map<String, List<Manifest.Pod>> of(
            Collection<Manifest> manifests, ManifestOptions options, Consumer<String> problems) {
        return new ManifestPods(options, problems).collect(manifests);
    }

    private Map<String, List<Manifest.Pod>> collect(Collection<Manifest> manifests) {
        var owned = new HashMap<String, List<Map<String, String>>>();
        for (var manifest : manifests) {
            if (manifest instanceof Manifest.Pod pod) {
                pods.put("%s/Pod/%s".formatted(pod.namespace(), pod.name()), pod);
                pod.addresses().forEach(address -> (address.isV4() ? v4 : v6).reserve(address));
                if (pod.owned()) {
                    owned.computeIfAbsent(pod.namespace(), _ -> new ArrayList<>())
                            .add(pod.labels());
                }
            }
        }
        for (var manifest : manifests) {
            if (manifest instanceof Manifest.Workload workload) {
                var made = owned.getOrDefault(workload.namespace(), List.of());
                var labels = workload.podLabels().entrySet();
                // The dump of a cluster has the workload and its pods; those are the real ones.
                if (made.stream().noneMatch(pod -> pod.entrySet().containsAll(labels))) {
                    expand(workload);
                }
            }
        }
        var byNamespace = new HashMap<String, List<Manifest.Pod>>();
        pods.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> withAddresses(entry.getKey(), entry.getValue()))
                .filter(pod -> !pod.addresses().isEmpty())
                .forEach(pod ->
                        byNamespace
                                .computeIfAbsent(pod.namespace(), _ -> new ArrayList<>())
                                .add(pod));
        byNamespace.values().forEach(list -> list.sort(Comparator.comparing(Manifest.Pod::name)));
        return byNamespace;
    }

    private void expand(Manifest.Workload workload) {
        boolean stateful = workload.kind().equals("StatefulSet");
        int adopted = stateful ? 0 : orphans(workload);
        for (int i = adopted; i < workload.replicas(); i++) {
            var name = workload.name() + "-" + (workload.firstOrdinal() + i);
            if (stateful && pods.containsKey("%s/Pod/%s".formatted(workload.namespace(), name))) {
                continue;
            }
            var template = workload.spec();
            var spec =
                    stateful
                            ? new Manifest.PodSpec(
                                    name,
                                    template.subdomain(),
                                    template.nodeName(),
                                    template.containerPorts())
                            : template;
            pods.put(
                    "%s/%s/%s".formatted(workload.namespace(), workload.kind(), name),
                    new Manifest.Pod(
                            workload.namespace(),
                            name,
                            workload.podLabels(),
                            List.of(),
                            Manifest.State.READY,
                            false,
                            true,
                            spec));
        }
    }

    // Controllers take pods that match and belong to nobody for theirs, and make only what is
    // missing.
    private int orphans(Manifest.Workload workload) {
        var labels = workload.podLabels().entrySet();
        var prefix = workload.namespace() + "/Pod/";
        return (int)
                pods.entrySet().stream()
                        .filter(e -> e.getKey().startsWith(prefix) && !e.getValue().owned())
                        .filter(e -> e.getValue().labels().entrySet().containsAll(labels))
                        .count();
    }

    private Manifest.Pod withAddresses(String key, Manifest.Pod pod) {
        boolean addressed = !pod.addresses().isEmpty();
        if (addressed
                || pod.state() == Manifest.State.PENDING
                || pod.state() == Manifest.State.FINISHED) {
            return pod;
        }
        var addresses = new ArrayList<Address>();
        v4.allocate(key).ifPresent(addresses::add);
        v6.allocate(key).ifPresent(addresses::add);
        if (addresses.isEmpty()) {
            problems.accept(
                    "%s gets no address: %s and %s are full; give larger ranges with pod_cidr"
                            .formatted(pod.title(), options.podRange(), options.podRangeV6()));
        }
        return new Manifest.Pod(
                pod.namespace(),
                pod.name(),
                pod.labels(),
                List.copyOf(addresses),
                pod.state(),
                pod.terminating(),
                pod.owned(),
                pod.spec());
    }
}
