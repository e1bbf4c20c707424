package dev.onoma.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Scenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The manifests and the chart are what Kubernetes takes, and what they configure is what we serve.
final class ManifestsTest {
    private static final Path FOLDER = Tools.HOME.resolve("docker/kubernetes");
    private static final Path CHART = Tools.HOME.resolve("docker/chart");

    private static KubernetesObjects read(String file) throws IOException {
        return KubernetesObjects.of(Files.readString(FOLDER.resolve(file)));
    }

    private static KubernetesObjects chart(String... flags)
            throws IOException, InterruptedException {
        Tools.need("helm", "go install helm.sh/helm/v3/cmd/helm@latest");
        var command = new ArrayList<>(List.of("helm", "template", "dns", CHART.toString()));
        command.addAll(List.of("--namespace", "kube-system", "--kube-version", "1.34.0"));
        command.addAll(List.of(flags));
        var said = Tools.run(Map.of(), command);
        assertThat(said.code()).as(said.text()).isZero();
        return KubernetesObjects.of(said.text());
    }

    @Test
    void kubernetesTakesTheManifests() throws IOException {
        var objects = read("onoma.yaml");
        assertThat(objects.kinds())
                .containsExactly(
                        "ServiceAccount",
                        "ClusterRole",
                        "ClusterRoleBinding",
                        "ConfigMap",
                        "Deployment",
                        "PodDisruptionBudget",
                        "Service");
        assertThat(objects.get("Service", "metadata", "name")).isEqualTo("kube-dns");
        assertThat(objects.get("Service", "spec", "clusterIP")).isEqualTo("10.0.0.10");
        assertThat(objects.get("Service", "spec", "selector"))
                .isEqualTo(objects.get("Deployment", "spec", "template", "metadata", "labels"));
        assertThat(read("node-local.yaml").kinds())
                .containsExactly("ConfigMap", "ServiceAccount", "DaemonSet");
    }

    @Test
    void aFieldThatKubernetesDoesNotKnowIsFound() {
        var wrong = "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {port: []}}";
        assertThatThrownBy(() -> KubernetesObjects.of(wrong)).hasMessageContaining("port");
    }

    /// The cluster that consists of ourselves.
    @TestFactory
    Stream<DynamicTest> theManifestsAreServedByWhatTheyConfigure() throws IOException {
        var corefile = String.valueOf(read("onoma.yaml").get("ConfigMap", "data", "Corefile"));
        return Scenarios.against(new OnomaSubject())
                .play(
                        local(corefile)
                                + """

                                > kube-dns.kube-system.svc.cluster.local. A
                                NOERROR aa
                                kube-dns.kube-system.svc.cluster.local. 30 IN A 10.0.0.10

                                > _dns-tcp._tcp.kube-dns.kube-system.svc.cluster.local. SRV
                                NOERROR aa
                                _dns-tcp._tcp.kube-dns.kube-system.svc.cluster.local. 30 IN SRV 0 100 53 kube-dns.kube-system.svc.cluster.local.
                                ;; additional
                                kube-dns.kube-system.svc.cluster.local. 30 IN A 10.0.0.10

                                > 10.0.0.10.in-addr.arpa. PTR
                                NOERROR aa
                                10.0.0.10.in-addr.arpa. 30 IN PTR kube-dns.kube-system.svc.cluster.local.
                                """);
    }

    /// The Corefile with ports that nobody else has, and the manifests as the cluster.
    private static String local(String corefile) {
        return corefile.replace(".:53", ".")
                .replace("health {", "health 127.0.0.1:0 {")
                .replaceFirst("(?m)^    ready$", "    ready 127.0.0.1:0")
                .replaceAll("prometheus (0.0.0.0)?:9153", "prometheus 127.0.0.1:0")
                .replace("ip6.arpa {", "ip6.arpa {\n        manifests " + FOLDER);
    }

    @Test
    void kubernetesTakesWhatTheChartMakes() throws IOException, InterruptedException {
        var objects = chart();
        assertThat(objects.kinds())
                .containsExactlyInAnyOrder(
                        "ServiceAccount",
                        "ConfigMap",
                        "ClusterRole",
                        "ClusterRoleBinding",
                        "Service",
                        "Deployment");
        assertThat(objects.get("Deployment", "spec", "template", "spec", "containers", "0", "args"))
                .isEqualTo(List.of("-conf", "/etc/coredns/Corefile"));
        assertThat(objects.get("ConfigMap", "data", "Corefile"))
                .asString()
                .startsWith(
                        "dns://.:53 {\n    errors\n    health {\n        lameduck 10s\n    }\n");
    }

    @Test
    void theChartTakesTheValuesOfTheCoreDnsChart() throws IOException, InterruptedException {
        var objects = chart("--values", values().toString());
        assertThat(objects.kinds())
                .contains("PodDisruptionBudget", "HorizontalPodAutoscaler", "ServiceMonitor");
        assertThat(objects.get("Service", "spec", "clusterIP")).isEqualTo("10.0.0.10");
        assertThat(objects.get("Service", "metadata", "name")).isEqualTo("kube-dns");
        assertThat(objects.get("Service", "spec", "ports", "2", "name")).isEqualTo("tcp-853");
        assertThat(objects.get("Service", "spec", "ports", "2", "nodePort")).isEqualTo(30_853);
        assertThat(objects.get("Service", "spec", "selector", "k8s-app")).isEqualTo("kube-dns");
        assertThat(objects.get("ConfigMap", "data", "Corefile"))
                .asString()
                .contains(
                        "tls://example.org:853 tls://example.net:853 {\n    tls cert.pem key.pem");
        assertThat(objects.get("ConfigMap", "data", "example.db")).asString().contains("SOA");
        assertThat(objects.get("Deployment", "spec", "template", "spec", "priorityClassName"))
                .isEqualTo("system-cluster-critical");
    }

    private static Path values() {
        return Tools.HOME.resolve(
                "conformance-tests/src/test/resources/dev/onoma/deployment/values.yaml");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "deployment.enabled=false",
                "deployment.skipConfig=true",
                "isClusterService=false",
                "serviceAccount.create=false",
                "rbac.create=false",
                "serviceType=LoadBalancer",
                "prometheus.service.enabled=true",
                "livenessProbe.enabled=false"
            })
    void everySwitchOfTheChartLeavesObjectsThatKubernetesTakes(String value)
            throws IOException, InterruptedException {
        assertThat(chart("--set", value).kinds()).isNotNull();
    }
}
