package dev.onoma.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The node-local profile as it runs on a node: its init container adds the link-local address, the
/// server opens port 53 there by the file's own capability, pods ask from networks of their own,
/// and the DNS of the cluster is somewhere else and restarts.
@Timeout(120)
final class NodeLocalTest {
    private static final String HERE = "@169.254.20.10";
    private static final String NAME = "kube-dns.kube-system.svc.cluster.local";

    @TempDir private Path folder;

    private KubernetesObjects manifest;
    private PodNetwork node;
    private PodNetwork guest;
    private int clusterPort;
    private Subject.Running clusterDns;

    @BeforeEach
    void start() throws Exception {
        Tools.need("dig", "bind9-dnsutils");
        Tools.need("curl", "curl");
        manifest =
                KubernetesObjects.of(
                        Files.readString(Tools.HOME.resolve("docker/kubernetes/node-local.yaml")));
        node = PodNetwork.open();
        guest = node.guest();
        clusterPort = Ports.free();
        startClusterDns();
        // A kernel without dummy interfaces has this one; the script finds either.
        node.run("ip", "link", "add", "nodelocaldns", "type", "veth", "peer", "nodelocalpeer");
        var script = manifest.text("DaemonSet", "spec/template/spec/initContainers/address/args/0");
        var said = node.run("sh", "-ec", script);
        assertThat(said.code()).as(said.text()).isZero();
    }

    @AfterEach
    void end() throws Exception {
        if (clusterDns != null) {
            clusterDns.close();
        }
        if (guest != null) {
            guest.close();
        }
        if (node != null) {
            node.close();
        }
    }

    /// Listens on all addresses of this machine, which nodes reach as their gateway.
    private void startClusterDns() throws Exception {
        var corefile =
                "cluster.local {\n    kubernetes {\n        ttl 1\n        manifests %s\n    }\n}\n"
                        .formatted(Tools.HOME.resolve("docker/example/manifests"));
        var own = Files.createDirectories(folder.resolve("cluster"));
        clusterDns =
                new OnomaSubject()
                        .start(new Subject.Setup(own, corefile, clusterPort, Cluster.none(own)));
    }

    private Pod start(String id) throws IOException, InterruptedException {
        var conf = PodCluster.readable(folder.resolve("conf"));
        Files.writeString(
                conf.resolve("Corefile"),
                manifest.text("ConfigMap", "data/Corefile")
                        .replace("10.0.0.10", node.gateway + ":" + clusterPort));
        var resolvers = Files.writeString(folder.resolve("resolv.conf"), "nameserver 192.0.2.1\n");
        var container = "spec/template/spec/containers/node-cache/";
        var security = manifest.text("DaemonSet", container + "securityContext");
        assertThat(security).contains("add=[NET_BIND_SERVICE]", "allowPrivilegeEscalation=true");
        var mounts = Map.of("/etc/coredns", conf, "/etc/resolv.conf", resolvers);
        var bundle = Files.createDirectories(folder.resolve(id + node.address));
        var pod = Pod.start(bundle, node, Pod.Spec.of(mounts).onNode());
        while (!ask(NAME).contains("10.0.0.10") && pod.isRunning()) {
            // until it answers, or has ended
        }
        pod.assumeItWasAllowed();
        return pod;
    }

    private String ask(String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("dig", HERE, "+tries=1", "+time=3"));
        command.addAll(List.of(words));
        return guest.run(command.toArray(String[]::new)).text();
    }

    @Test
    void podsAreServedFromTheAddressOfTheirNode() throws Exception {
        try (var pod = start("serving")) {
            assertThat(ask(NAME)).as(pod.log()).contains("status: NOERROR", "10.0.0.10");
            assertThat(ask("+tcp", NAME)).contains("status: NOERROR", "10.0.0.10");
            assertThat(ask("nosuch.default.svc.cluster.local")).contains("status: NXDOMAIN");
            // kubelet asks from the node itself.
            var health = node.run("curl", "-s", "http://169.254.20.10:8080/health");
            assertThat(health.text()).isEqualTo("OK");
            var metrics = node.run("curl", "-s", "http://127.0.0.1:9253/metrics");
            assertThat(metrics.text()).contains("coredns_cache_hits_total");
            assertThat(pod.status()).containsEntry("CapEff", "0000000000000400");
            // The node's other addresses are somebody else's.
            var other = guest.run("dig", "@" + guest.gateway, "+tries=1", "+time=1", NAME);
            assertThat(other.text()).contains("no servers could be reached");
            assertThat(pod.stop()).as(pod.log()).isZero();
        }
    }

    @Test
    void theClustersDnsMayRestart() throws Exception {
        try (var pod = start("restart")) {
            clusterDns.close();
            // What is known is answered when its TTL is over, too; what is not fails at once.
            String known;
            do {
                known = ask(NAME);
                assertThat(known).as(pod.log()).contains("status: NOERROR", "10.0.0.10");
            } while (!known.contains("EDE: 3"));
            assertThat(known).containsPattern("local\\.\\s+5\\s+IN");
            assertThat(ask("nginx.default.svc.cluster.local")).contains("status: SERVFAIL");
            startClusterDns();
            String said;
            do {
                said = ask("nginx.default.svc.cluster.local");
            } while (!said.contains("NOERROR") && pod.isRunning());
            assertThat(said).as(pod.log()).contains("status: NOERROR");
        }
    }

    /// What the comment of the manifest says about connection tracking is what the kernel takes.
    @Test
    void datagramsOfTheCacheNeedNoTracking() throws Exception {
        Tools.need("iptables", "iptables");
        var comment = Files.readString(Tools.HOME.resolve("docker/kubernetes/node-local.yaml"));
        var rules = comment.lines().filter(l -> l.matches("#  +iptables .*")).toList();
        assertThat(rules).hasSizeGreaterThan(1);
        for (var rule : rules) {
            var said = node.run("sh", "-ec", rule.substring(1));
            assertThat(said.code()).as(said.text()).isZero();
        }
        try (var pod = start("untracked")) {
            assertThat(ask(NAME)).as(pod.log()).contains("status: NOERROR");
            assertThat(ask("+tcp", NAME)).contains("status: NOERROR");
        }
    }
}
