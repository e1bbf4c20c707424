package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.onoma.testkit.ApiServer;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// Asks CoreDNS and us for everything that a cluster could be asked for, and compares: names of
/// each service with each label in front, in each zone, by each type. Differences are those that
/// scenarios mark as better, and no others. Skipped without `COREDNS`.
@Timeout(300)
final class ClusterDifferentialTest {
    private static final String OBJECTS =
            """
            {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
            ---
            {apiVersion: v1, kind: Namespace, metadata: {name: bank}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop}
            spec: {clusterIP: 10.0.0.21, clusterIPs: [10.0.0.21, "fd00::21"], ports: [{name: http, port: 80, protocol: TCP}, {name: dns, port: 53, protocol: UDP}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: bank}
            spec: {clusterIP: 10.0.0.31, clusterIPs: [10.0.0.31], ports: [{port: 80, protocol: TCP}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: node, namespace: shop}
            spec: {type: NodePort, clusterIP: 10.0.0.22, clusterIPs: [10.0.0.22], externalIPs: [192.0.2.1], ports: [{name: http, port: 80, protocol: TCP}, {name: https, port: 443, protocol: TCP}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: lb, namespace: shop}
            spec: {type: LoadBalancer, clusterIP: 10.0.0.23, clusterIPs: [10.0.0.23], ports: [{name: http, port: 80, protocol: TCP}]}
            status: {loadBalancer: {ingress: [{ip: 192.0.2.2}, {ip: "2001:db8::2"}]}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: plain, namespace: shop}
            spec: {clusterIP: 10.0.0.24, clusterIPs: [10.0.0.24]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: db, namespace: shop}
            spec: {clusterIP: None, clusterIPs: [None], ports: [{name: sql, port: 5432, protocol: TCP}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: bare, namespace: shop}
            spec: {clusterIP: None, clusterIPs: [None]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: idle, namespace: shop}
            spec: {clusterIP: None, clusterIPs: [None], ports: [{name: sql, port: 5432, protocol: TCP}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: ext, namespace: shop}
            spec: {type: ExternalName, externalName: web.shop.svc.cluster.local}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: away, namespace: shop}
            spec: {type: ExternalName, externalName: www.test}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: db-a, namespace: shop, labels: {kubernetes.io/service-name: db}}
            addressType: IPv4
            ports: [{name: sql, protocol: TCP, port: 5432}]
            endpoints:
              - {addresses: [10.1.0.1], conditions: {ready: true}, hostname: db-0, zone: west}
              - {addresses: [10.1.0.2], conditions: {ready: true}, targetRef: {kind: Pod, name: db-x, namespace: shop}}
              - {addresses: [10.1.0.3], conditions: {ready: false}}
              - {addresses: [10.1.0.4], conditions: {serving: true}}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: db-b, namespace: shop, labels: {kubernetes.io/service-name: db}}
            addressType: IPv6
            ports: [{name: sql, protocol: TCP, port: 5432}]
            endpoints: [{addresses: ["fd00:1::"], conditions: {ready: true}}, {addresses: ["fd07::2"], conditions: {ready: true}, hostname: db-0}]
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-a, namespace: shop, labels: {kubernetes.io/service-name: web}}
            addressType: IPv4
            ports: [{name: http, protocol: TCP, port: 8080}, {name: dns, protocol: UDP, port: 5353}]
            endpoints: [{addresses: [10.1.0.9], conditions: {ready: true}}]
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: bare-a, namespace: shop, labels: {kubernetes.io/service-name: bare}}
            addressType: IPv4
            endpoints: [{addresses: [10.1.0.20], conditions: {ready: true}}]
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: one, namespace: shop}
            status: {phase: Running, podIP: 10.1.2.3}
            """;

    private static final String[] IN_FRONT = {
        "",
        "_http._tcp.",
        "_dns._udp.",
        "_sql._tcp.",
        "http.tcp.",
        "_HTTP._TCP.",
        "_https._tcp.",
        "_http.tcp.",
        "__http._tcp.",
        "db-0.",
        "db-x.",
        "10-1-0-1.",
        "10-1-0-2.",
        "10-1-0-3.",
        "10-1-0-4.",
        "10-1-0-9.",
        "10-1-0-20.",
        "fd00-1--0.",
        "fd07--2.",
        "_tcp.",
        "a.b.c.",
        "*.",
        "any.",
        "west.pin._zone.",
        "east.pin._zone.",
        "west.prefer._zone.",
        "east.prefer._zone.",
        "west.only._zone."
    };
    private static final List<String> SERVICES =
            List.of(
                    "web", "node", "lb", "plain", "db", "bare", "idle", "ext", "away", "nosuch",
                    "WEB");
    private static final List<String> ADDRESSES =
            List.of(
                    "10-1-2-3",
                    "10-0-0-1",
                    "1-2-3",
                    "1-2-3-400",
                    "1-2-3-4-5",
                    "fd00--1",
                    "fd00-0-0-1",
                    "--1",
                    "1--2-3",
                    "0-0-0-0",
                    "a",
                    "1-2-3-",
                    "a.10-1-2-3");
    private static final int[] TYPES = {
        Type.A,
        Type.AAAA,
        Type.SRV,
        Type.TXT,
        Type.CNAME,
        Type.SOA,
        Type.NS,
        Type.PTR,
        Type.MX,
        Type.ANY,
        Type.HTTPS
    };
    private static final int PATIENCE_MILLIS = 5000;
    private static final int SHOWN_MAX = 20;

    @TempDir Path folder;

    /// What matters of a response.
    private record Said(String rcode, boolean authoritative, List<Set<String>> sections) {}

    private static Set<String> names() {
        var names = new LinkedHashSet<String>();
        var zones = List.of("svc.cluster.local.", "svc.sub.cluster.local.", "example.org.");
        for (var namespace : List.of("shop", "bank", "nowhere")) {
            for (var zone : zones) {
                names.add(namespace + "." + zone);
                for (var service : SERVICES) {
                    for (var front : IN_FRONT) {
                        names.add(front + service + "." + namespace + "." + zone);
                    }
                }
            }
            names.add(namespace + ".pod.cluster.local.");
            names.add("web." + namespace + ".cluster.local.");
            ADDRESSES.forEach(a -> names.add(a + "." + namespace + ".pod.cluster.local."));
        }
        for (var top : List.of("", "svc.", "pod.", "dns.", "ns.dns.", "dns-version.", "x.")) {
            names.add(top + "cluster.local.");
            names.add(top + "sub.cluster.local.");
        }
        names.addAll(List.of("a.dns-version.cluster.local.", "svc.svc.cluster.local."));
        names.addAll(List.of("example.org.", "dns.example.org.", "ns1.dns.example.org."));
        for (var octets : List.of("21.0.0.10", "1.0.1.10", "3.0.1.10", "9.0.1.10", "3.2.1.10")) {
            names.add(octets + ".in-addr.arpa.");
        }
        for (var octets : List.of("1.2.0.192", "0.0.10", "300.0.0.10", "1.0.0.0.10", "a.0.0.10")) {
            names.add(octets + ".in-addr.arpa.");
        }
        names.add("in-addr.arpa.");
        return names;
    }

    private static void fill(ApiServer api) {
        for (var document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(OBJECTS)) {
            var object = new LinkedHashMap<String, Object>();
            ((Map<?, ?>) document).forEach((key, value) -> object.put("" + key, value));
            api.put(object);
        }
    }

    private Subject.Running start(Subject subject, String corefile, int port) throws Exception {
        var own = Files.createDirectory(folder.resolve(subject.name()));
        return subject.start(new Subject.Setup(own, corefile, port, Cluster.none(own)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pods insecure\nzonal",
                "pods verified\nendpoint_pod_names",
                "noendpoints\nnamespaces shop",
                "ignore empty_service"
            })
    void onlyWhatIsBetterIsDifferent(String options) throws Exception {
        var reference = Subjects.coreDns();
        assumeTrue(reference.isPresent(), "no CoreDNS: set COREDNS to the path of its binary");
        try (var api = new ApiServer()) {
            fill(api);
            var corefile =
                    """
                    cluster.local sub.cluster.local in-addr.arpa example.org {
                        kubernetes cluster.local in-addr.arpa sub.cluster.local {
                            endpoint %s
                            %s
                        }
                        k8s_external example.org {
                            headless
                        }
                    }
                    test {
                        hosts {
                            198.51.100.7 www.test
                        }
                    }
                    """
                            .formatted(api.url(), options);
            int ours = Ports.free();
            int theirs = Ports.free();
            try (var _ = start(new OnomaSubject(), corefile, ours);
                    var _ = start(reference.get(), corefile, theirs)) {
                assertThat(differences(ours, theirs)).isEmpty();
            }
        }
    }

    private static List<String> differences(int ours, int theirs) throws IOException {
        var differences = new ArrayList<String>();
        try (var us = client(ours);
                var them = client(theirs)) {
            for (var name : names()) {
                for (int type : TYPES) {
                    var here = ask(us, name, type);
                    var there = ask(them, name, type);
                    if (!here.equals(there)
                            && !isBetter(name, type, here, there)
                            && differences.size() < SHOWN_MAX) {
                        differences.add(
                                "%s %s%n  ours %s%n  CoreDNS %s"
                                        .formatted(name, Type.string(type), here, there));
                    }
                }
            }
        }
        return differences;
    }

    /// What scenarios mark with a reason.
    private static boolean isBetter(String name, int type, Said here, Said there) {
        boolean denied = here.rcode().equals("NXDOMAIN") && there.rcode().equals("NOERROR");
        boolean exists = here.rcode().equals("NOERROR") && there.rcode().equals("NXDOMAIN");
        return switch (type) {
            case Type.SOA -> denied;
            case Type.TXT -> exists;
            case Type.PTR -> exists && name.startsWith("ns.dns.");
            case Type.SRV -> name.contains(".pod.");
            case Type.NS -> name.equals("in-addr.arpa.");
            default -> false;
        };
    }

    private static DatagramSocket client(int port) throws IOException {
        var socket = new DatagramSocket();
        socket.connect(InetAddress.ofLiteral("127.0.0.1"), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static Said ask(DatagramSocket socket, String name, int type) throws IOException {
        var query = Message.newQuery(Record.newRecord(Name.fromString(name), type, DClass.IN));
        query.addRecord(new OPTRecord(4096, 0, 0), Section.ADDITIONAL);
        var octets = query.toWire();
        socket.send(new DatagramPacket(octets, octets.length));
        var packet = new DatagramPacket(new byte[4096], 4096);
        socket.receive(packet);
        var message = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
        return new Said(
                Rcode.string(message.getRcode()),
                message.getHeader().getFlag(Flags.AA),
                List.of(
                        section(message, Section.ANSWER),
                        section(message, Section.AUTHORITY),
                        section(message, Section.ADDITIONAL)));
    }

    /// In one order, without serials and EDNS, and all in small letters: whether a name that was
    /// compressed has the client's is each one's own.
    private static Set<String> section(Message message, int section) {
        var texts = new TreeSet<String>();
        for (var r : message.getSection(section)) {
            if (r instanceof SOARecord soa) {
                var text = "%s %d SOA %s".formatted(soa.getName(), soa.getTTL(), soa.getHost());
                texts.add(text.toLowerCase(Locale.ROOT));
            } else if (r.getType() != Type.OPT) {
                texts.add(r.toString().toLowerCase(Locale.ROOT));
            }
        }
        return texts;
    }
}
