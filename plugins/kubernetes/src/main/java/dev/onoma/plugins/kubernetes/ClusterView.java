package dev.onoma.plugins.kubernetes;

import dev.onoma.api.Cluster;
import java.net.InetAddress;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// The store, as other plugins of the server block see it.
record ClusterView(KubernetesOptions options, WatchedCluster cluster, LocalNameServers nameServers)
        implements Cluster {
    @Override
    public String source() {
        return cluster.name();
    }

    @Override
    public boolean isSynced() {
        return cluster.store().isSynced();
    }

    @Override
    public boolean isRestored() {
        return cluster.store().restoredAt() != null;
    }

    @Override
    public boolean isExposed(String namespace) {
        return options.isExposed(namespace, cluster.store());
    }

    @Override
    public Optional<Service> service(String namespace, String name) {
        return Optional.ofNullable(cluster.store().service(namespace, name)).map(this::view);
    }

    @Override
    public List<Service> servicesAt(InetAddress external) {
        return views(cluster.store().servicesOfExternal(Address.of(external.getAddress())));
    }

    @Override
    public List<Service> servicesHere() {
        return nameServers.addresses().stream()
                .flatMap(local -> cluster.store().servicesOfEndpoint(local).stream())
                .filter(state -> state.service() != null)
                .distinct()
                .map(this::view)
                .toList();
    }

    @Override
    public List<InetAddress> addressesHere() {
        return nameServers.addresses().stream().map(Address::toInetAddress).toList();
    }

    @Override
    public Collection<Service> services() {
        return views(cluster.store().services());
    }

    @Override
    public long serialSeconds() {
        return cluster.store().serials().cluster();
    }

    @Override
    public long externalSerialSeconds() {
        return cluster.store().serials().external();
    }

    @Override
    public void takeVersion() {
        cluster.store().serials().take();
    }

    private List<Service> views(Collection<ServiceState> states) {
        return states.stream().map(this::view).toList();
    }

    private Service view(ServiceState state) {
        return new ServiceView(state, options.endpoints(), options.podNames());
    }

    /// One service; what others want of it is made when they ask.
    private record ServiceView(ServiceState state, boolean withEndpoints, boolean podNames)
            implements Service {
        @Override
        public String namespace() {
            return state.name().namespace();
        }

        @Override
        public String name() {
            return state.name().name();
        }

        @Override
        public boolean isHeadless() {
            var service = state.service();
            return service != null && service.isHeadless();
        }

        @Override
        public List<String> external() {
            var service = state.service();
            return service == null ? List.of() : service.external();
        }

        @Override
        public List<Port> ports() {
            var service = state.service();
            return service == null ? List.of() : ports(service.ports());
        }

        @Override
        public List<Endpoint> endpoints() {
            return views(state.slices());
        }

        /// A slice has addresses of one family.
        @Override
        public List<Endpoint> endpoints(int type) {
            return views(
                    state.slices().stream()
                            .filter(slice -> !slice.endpoints().isEmpty())
                            .filter(slice ->
                                    AnswerRecords.matches(
                                            type, slice.endpoints().getFirst().address()))
                            .toList());
        }

        private List<Endpoint> views(List<EndpointSliceObject> slices) {
            return withEndpoints ? new EndpointViews(slices, podNames) : List.of();
        }

        @Override
        public List<Endpoint> endpoints(String label) {
            var found = new ArrayList<Endpoint>();
            var wanted = EndpointName.of(label, null);
            for (var slice : withEndpoints ? state.slices() : List.<EndpointSliceObject>of()) {
                for (var endpoint : slice.endpoints()) {
                    if (wanted.matches(endpoint, podNames)) {
                        found.add(view(endpoint, slice, podNames));
                    }
                }
            }
            return found;
        }

        private static Endpoint view(
                dev.onoma.plugins.kubernetes.Endpoint endpoint,
                EndpointSliceObject slice,
                boolean podNames) {
            return new Endpoint(
                    endpoint.address().toInetAddress(),
                    endpoint.label(podNames).toLowerCase(Locale.ROOT),
                    ports(slice.ports()));
        }

        private static List<Port> ports(List<ServicePort> ports) {
            return ports.stream().map(p -> new Port(p.name(), p.protocol(), p.port())).toList();
        }

        /// The endpoints of slices in a row.
        private static final class EndpointViews extends AbstractList<Endpoint> {
            private final List<EndpointSliceObject> slices;
            private final boolean podNames;
            private final int size;

            EndpointViews(List<EndpointSliceObject> slices, boolean podNames) {
                this.slices = slices;
                this.podNames = podNames;
                size = slices.stream().mapToInt(slice -> slice.endpoints().size()).sum();
            }

            @Override
            public Endpoint get(int index) {
                int left = Objects.checkIndex(index, size);
                for (var slice : slices) {
                    int length = slice.endpoints().size();
                    if (left < length) {
                        return view(slice.endpoints().get(left), slice, podNames);
                    }
                    left -= length;
                }
                throw new IllegalStateException("slices do not change");
            }

            @Override
            public int size() {
                return size;
            }
        }
    }
}
