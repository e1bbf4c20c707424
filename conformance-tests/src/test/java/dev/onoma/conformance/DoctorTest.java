package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.server.Flags;
import dev.onoma.server.doctor.DoctorCommand;
import dev.onoma.testkit.ApiServer;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// `onoma doctor` names what is wrong, for whatever people meet, with a server on real sockets that
/// reads an API server.
@Timeout(60)
final class DoctorTest {
    private static final String OBJECTS =
            """
            {apiVersion: v1, kind: Namespace, metadata: {name: default}}
            ---
            {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
            ---
            {apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: kube-dns, namespace: kube-system, labels: {k8s-app: kube-dns}}
            spec: {clusterIP: 127.0.0.1, clusterIPs: [127.0.0.1], ports: [{name: dns, port: PORT, protocol: UDP}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop}
            spec: {clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], selector: {app: web}, ports: [{name: http, port: 80, protocol: TCP}]}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
            addressType: IPv4
            endpoints: [{addresses: [10.1.0.1], conditions: {ready: true}}, {addresses: [10.1.0.2], conditions: {ready: false}}]
            ports: [{name: http, port: 8080, protocol: TCP}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: db, namespace: shop}
            spec: {clusterIP: None, clusterIPs: [None], selector: {app: db}, ports: [{name: sql, port: 5432, protocol: TCP}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: db-0, namespace: shop, labels: {app: db}}
            status: {phase: Running, podIP: 10.1.0.9, containerStatuses: [{state: {waiting: {reason: CrashLoopBackOff}}}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: lost, namespace: shop}
            spec: {clusterIP: 10.0.0.3, clusterIPs: [10.0.0.3], selector: {app: nobody}, ports: [{port: 80, protocol: TCP}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: away, namespace: shop}
            spec: {type: ExternalName, externalName: gone.example}
            """;

    // Surefire may hide the class path in the manifest of a jar.
    private static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    @TempDir Path folder;

    private int port;
    private ApiServer api;

    /// What a run said.
    private record Said(int code, String text) {}

    @BeforeEach
    void cluster() throws Exception {
        port = Ports.free();
        api = new ApiServer();
        for (var document : OBJECTS.replace("PORT", "" + port).split("(?m)^---$", -1)) {
            put(document);
        }
        resolvConf("shop.svc.cluster.local svc.cluster.local cluster.local");
    }

    private void put(String yaml) {
        api.put(object(yaml));
    }

    private static Map<String, Object> object(String yaml) {
        var object = new LinkedHashMap<String, Object>();
        Map<?, ?> read = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        read.forEach((key, value) -> object.put("" + key, value));
        return object;
    }

    @AfterEach
    void end() throws Exception {
        api.close();
    }

    private void resolvConf(String search) throws Exception {
        Files.writeString(
                folder.resolve("resolv.conf"),
                "nameserver 127.0.0.1\n%s\noptions ndots:5\n"
                        .formatted(search.isEmpty() ? "" : "search " + search));
    }

    private String corefile(String more) {
        return """
        cluster.local {
            kubernetes {
                endpoint %s
                %s
            }
        }
        example {
            template IN ANY example {
                rcode NXDOMAIN
            }
        }
        """
                .formatted(api.url(), more);
    }

    private Subject.Running server(String corefile) throws Exception {
        return new OnomaSubject()
                .start(new Subject.Setup(folder, corefile, port, Cluster.none(folder)));
    }

    private List<String> words(String... words) {
        var all = new ArrayList<>(List.of("-conf", folder.resolve("Corefile").toString()));
        all.addAll(List.of("-p", "" + port, "-timeout", "1000", "-admin", "127.0.0.1:1"));
        all.addAll(List.of("-resolv-conf", folder.resolve("resolv.conf").toString()));
        all.addAll(List.of(words));
        return all;
    }

    private Said doctor(String... words) throws Exception {
        var out = new ByteArrayOutputStream();
        var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        int code = new DoctorCommand().run(words(words), stream, stream);
        return new Said(code, out.toString(StandardCharsets.UTF_8));
    }

    private void expectWrong(Said said, String... texts) {
        assertThat(said.text()).contains(texts);
        assertThat(said.code()).as(said.text()).isEqualTo(1);
    }

    @Test
    void whatIsWellIsCalledWell() throws Exception {
        try (var _ = server(corefile(""))) {
            var said = doctor("web");
            assertThat(said.text())
                    .contains(
                            "web is web.shop.svc.cluster.local.",
                            "Service kube-system/kube-dns, 127.0.0.1:" + port,
                            "the server has read the cluster",
                            "Service shop/web: ClusterIP 10.0.0.1, ports http/tcp/80",
                            "1 address is ready, 1 not",
                            "web.shop.svc.cluster.local. A: 10.0.0.1 over UDP and TCP",
                            "_http._tcp.web.shop.svc.cluster.local. SRV: 0 100 80",
                            "nothing is wrong");
            assertThat(said.code()).as(said.text()).isZero();
        }
    }

    @Test
    void wrongNamesAreCorrected() throws Exception {
        try (var _ = server(corefile(""))) {
            expectWrong(doctor("wbe.shop"), "no Service \"wbe\"", "did you mean: web?");
            expectWrong(doctor("web.default"), "but in shop", "ask for web.shop");
            expectWrong(doctor("web.shp"), "no namespace \"shp\"", "did you mean: shop?");
            expectWrong(
                    doctor("web.shop.svc.cluster.locl."),
                    "is in no zone of kubernetes",
                    "did you mean the zone cluster.local.?");
            expectWrong(
                    doctor("_https._tcp.web.shop"), "no port is called _https._tcp", "http/tcp/80");
            expectWrong(doctor("db-7.web.shop"), "no ready endpoint is called \"db-7\"");
        }
    }

    @Test
    void whatIsBehindAServiceIsLookedAt() throws Exception {
        try (var _ = server(corefile(""))) {
            expectWrong(
                    doctor("db"),
                    "no address of shop/db is ready: its name does not exist then",
                    "db-0 (CrashLoopBackOff)",
                    "kubectl -n shop describe pod db-0");
            expectWrong(doctor("lost"), "nobody answers connections", "app=nobody finds no pod");
            expectWrong(
                    doctor("away"),
                    "its target gone.example.: NXDOMAIN",
                    "correct the externalName of the Service");
        }
    }

    @Test
    void aServerThatIsNotThereOrRefusesIsTold() throws Exception {
        Files.writeString(folder.resolve("Corefile"), corefile(""));
        expectWrong(doctor("web"), "over UDP nobody listens there, over TCP nobody listens there");
        int other = Ports.free();
        var setup =
                new Subject.Setup(
                        folder, "example.org {\n whoami\n}\n", other, Cluster.none(folder));
        try (var _ = new OnomaSubject().start(setup)) {
            Files.writeString(folder.resolve("Corefile"), corefile(""));
            expectWrong(doctor("-server", "127.0.0.1:" + other, "web"), "answers REFUSED");
        }
    }

    /// What a relay passes on to the server: one of the two transports that clients use.
    @Test
    void aTransportThatIsBrokenIsTold() throws Exception {
        try (var _ = server(corefile(""));
                var udp = Relay.ofDatagrams(port);
                var tcp = Relay.ofConnections(port)) {
            expectWrong(
                    doctor("-server", "127.0.0.1:" + udp.port(), "web"),
                    "over UDP it answers, over TCP nobody listens there",
                    "clients need both: see that the Service has the port for UDP and for TCP",
                    "web.shop.svc.cluster.local. A: over TCP nobody listens there");
            expectWrong(
                    doctor("-server", "127.0.0.1:" + tcp.port(), "web"),
                    "over UDP nobody listens there, over TCP it answers");
        }
    }

    @Test
    void aConnectionThatIsClosedIsTold() throws Exception {
        try (var _ = server(corefile(""));
                var udp = Relay.ofDatagrams(port);
                var closing = new ServerSocket(udp.port())) {
            Thread.startVirtualThread(() -> closeAll(closing));
            expectWrong(
                    doctor("-server", "127.0.0.1:" + udp.port(), "web"),
                    "over TCP the connection is closed without an answer");
        }
    }

    private static void closeAll(ServerSocket socket) {
        try {
            while (true) {
                var client = socket.accept();
                var _ = client.getInputStream().read(new byte[512]); // else it is a reset
                client.close();
            }
        } catch (IOException _) {
            // The test is over.
        }
    }

    @Test
    void recordsThatAreNotTheClustersAreTold() throws Exception {
        var hosts =
                "hosts {\n 10.9.9.9 web.shop.svc.cluster.local\n fallthrough\n }\n kubernetes {";
        var corefile = corefile("").replace("kubernetes {", hosts);
        try (var _ = server(corefile)) {
            expectWrong(
                    doctor("web"),
                    "web.shop.svc.cluster.local. A: over UDP 10.9.9.9, over TCP 10.9.9.9, where the cluster says 10.0.0.1",
                    "onoma explain web.shop.svc.cluster.local. A tells who answers");
        }
    }

    @Test
    void aClientThatIsKeptOutIsToldOnce() throws Exception {
        try (var _ = server(corefile("}\n acl {\n block"))) {
            var said = doctor("web");
            expectWrong(said, "answers REFUSED", "or acl keeps this client out");
            assertThat(said.text()).doesNotContain("where the cluster says");
        }
    }

    @Test
    void anAddressIsAskedForByItsReverseName() throws Exception {
        var corefile = corefile("").replace("cluster.local {", "cluster.local in-addr.arpa {");
        try (var _ = server(corefile)) {
            var said = doctor("10.0.0.1");
            assertThat(said.text())
                    .contains(
                            "10.0.0.1 is 1.0.0.10.in-addr.arpa.",
                            "1.0.0.10.in-addr.arpa. PTR: web.shop.svc.cluster.local.");
            assertThat(said.code()).isZero();
        }
    }

    @Test
    void theWayToTheServersIsToldFromServersThatAreDown() throws Exception {
        try (var _ = server(corefile(""))) {
            put(
                    """
                    apiVersion: v1
                    kind: Service
                    metadata: {name: kube-dns, namespace: kube-system, labels: {k8s-app: kube-dns}}
                    spec: {clusterIP: 127.0.0.1, clusterIPs: [127.0.0.1], ports: [{name: dns, port: %d, protocol: UDP}]}
                    """
                            .formatted(Ports.free()));
            expectWrong(
                    doctor("web"), "nobody listens there", "no server behind the Service is ready");
            put(
                    """
                    apiVersion: discovery.k8s.io/v1
                    kind: EndpointSlice
                    metadata: {name: dns-1, namespace: kube-system, labels: {kubernetes.io/service-name: kube-dns}}
                    addressType: IPv4
                    endpoints: [{addresses: [127.0.0.1], conditions: {ready: true}}]
                    ports: [{name: dns, port: %d, protocol: UDP}]
                    """
                            .formatted(port));
            expectWrong(
                    doctor("web"),
                    "the servers behind it answer (127.0.0.1:%d)".formatted(port),
                    "kube-proxy, the network plugin, a NetworkPolicy");
        }
    }

    @Test
    void aClusterWithoutAServiceForDnsIsTold() throws Exception {
        try (var _ = server(corefile(""))) {
            api.delete(
                    object(
                            "{apiVersion: v1, kind: Service, metadata: {name: kube-dns, namespace: kube-system}}"));
            var said = doctor("-server", "127.0.0.1:" + port, "web");
            assertThat(said.text())
                    .contains(
                            "no Service has the label k8s-app=kube-dns",
                            "10.0.0.1 over UDP and TCP");
            assertThat(said.code()).as(said.text()).isZero();
        }
    }

    @Test
    void aClientOfAnotherServerIsTold() throws Exception {
        try (var _ = server(corefile(""))) {
            var file = folder.resolve("resolv.conf");
            Files.writeString(file, Files.readString(file).replace("127.0.0.1", "192.0.2.9"));
            expectWrong(
                    doctor("web.shop"),
                    "its nameserver is not 127.0.0.1",
                    "set the clusterDNS of kubelet to 127.0.0.1");
        }
    }

    @Test
    void aCorefileThatIsMissingIsTold() throws Exception {
        expectWrong(
                doctor("-conf", folder.resolve("nothing").toString(), "web"),
                "no such file or directory");
    }

    @Test
    void aClientThatNeverAsksForTheNameIsTold() throws Exception {
        try (var _ = server(corefile(""))) {
            resolvConf("");
            expectWrong(doctor("web.shop"), "is tried as web.shop., and never as", "ClusterFirst");
            resolvConf("shop.svc.corp.local");
            expectWrong(doctor("web.shop"), "never as web.shop.svc.cluster.local.");
        }
    }

    @Test
    void aCorefileThatDoesNotServeTheNameIsTold() throws Exception {
        try (var _ = server(corefile(""))) {
            var file = folder.resolve("Corefile");
            Files.writeString(file, ".:53 {\n    whoami\n}\n");
            expectWrong(doctor("web"), "no server block has the plugin kubernetes");
            Files.writeString(file, corefile("namespaces default"));
            expectWrong(doctor("web"), "the Corefile has \"namespaces default\"");
            Files.writeString(file, corefile("") + "shop.svc.cluster.local {\n    whoami\n}\n");
            expectWrong(doctor("web"), "whose zone is longer and which has no kubernetes");
            Files.writeString(file, corefile("nonsense"));
            expectWrong(doctor("web"), "there is no property \"nonsense\"");
        }
    }

    @Test
    void anApiServerThatIsAwayOrForbidsIsTold() throws Exception {
        try (var _ = server(corefile(""))) {
            api.faults().refuse("services", 403, Duration.ZERO, 5);
            expectWrong(
                    doctor("-server", "127.0.0.1:" + port, "web"),
                    "does not list services",
                    "kubectl auth can-i list services");
            api.stop();
            var said = doctor("-server", "127.0.0.1:" + port, "web");
            expectWrong(said, "does not list namespaces: Connection refused");
            // The server goes on with what it knows.
            assertThat(said.text()).contains("web.shop.svc.cluster.local. A: 10.0.0.1");
        }
    }

    @Test
    void theServiceForDnsIsFoundWithoutItsEndpoints() throws Exception {
        try (var _ = server(corefile(""))) {
            api.faults().refuse("endpointslices", 403, Duration.ZERO, 5);
            expectWrong(
                    doctor("web"),
                    "Service kube-system/kube-dns, 127.0.0.1:%d: answers over UDP".formatted(port),
                    "kubectl auth can-i list endpointslices");
        }
    }

    @Test
    void aServerThatHasNotReadTheClusterIsTold() throws Exception {
        api.faults().stall();
        try (var _ = server(corefile("startup_timeout 1ms"))) {
            var said = doctor("-server", "127.0.0.1:" + port, "web");
            expectWrong(said, "the server has not read the cluster yet", "no answer in");
        } finally {
            api.faults().goOn();
        }
    }

    @Test
    void theLogIsRead() throws Exception {
        Files.writeString(
                folder.resolve("server.log"),
                "[INFO] fine\n[ERROR] plugin/errors: 2 web. A: timeout\n".repeat(2));
        try (var _ = server(corefile(""))) {
            var said = doctor("-log", folder.resolve("server.log").toString(), "web");
            assertThat(said.text()).contains("[ERROR] plugin/errors: 2 web. A: timeout (2 times)");
            assertThat(said.code()).isZero();
        }
    }

    @Test
    void wordsThatMakeNoSenseAreNoExamination() {
        var nothing = folder.resolve("nothing").toString();
        expectMisuse("SERVICE is missing");
        expectMisuse("one SERVICE at a time, not web db", "web", "db");
        expectMisuse("-log: %s is not there".formatted(nothing), "-log", nothing, "web");
        expectMisuse("-resolv-conf: %s".formatted(nothing), "-resolv-conf", nothing, "web");
        expectMisuse("-server is ADDRESS[:PORT], not \"x:y\"", "-server", "x:y", "web");
    }

    private void expectMisuse(String message, String... words) {
        assertThatThrownBy(() -> doctor(words))
                .isInstanceOfSatisfying(
                        Flags.Stop.class, stop -> assertThat(stop.exitCode()).isEqualTo(2))
                .hasMessageStartingWith(message);
    }

    @Test
    void aProcessEndsWithItsCodeAndPrintsJson() throws Exception {
        try (var _ = server(corefile(""))) {
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-cp", CLASS_PATH));
            command.addAll(List.of("dev.onoma.server.Main", "doctor", "-json"));
            command.addAll(words("wbe.shop"));
            var process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isEqualTo(1);
            assertThat(said)
                    .startsWith(
                            "{\"subject\":\"wbe.shop\",\"name\":\"wbe.shop.svc.cluster.local.\"")
                    .contains("\"healthy\":false", "\"check\":\"service\",\"state\":\"wrong\"");
        }
    }
}
