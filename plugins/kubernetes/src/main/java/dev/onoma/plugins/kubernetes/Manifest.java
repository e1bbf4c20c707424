package dev.onoma.plugins.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What one manifest says, of the kinds that matter to DNS.
sealed interface Manifest {
    String namespace();

    String name();

    /// For messages and to find repetitions: `Service shop/web`.
    default String title() {
        var name = namespace().isEmpty() ? name() : namespace() + "/" + name();
        return getClass().getSimpleName() + " " + name;
    }

    /// A namespace, written out or implied by an object in it.
    record Namespace(String name, Map<String, String> labels) implements Manifest {
        @Override
        public String namespace() {
            return "";
        }
    }

    /// A service as a person or an API server writes it.
    ///
    /// @param headless `clusterIP: None`
    /// @param clusterIps as written; may be fewer than it has families, an address is found then
    /// @param v4 whether it has IPv4 addresses
    /// @param v6 whether it has IPv6 addresses
    /// @param selector empty when somebody else looks after the endpoints
    record Service(
            String namespace,
            String name,
            Map<String, String> labels,
            boolean headless,
            List<Address> clusterIps,
            boolean v4,
            boolean v6,
            List<Port> ports,
            Map<String, String> selector,
            boolean publishNotReadyAddresses,
            @Nullable String externalName,
            List<String> external)
            implements Manifest {}

    /// A port of a service.
    ///
    /// @param targetName of a container's port, null when the target is a number
    /// @param targetPort 0 when the target is named
    record Port(ServicePort port, @Nullable String targetName, int targetPort) {}

    /// A slice with its labels.
    record EndpointSlice(EndpointSliceObject object, Map<String, String> labels)
            implements Manifest {
        @Override
        public String namespace() {
            return object.namespace();
        }

        @Override
        public String name() {
            return object.name();
        }
    }

    /// An Endpoints object: one slice for each of its subsets and address families.
    record Endpoints(String namespace, String name, List<EndpointSliceObject> slices)
            implements Manifest {}

    /// A pod.
    ///
    /// @param addresses empty when nothing is known of it; one is found then
    /// @param owned whether a controller made it
    record Pod(
            String namespace,
            String name,
            Map<String, String> labels,
            List<Address> addresses,
            State state,
            boolean terminating,
            boolean owned,
            PodSpec spec)
            implements Manifest {}

    /// How far a pod has come.
    enum State {
        /// Its containers are ready, or nobody said otherwise.
        READY,
        /// It runs but is not ready.
        NOT_READY,
        /// It has no address yet.
        PENDING,
        /// It has ended.
        FINISHED
    }

    /// The part of a pod that its template shares.
    record PodSpec(
            @Nullable String hostname,
            @Nullable String subdomain,
            @Nullable String nodeName,
            List<ServicePort> containerPorts) {
        /// The number behind a container port's name.
        Optional<Integer> portNamed(String name, String protocol) {
            return containerPorts.stream()
                    .filter(port -> port.name().equals(name) && port.protocol().equals(protocol))
                    .map(ServicePort::port)
                    .findFirst();
        }
    }

    /// A Deployment, StatefulSet, ReplicaSet or DaemonSet.
    ///
    /// @param kind as written
    /// @param firstOrdinal number of the first pod
    record Workload(
            String namespace,
            String name,
            String kind,
            int replicas,
            int firstOrdinal,
            Map<String, String> podLabels,
            PodSpec spec)
            implements Manifest {
        @Override
        public String title() {
            return "%s %s/%s".formatted(kind, namespace, name);
        }
    }

    /// A node, for the zone its pods are in.
    record Node(String name, @Nullable String zone) implements Manifest {
        @Override
        public String namespace() {
            return "";
        }
    }
}
