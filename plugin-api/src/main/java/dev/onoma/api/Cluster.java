package dev.onoma.api;

import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Rcode;

/// A Kubernetes cluster, as `kubernetes` shows it to other plugins of its server block: they find
/// it with [ServerBlock#setting] from [ServerBlock#onStart] on.
///
/// Any thread. What is returned is as it was at that moment.
public interface Cluster {
    /// Where it is read from, for messages.
    String source();

    /// Whether everything has been read once, so that what is not here does not exist.
    boolean isSynced();

    /// Whether what is known comes from before this process, and the source has not been read yet.
    boolean isRestored();

    /// Says with a response that it is made of what was known before this process (RFC 8914,
    /// sections 4.4 and 4.20).
    static Response markRestored(Response response) {
        return response.ede(
                response.rcode() == Rcode.NXDOMAIN ? Ede.STALE_NXDOMAIN : Ede.STALE_ANSWER,
                "last known state of the cluster");
    }

    /// Whether names of this namespace, in lower case, are answered: it is there, and the Corefile
    /// does not leave it out.
    boolean isExposed(String namespace);

    /// The service of that name, in lower case, whether its namespace is exposed or not.
    Optional<Service> service(String namespace, String name);

    /// The services that have this address outside of the cluster.
    List<Service> servicesAt(InetAddress external);

    /// The services that have one of this server's own addresses as an endpoint.
    List<Service> servicesHere();

    /// The addresses of this server that are not loopback.
    List<InetAddress> addressesHere();

    /// Every service of every namespace, in no order.
    Collection<Service> services();

    /// When the answers last changed, in seconds since 1970; 0 before the first object.
    long serialSeconds();

    /// When an address or a name outside of the cluster last changed, in seconds since 1970; 0 if
    /// there never was one.
    long externalSerialSeconds();

    /// Somebody takes a version of a zone away, under the serials read after this: whatever changes
    /// from now on gets a higher one.
    void takeVersion();

    /// A service.
    interface Service {
        String namespace();

        String name();

        /// Whether it has no address of its own, and is none for a name outside either.
        boolean isHeadless();

        /// Where it can be reached from outside: its external IPs, and the addresses, else the
        /// names, of its load balancers. As text, in the order of the object.
        List<String> external();

        List<Port> ports();

        /// The addresses that are ready. Each is made when it is asked for: there may be thousands.
        List<Endpoint> endpoints();

        /// Those of the endpoints whose addresses go into records of this type, A or AAAA.
        List<Endpoint> endpoints(int type);

        /// Those of the endpoints that have this label, in lower case.
        List<Endpoint> endpoints(String label);
    }

    /// A port.
    ///
    /// @param name empty if it has none
    /// @param protocol lower case: `tcp`, `udp`, `sctp`
    /// @param number 0 to 65,535
    record Port(String name, String protocol, int number) {}

    /// A ready address behind a service.
    ///
    /// @param label in front of the name of the service, lower case
    /// @param ports of this address
    record Endpoint(InetAddress address, String label, List<Port> ports) {}
}
