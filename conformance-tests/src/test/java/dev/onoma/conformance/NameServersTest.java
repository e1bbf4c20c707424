package dev.onoma.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Scenarios;
import dev.onoma.testkit.Subject;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The name servers of a cluster's zone are the Services behind which this server is itself, so
/// that the expectation has an address of this machine in it; played against CoreDNS, too, when
/// `COREDNS` names its binary.
final class NameServersTest {
    private static final String SCENARIOS =
            """
            == the Service in front of this server
            cluster.local {
                kubernetes
            }

            given service kube-system/kube-dns 10.96.0.10 dns/udp/53
            given endpoints kube-system/kube-dns HERE ready
            given service shop/web 10.0.0.1 http/tcp/80
            given endpoints shop/web 10.1.0.1 ready

            > cluster.local. NS
            NOERROR aa
            cluster.local. 5 IN NS kube-dns.kube-system.svc.cluster.local.
            ;; additional
            kube-dns.kube-system.svc.cluster.local. 5 IN A 10.96.0.10

            > ns.dns.cluster.local. A
            NOERROR aa
            ns.dns.cluster.local. 5 IN A 10.96.0.10

            > ns.dns.cluster.local. AAAA
            NOERROR aa
            ;; authority
            cluster.local. 5 IN SOA *

            > CLUSTER.local. NS
            NOERROR aa
            CLUSTER.local. 5 IN NS kube-dns.kube-system.svc.CLUSTER.local.
            ;; additional
            kube-dns.kube-system.svc.CLUSTER.local. 5 IN A 10.96.0.10
            better: letters are all the same (RFC 4343); CoreDNS finds no name server

            == two Services, one of them headless
            cluster.local {
                kubernetes
            }

            given service kube-system/kube-dns 10.96.0.10,fd00::10 dns/udp/53
            given endpoints kube-system/kube-dns HERE ready
            given service kube-system/dns-peers headless dns/udp/53
            given endpoints kube-system/dns-peers HERE dns-0 ready

            > cluster.local. NS
            NOERROR aa
            cluster.local. 5 IN NS kube-dns.kube-system.svc.cluster.local.
            cluster.local. 5 IN NS dns-0.dns-peers.kube-system.svc.cluster.local.
            ;; additional
            kube-dns.kube-system.svc.cluster.local. 5 IN A 10.96.0.10
            kube-dns.kube-system.svc.cluster.local. 5 IN AAAA fd00::10
            dns-0.dns-peers.kube-system.svc.cluster.local. 5 IN A HERE

            == a headless Service names all servers that stand beside this one
            cluster.local {
                kubernetes
            }

            given service kube-system/dns-peers headless dns/udp/53
            given manifest
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: dns-peers-a, namespace: kube-system, labels: {kubernetes.io/service-name: dns-peers}}
                addressType: IPv4
                ports: [{name: dns, protocol: UDP, port: 53}]
                endpoints:
                  - {addresses: [HERE], conditions: {ready: true}, hostname: dns-0}
                  - {addresses: [10.1.0.2], conditions: {ready: true}, hostname: dns-1}

            > cluster.local. NS
            NOERROR aa
            cluster.local. 5 IN NS dns-0.dns-peers.kube-system.svc.cluster.local.
            cluster.local. 5 IN NS dns-1.dns-peers.kube-system.svc.cluster.local.
            ;; additional
            dns-0.dns-peers.kube-system.svc.cluster.local. 5 IN A HERE
            dns-1.dns-peers.kube-system.svc.cluster.local. 5 IN A 10.1.0.2

            > ns.dns.cluster.local. A
            NOERROR aa
            ns.dns.cluster.local. 5 IN A HERE
            ns.dns.cluster.local. 5 IN A 10.1.0.2

            == what is not exposed is no name server either
            cluster.local {
                kubernetes {
                    namespaces shop
                }
            }

            given namespace shop
            given service kube-system/kube-dns 10.96.0.10 dns/udp/53
            given endpoints kube-system/kube-dns HERE ready

            > cluster.local. NS
            NOERROR aa
            cluster.local. 5 IN NS ns.dns.cluster.local.
            ;; additional
            ns.dns.cluster.local. 5 IN A HERE
            *
            better: a name server has a name that exists; CoreDNS tells one that it denies

            == reverse zones have the name servers of the cluster's zone
            cluster.local in-addr.arpa {
                kubernetes
            }

            given service kube-system/kube-dns 10.96.0.10 dns/udp/53
            given endpoints kube-system/kube-dns HERE ready

            > in-addr.arpa. NS
            NOERROR aa
            in-addr.arpa. 5 IN NS kube-dns.kube-system.svc.cluster.local.
            ;; additional
            kube-dns.kube-system.svc.cluster.local. 5 IN A 10.96.0.10
            better: CoreDNS tells names of services below in-addr.arpa

            == nobody knows this server without endpoints
            cluster.local {
                kubernetes {
                    noendpoints
                }
            }

            given service kube-system/kube-dns 10.96.0.10 dns/udp/53
            given endpoints kube-system/kube-dns HERE ready

            > cluster.local. NS
            NOERROR aa
            cluster.local. 5 IN NS ns.dns.cluster.local.
            ;; additional
            ns.dns.cluster.local. 5 IN A HERE
            *

            > ns.dns.cluster.local. A
            NOERROR aa
            ns.dns.cluster.local. 5 IN A HERE
            *

            == whatever bind says
            cluster.local {
                bind 127.0.0.1 HERE
                kubernetes
            }

            given service kube-system/kube-dns 10.96.0.10 dns/udp/53
            given endpoints kube-system/kube-dns HERE ready

            > cluster.local. NS
            NOERROR aa
            cluster.local. 5 IN NS kube-dns.kube-system.svc.cluster.local.
            ;; additional
            kube-dns.kube-system.svc.cluster.local. 5 IN A 10.96.0.10
            better: a zone has a name server; CoreDNS takes the addresses of bind for networks, and finds none

            == outside of the cluster the Service has other addresses
            . {
                kubernetes cluster.local
                k8s_external example.org
            }

            given manifest
                apiVersion: v1
                kind: Service
                metadata: {name: kube-dns, namespace: kube-system}
                spec:
                  type: LoadBalancer
                  clusterIP: 10.96.0.10
                  clusterIPs: [10.96.0.10]
                  externalIPs: [192.0.2.53]
                  ports: [{name: dns, protocol: UDP, port: 53}]
                status:
                  loadBalancer:
                    ingress: [{ip: "2001:db8::53"}]
            given endpoints kube-system/kube-dns HERE ready

            > example.org. NS
            NOERROR aa
            example.org. 5 IN NS ns1.dns.example.org.
            ;; additional
            ns1.dns.example.org. 5 IN A 192.0.2.53
            ns1.dns.example.org. 5 IN AAAA 2001:db8::53

            > ns1.dns.example.org. A
            NOERROR aa
            ns1.dns.example.org. 5 IN A 192.0.2.53

            > ns1.dns.example.org. AAAA
            NOERROR aa
            ns1.dns.example.org. 5 IN AAAA 2001:db8::53

            == a Service that has none outside
            . {
                kubernetes cluster.local
                k8s_external example.org
            }

            given service kube-system/kube-dns 10.96.0.10 dns/udp/53
            given endpoints kube-system/kube-dns HERE ready

            > example.org. NS
            NOERROR aa
            example.org. 5 IN NS ns1.dns.example.org.

            > ns1.dns.example.org. A
            NOERROR aa
            ;; authority
            example.org. 5 IN SOA *

            == nothing of the cluster is behind this address
            . {
                kubernetes cluster.local
                k8s_external example.org
            }

            given namespace shop

            > example.org. NS
            NOERROR aa
            example.org. 5 IN NS ns1.dns.example.org.
            ;; additional
            ns1.dns.example.org. 5 IN A HERE
            *

            > ns1.dns.example.org. A
            NOERROR aa
            ns1.dns.example.org. 5 IN A HERE
            *
            """;

    @TestFactory
    Stream<DynamicTest> nameServersAreServicesInFrontOfThisServer() throws SocketException {
        var here = here();
        assumeTrue(here.isPresent(), "this machine has no address but loopback");
        var text = SCENARIOS.replace("HERE", here.get().getHostAddress());
        return Stream.concat(Stream.<Subject>of(new OnomaSubject()), Subjects.coreDns().stream())
                .flatMap(subject -> Scenarios.against(subject).play(text));
    }

    private static Optional<InetAddress> here() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(a -> a instanceof Inet4Address && !a.isLoopbackAddress())
                .findFirst();
    }
}
