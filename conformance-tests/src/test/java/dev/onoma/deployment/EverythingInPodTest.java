package dev.onoma.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.onoma.testkit.Authority;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The image has what every plugin needs that needs more than most: parts of Java, native
/// libraries, folders. One server with all of them, asked by programs of others.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(240)
final class EverythingInPodTest {
    private static final String COREFILE =
            """
            . {
                errors
                health
                ready
                prometheus :9153
                pprof :6053
                trace zipkin 127.0.0.1:9411
                note contact.test "call the night desk"
                kubernetes cluster.local in-addr.arpa
            }
            ec.test ed.test rsa.test {
                dnssec {
                    key file /etc/coredns/ec /etc/coredns/ed /etc/coredns/rsa
                }
                file /etc/coredns/zone
            }
            tls://.:853 https://.:443 grpc://.:8443 quic://.:853 https3://.:443 {
                tls /etc/coredns/tls.pem /etc/coredns/tls.key
                hosts {
                    192.0.2.1 a.test
                }
            }
            """;

    /// Clients of others, each of which prints the address that it got.
    private static final String PYTHON =
            """
            import dns.message, dns.query, grpc, struct, sys
            server, ca = sys.argv[1:]
            q = dns.message.make_query("a.test", "A")
            url = f"https://{server}/dns-query"
            h3 = dns.query.HTTPVersion.H3
            print("doq", dns.query.quic(q, server, port=853, verify=ca, timeout=10).answer[0][0])
            print("doh3", dns.query.https(q, url, verify=ca, timeout=10, http_version=h3).answer[0][0])
            with open(ca, "rb") as file:
                credentials = grpc.ssl_channel_credentials(file.read())
            channel = grpc.secure_channel(server + ":8443", credentials)
            wire = q.to_wire()
            def plain(octets): return octets
            call = channel.unary_unary("/coredns.dns.DnsService/Query", plain, plain)
            reply = call(b"\\x0a" + bytes([len(wire)]) + wire, timeout=10)
            print("grpc", dns.message.from_wire(reply[2:]).answer[0][0])
            """;

    private PodCluster cluster;
    private Pod pod;
    private Path conf;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Tools.need("dig", "bind9-dnsutils");
        Tools.need("curl", "curl");
        Tools.need("kdig", "knot-dnsutils");
        Tools.need("dnssec-keygen", "bind9-utils");
        cluster = PodCluster.start(folder);
        var spec = cluster.spec(folder, COREFILE);
        conf = folder.resolve("conf");
        Authority.in(conf).issue("tls", "dns.example", cluster.network.address);
        zones();
        var mounts = new HashMap<>(spec.mounts());
        mounts.put("/plugins", plugin(PodCluster.readable(folder.resolve("plugins"))));
        var all =
                spec.withMounts(mounts)
                        .withArgs("-conf", "/etc/coredns/Corefile", "-plugin-dir", "/plugins");
        pod = cluster.pod(folder, all);
        cluster.awaitAnswer(pod);
    }

    @AfterAll
    void end() throws Exception {
        if (pod != null) {
            pod.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    private void zones() throws IOException, InterruptedException {
        Files.writeString(
                conf.resolve("zone"),
                "@ 3600 IN SOA ns h 1 7200 1800 86400 300\n@ 3600 IN NS ns\nns 3600 IN A 192.0.2.1\n");
        var algorithms = Map.of("ec", "ECDSAP256SHA256", "ed", "ED25519", "rsa", "RSASHA256");
        for (var one : algorithms.entrySet()) {
            var zone = one.getKey() + ".test";
            var command = new ArrayList<>(List.of("dnssec-keygen", "-q", "-K", conf.toString()));
            command.addAll(List.of("-f", "KSK", "-a", one.getValue()));
            if (one.getKey().equals("rsa")) {
                command.addAll(List.of("-b", "2048"));
            }
            command.add(zone);
            var base = Tools.run(Map.of(), command).text().strip();
            for (var part : List.of(".key", ".private")) {
                var to = conf.resolve(one.getKey() + part);
                Files.copy(conf.resolve(base + part), to);
                Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rw-r--r--"));
            }
        }
    }

    /// The example of a plugin of others, as a jar.
    private static Path plugin(Path folder) throws IOException, InterruptedException {
        var project = Tools.HOME.resolve("plugins/example/src/main");
        var classes = Files.createDirectories(folder.resolveSibling("classes"));
        var sources = project.resolve("java/org/example/note");
        int code =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-proc:none",
                                "-cp",
                                jars(),
                                "-d",
                                classes.toString(),
                                sources.resolve("Note.java").toString());
        assertThat(code).isZero();
        var jar = Path.of(System.getProperty("java.home"), "bin", "jar").toString();
        var file = folder.resolve("note.jar");
        var said =
                Tools.run(
                        Map.of(),
                        List.of(
                                jar,
                                "cf",
                                file.toString(),
                                "-C",
                                classes.toString(),
                                ".",
                                "-C",
                                project.resolve("resources").toString(),
                                "."));
        assertThat(said.code()).as(said.text()).isZero();
        return folder;
    }

    private static String jars() throws IOException {
        try (var files = Files.list(Image.ROOT.resolve("opt/onoma/lib"))) {
            return files.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        }
    }

    private String kdig(String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("kdig", "@" + cluster.network.address));
        command.addAll(List.of(words));
        return Tools.run(Map.of(), command).text();
    }

    private String ca() {
        return conf.resolve("ca.pem").toString();
    }

    @Test
    void tlsAndHttpsAnswer() throws Exception {
        var host = "+tls-hostname=dns.example";
        assertThat(kdig("+tls-ca=" + ca(), host, "a.test")).contains("TLS session", "192.0.2.1");
        assertThat(kdig("+https", "+tls-ca=" + ca(), host, "a.test"))
                .contains("HTTP session", "192.0.2.1");
    }

    @Test
    void quicHttp3AndGrpcAnswer() throws Exception {
        Tools.need("python3", "python3");
        var has = Tools.run(Map.of(), List.of("python3", "-c", "import dns.quic, aioquic, grpc"));
        assumeTrue(has.code() == 0, "no dnspython, aioquic and grpcio here");
        var said =
                Tools.run(
                        Map.of(), List.of("python3", "-c", PYTHON, cluster.network.address, ca()));
        assertThat(said.text()).isEqualTo("doq 192.0.2.1\ndoh3 192.0.2.1\ngrpc 192.0.2.1\n");
    }

    @Test
    void signaturesAreMade() throws Exception {
        assertThat(cluster.dig("+dnssec", "ns.ec.test")).containsPattern("A 13 3 3600");
        assertThat(cluster.dig("+dnssec", "ns.ed.test")).containsPattern("A 15 3 3600");
        assertThat(cluster.dig("+dnssec", "ns.rsa.test")).containsPattern("A 8 3 3600");
    }

    @Test
    void aPluginOfOthersIsLoaded() throws Exception {
        assertThat(cluster.dig("contact.test", "TXT")).isEqualTo("\"call the night desk\"\n");
    }

    @Test
    void pagesAreThere() throws Exception {
        assertThat(cluster.page("6053/debug/pprof/heap")).contains("instances", "(200)");
        assertThat(cluster.page("6053/debug/pprof/profile?seconds=1"))
                .contains("mount one at /tmp", "(503)");
        assertThat(cluster.page("9153/metrics"))
                .contains("coredns_kubernetes_rest_client_requests_total");
    }

    /// Last, when every transport has taken the memory that it takes.
    @Test
    @Order(Integer.MAX_VALUE)
    void doctorExaminesFromInside() throws Exception {
        var said =
                pod.exec(
                        "/onoma",
                        "doctor",
                        "-plugin-dir",
                        "/plugins",
                        "-server",
                        "127.0.0.1",
                        "kubernetes.default");
        // Both are within one limit, and what the one takes must not end the other.
        assertThat(pod.isRunning()).as(pod.log()).isTrue();
        assertThat(said.text())
                .contains(
                        "the Kubernetes API at https://" + cluster.network.gateway,
                        "can be read",
                        "1 address is ready",
                        "over UDP and TCP");
        assertThat(said.code()).as(said.text()).isZero();
    }

    @Test
    void pluginsAreListed() throws Exception {
        assertThat(pod.exec("/coredns", "-plugins").text())
                .contains("kubernetes", "https3", "dnssec", "trace");
    }

    @Test
    void itFitsInTheMemoryOfTheDeployment() throws Exception {
        assertThat(pod.isRunning()).isTrue();
        assertThat(pod.memory().usageMib()).isBetween(40L, 170L);
    }
}
