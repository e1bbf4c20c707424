package dev.onoma.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Scenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The manifests are what Kubernetes takes, and what they configure is what we serve.
final class ManifestsTest {
    private static final Path FOLDER = Tools.HOME.resolve("docker/kubernetes");

    private static KubernetesObjects read(String file) throws IOException {
        return KubernetesObjects.of(Files.readString(FOLDER.resolve(file)));
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

    /// Probes, ports and the rest are those of CoreDNS's addon.
    @Test
    void theDeploymentIsThatOfCoreDns() throws IOException {
        var objects = read("onoma.yaml");
        var container = "spec/template/spec/containers/coredns/";
        assertThat(objects.text("Deployment", "spec/strategy"))
                .isEqualTo("{type=RollingUpdate, rollingUpdate={maxUnavailable=1}}");
        assertThat(objects.text("Deployment", container + "args"))
                .isEqualTo("[-conf, /etc/coredns/Corefile]");
        assertThat(objects.text("Deployment", container + "resources"))
                .isEqualTo("{requests={cpu=100m, memory=70Mi}, limits={memory=170Mi}}");
        assertThat(objects.text("Deployment", container + "ports"))
                .isEqualTo(
                        "[{name=dns, containerPort=53, protocol=UDP},"
                                + " {name=dns-tcp, containerPort=53, protocol=TCP},"
                                + " {name=metrics, containerPort=9153, protocol=TCP}]");
        assertThat(objects.text("Deployment", container + "livenessProbe"))
                .isEqualTo(
                        "{httpGet={path=/health, port=8080, scheme=HTTP}, initialDelaySeconds=60,"
                                + " timeoutSeconds=5, successThreshold=1, failureThreshold=5}");
        assertThat(objects.text("Deployment", container + "readinessProbe"))
                .isEqualTo("{httpGet={path=/ready, port=8181, scheme=HTTP}}");
        assertThat(objects.text("Deployment", "spec/template/spec/dnsPolicy")).isEqualTo("Default");
    }

    /// What nobody needs to serve is asked for elsewhere, and for one namespace.
    @Test
    void rightsAreFew() throws IOException {
        assertThat(read("onoma.yaml").text("ClusterRole", "rules"))
                .isEqualTo(
                        "[{apiGroups=[], resources=[services, namespaces, pods], verbs=[list, watch]},"
                                + " {apiGroups=[discovery.k8s.io], resources=[endpointslices],"
                                + " verbs=[list, watch]}]");
        var doctor = read("doctor.yaml");
        assertThat(doctor.kinds()).containsExactly("Role", "RoleBinding");
        assertThat(doctor.text("Role", "rules"))
                .isEqualTo("[{apiGroups=[], resources=[pods/log], verbs=[get]}]");
        var autoscaler = read("autoscaler.yaml");
        assertThat(autoscaler.text("ClusterRole", "rules"))
                .isEqualTo("[{apiGroups=[], resources=[nodes], verbs=[list, watch]}]");
        assertThat(autoscaler.text("Role", "rules/0/resourceNames")).isEqualTo("[coredns]");
        assertThat(autoscaler.text("Deployment", "spec/template/spec/containers/0/command/3"))
                .isEqualTo(
                        "--target=Deployment/"
                                + read("onoma.yaml").text("Deployment", "metadata/name"));
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
}
