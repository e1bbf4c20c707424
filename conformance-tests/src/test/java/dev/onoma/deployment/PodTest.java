package dev.onoma.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The image in a pod's place: what kubelet makes of CoreDNS's Deployment with another image, and
/// nothing else changed.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
final class PodTest {
    private PodCluster cluster;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Tools.need("dig", "bind9-dnsutils");
        Tools.need("curl", "curl");
        cluster = PodCluster.start(folder);
    }

    @AfterAll
    void end() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    /// The Deployment of CoreDNS (kubeadm), whose image alone is another.
    @Test
    void itTakesThePlaceOfCoreDns(@TempDir Path folder) throws Exception {
        var corefile =
                KubernetesObjects.of(
                                Files.readString(
                                        Tools.HOME.resolve("docker/kubernetes/onoma.yaml")))
                        .text("ConfigMap", "data/Corefile");
        try (var pod = cluster.pod(folder, cluster.spec(folder, corefile))) {
            cluster.awaitAnswer(pod);
            assertThat(cluster.dig("+tcp", "192-0-2-10.kubernetes.default.svc.cluster.local"))
                    .isEqualTo("192.0.2.10\n");
            assertThat(cluster.dig("-x", "10.0.0.10"))
                    .isEqualTo("kube-dns.kube-system.svc.cluster.local.\n");
            assertThat(cluster.page("8080/health")).isEqualTo("OK (200)");
            assertThat(cluster.page("8181/ready")).isEqualTo("OK (200)");
            assertThat(cluster.page("9153/metrics"))
                    .contains("coredns_dns_requests_total", "coredns_build_info");
            assertThat(pod.status())
                    .containsEntry("Uid", "65532\t65532\t65532\t65532")
                    .containsEntry("CapBnd", "0000000000000400")
                    .containsEntry("NoNewPrivs", "1");
            assertThat(pod.memory().usageMib()).isLessThan(170);
            var said = pod.exec("/onoma", "doctor", "-server", "127.0.0.1", "kubernetes.default");
            assertThat(said.text())
                    .contains(
                            "the Kubernetes API at https://" + cluster.network.gateway,
                            "can be read",
                            "1 address is ready",
                            "over UDP and TCP");
            assertThat(said.code()).as(said.text()).isZero();
            // Both are within one limit, and what the one takes must not end the other.
            assertThat(pod.isRunning()).as(pod.log()).isTrue();
            assertThat(pod.stop()).as(pod.log()).isZero();
            assertThat(pod.log()).doesNotContain("panic", "Exception");
        }
    }

    /// In the network of a node no runtime opens ports below 1024 for everybody.
    @Test
    void aNodesPort53IsOpenedByTheFilesOwnCapability(@TempDir Path folder) throws Exception {
        var spec = cluster.spec(folder, ".:53 {\n    kubernetes cluster.local\n}\n").onNode();
        try (var pod = cluster.pod(folder, spec)) {
            cluster.awaitAnswer(pod);
            assertThat(pod.status()).containsEntry("CapEff", "0000000000000400");
            assertThat(pod.stop()).as(pod.log()).isZero();
        }
    }
}
