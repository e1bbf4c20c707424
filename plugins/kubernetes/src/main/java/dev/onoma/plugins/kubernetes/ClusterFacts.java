package dev.onoma.plugins.kubernetes;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What an examination asks about a cluster: more than DNS needs of it, and only as much as it asks
/// for. For one thread, which waits.
///
/// Every method may throw: an [ApiFailure] that says why, or another [IOException].
interface ClusterFacts extends AutoCloseable {
    /// A service, with what people get wrong.
    ///
    /// @param type as written: `ClusterIP`, `ExternalName`
    /// @param selector empty if somebody else looks after its endpoints
    record Service(
            ServiceObject object,
            String type,
            Map<String, String> labels,
            Map<String, String> selector) {}

    /// The endpoints of a service.
    ///
    /// @param slices with what is ready
    /// @param notReady how many addresses are not
    record Endpoints(List<EndpointSliceObject> slices, int notReady) {
        int ready() {
            return slices.stream().mapToInt(s -> s.endpoints().size() + s.targets().size()).sum();
        }
    }

    /// A pod.
    ///
    /// @param state why it is not ready, or `ready`
    record Pod(String name, String state) {
        static final String READY = "ready";

        boolean isReady() {
            return state.equals(READY);
        }
    }

    /// For messages.
    String source();

    /// Whether the objects can be read as the server reads them.
    ///
    /// @return what stands in the way, one line for each cause
    List<Obstacle> obstacles();

    /// Something that stands in the way.
    record Obstacle(String text, String advice) {}

    /// The names of all namespaces.
    List<String> namespaces() throws IOException;

    /// The labels of a namespace; empty if there is none of that name.
    Optional<Map<String, String>> namespace(String name) throws IOException;

    Optional<Service> service(ServiceName name) throws IOException;

    /// The names of the services of a namespace.
    List<String> servicesIn(String namespace) throws IOException;

    /// The namespaces that have a service of this name.
    List<String> namespacesWith(String service) throws IOException;

    /// The services that the servers are behind.
    List<Service> dnsServices() throws IOException;

    Endpoints endpoints(ServiceName service) throws IOException;

    /// The pods that a selector finds, some of them if they are many.
    List<Pod> pods(String namespace, Map<String, String> selector) throws IOException;

    /// The last lines of the logs of the servers; empty if the source has none.
    List<String> log(ServiceName service) throws IOException;

    @Override
    void close();
}
