package dev.onoma.plugins.kubernetes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Finds the endpoints of a service among the pods, as the controller of the same name does in a
/// cluster: selector, readiness, `publishNotReadyAddresses`, termination, hostname and subdomain,
/// named target ports, one slice for each address family and set of ports.
final class EndpointController {
    private final Map<String, List<Manifest.Pod>> podsByNamespace;
    private final Map<String, String> zonesByNode;
    private final Interner interner;

    EndpointController(
            Map<String, List<Manifest.Pod>> podsByNamespace,
            Map<String, String> zonesByNode,
            Interner interner) {
        this.podsByNamespace = podsByNamespace;
        this.zonesByNode = zonesByNode;
        this.interner = interner;
    }

    List<EndpointSliceObject> slices(Manifest.Service service) {
        var selector = LabelSelector.equalTo(service.selector());
        var v4 = new LinkedHashMap<List<ServicePort>, List<Endpoint>>();
        var v6 = new LinkedHashMap<List<ServicePort>, List<Endpoint>>();
        for (var pod : podsByNamespace.getOrDefault(service.namespace(), List.of())) {
            if (!selector.matches(pod.labels()) || !isReady(service, pod)) {
                continue;
            }
            var ports = ports(service, pod);
            if (service.v4()) {
                add(service, pod, true, v4.computeIfAbsent(ports, _ -> new ArrayList<>()));
            }
            if (service.v6()) {
                add(service, pod, false, v6.computeIfAbsent(ports, _ -> new ArrayList<>()));
            }
        }
        var slices = new ArrayList<EndpointSliceObject>();
        collect(service, v4, "ipv4", slices);
        collect(service, v6, "ipv6", slices);
        return slices;
    }

    private static boolean isReady(Manifest.Service service, Manifest.Pod pod) {
        return switch (pod.state()) {
            case READY -> !pod.terminating() || service.publishNotReadyAddresses();
            case NOT_READY -> service.publishNotReadyAddresses();
            case PENDING, FINISHED -> false;
        };
    }

    /// A pod has one endpoint per family, at its first address of that family.
    private void add(
            Manifest.Service service, Manifest.Pod pod, boolean v4, List<Endpoint> endpoints) {
        var spec = pod.spec();
        boolean named = service.name().equals(spec.subdomain());
        pod.addresses().stream()
                .filter(address -> address.isV4() == v4)
                .findFirst()
                .ifPresent(address ->
                        endpoints.add(
                                new Endpoint(
                                        address,
                                        named ? spec.hostname() : null,
                                        pod.name(),
                                        /* cluster= */ null,
                                        spec.nodeName() == null
                                                ? null
                                                : zonesByNode.get(spec.nodeName()))));
    }

    /// The service's ports with the numbers they have in this pod; a named target the pod does not
    /// have is left out.
    private List<ServicePort> ports(Manifest.Service service, Manifest.Pod pod) {
        var ports = new ArrayList<ServicePort>();
        for (var port : service.ports()) {
            var name = port.port().name();
            var protocol = port.port().protocol();
            var target = port.targetName();
            if (target == null) {
                ports.add(new ServicePort(name, protocol, port.targetPort()));
            } else {
                pod.spec()
                        .portNamed(target, protocol)
                        .ifPresent(number -> ports.add(new ServicePort(name, protocol, number)));
            }
        }
        return interner.intern(List.copyOf(ports));
    }

    private static void collect(
            Manifest.Service service,
            Map<List<ServicePort>, List<Endpoint>> endpointsByPorts,
            String family,
            List<EndpointSliceObject> slices) {
        int number = 0;
        for (var entry : endpointsByPorts.entrySet()) {
            if (!entry.getValue().isEmpty()) {
                slices.add(
                        new EndpointSliceObject(
                                service.namespace(),
                                "%s-%s-%d".formatted(service.name(), family, number++),
                                service.name(),
                                List.copyOf(entry.getValue()),
                                entry.getKey(),
                                List.of(),
                                EndpointSliceObject.NOT_TRIGGERED));
            }
        }
    }
}
