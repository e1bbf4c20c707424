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
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The chart makes objects that Kubernetes takes, and takes the values of the coredns chart: each
/// of them leaves its mark where that chart leaves it.
final class ChartTest {
    private static final Path CHART = Tools.HOME.resolve("docker/chart");
    private static final Path VALUES =
            Tools.HOME.resolve("conformance-tests/src/test/resources/dev/onoma/deployment");

    /// Under the name that people give to a release of the coredns chart.
    private static KubernetesObjects chart(String... flags)
            throws IOException, InterruptedException {
        Tools.need("helm", "go install helm.sh/helm/v3/cmd/helm@latest");
        var command = new ArrayList<>(List.of("helm", "template", "coredns", CHART.toString()));
        command.addAll(List.of("--namespace", "kube-system", "--kube-version", "1.34.0"));
        command.addAll(List.of(flags));
        var said = Tools.run(Map.of(), command);
        assertThat(said.code()).as(said.text()).isZero();
        return KubernetesObjects.of(said.text());
    }

    private static KubernetesObjects chartWith(String file)
            throws IOException, InterruptedException {
        return chart("--values", VALUES.resolve(file).toString());
    }

    @Test
    void kubernetesTakesWhatItMakes() throws IOException, InterruptedException {
        var objects = chart();
        assertThat(objects.kinds())
                .containsExactlyInAnyOrder(
                        "ServiceAccount",
                        "ConfigMap",
                        "ClusterRole",
                        "ClusterRoleBinding",
                        "Service",
                        "Deployment");
        assertThat(objects.text("ConfigMap", "data/Corefile"))
                .startsWith(".:53 {\n    errors\n    health {\n        lameduck 10s\n    }\n");
        assertThat(objects.text("Deployment", "spec/template/spec/containers/coredns/args"))
                .isEqualTo("[-conf, /etc/coredns/Corefile]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"values", "autoscaler"})
    void eachValueOfTheCoreDnsChartHasItsPlace(String name) throws Exception {
        var objects = chartWith(name + ".yaml");
        var expected = Files.readAllLines(VALUES.resolve(name + ".expected"));
        var soft = new SoftAssertions();
        for (var line : expected.subList(1, expected.size())) {
            var words = List.of(line.split(" \\| ", 3));
            soft.assertThat(objects.text(words.get(0), words.get(1)))
                    .as(line)
                    .isEqualTo(words.get(2));
        }
        soft.assertAll();
    }

    @Test
    void serversThatShareAPortHaveItOnce() throws IOException, InterruptedException {
        var objects = chartWith("values.yaml");
        assertThat(objects.text("ConfigMap", "data/Corefile"))
                .isEqualTo(
                        """
                        import /opt/*.conf
                        .:53 {
                            errors
                            health {
                                lameduck 5s
                            }
                            ready
                            prometheus :9253
                            cache 30
                        }
                        dns://foo.bar.:53 {
                            whoami
                        }
                        tls://hello.world.:853 tls://h2.:853 {
                            tls a b
                            whoami
                        }
                        .:5300 {
                            whoami
                        }\
                        """);
        assertThat(objects.text("ConfigMap", "data/a.db")).contains("example.com.   IN SOA a. b.");
        assertThat((List<?>) objects.get("Service/kube-dns", "spec", "ports")).hasSize(4);
    }

    @Test
    void anAutoscalerOrAnHpaSaysHowManyReplicasThereAre() throws Exception {
        var objects = chartWith("autoscaler.yaml");
        assertThat(objects.text("Deployment/coredns", "spec")).doesNotContain("replicas=");
        assertThat(objects.text("ConfigMap/coredns-autoscaler", "data/linear"))
                .isEqualToIgnoringWhitespace(
                        """
                        {"coresPerReplica": 100, "nodesPerReplica": 16,
                        "preventSinglePointFailure": true, "min": 2, "max": 9,
                        "includeUnschedulableNodes": false}
                        """);
        var both =
                chart(
                        "--set=hpa.enabled=true",
                        "--values",
                        VALUES.resolve("autoscaler.yaml").toString());
        assertThat(both.kinds()).doesNotContain("HorizontalPodAutoscaler");
    }

    /// What somebody has who uses the coredns chart today, and the server that starts with it.
    @Test
    void theValuesOfAUserAreTakenAsTheyAreAndServed(@TempDir Path folder) throws Exception {
        var objects = chartWith("user.yaml");
        var corefile =
                objects.text("ConfigMap", "data/Corefile")
                        .replaceAll("\\.:53 \\{", ". {")
                        .replaceAll("(corp.example|10.in-addr.arpa):53", "$1")
                        .replace("health {", "health 127.0.0.1:0 {")
                        .replaceFirst("(?m)^    ready$", "    ready 127.0.0.1:0")
                        .replace("0.0.0.0:9153", "127.0.0.1:0")
                        .replaceFirst("(?m)^    loop\n", "")
                        .replace(
                                "arpa {\n        pods",
                                "arpa {\n        manifests .\n        pods");
        assertThat(corefile).contains("autopath @kubernetes", "prefetch 1", "policy sequential");
        var setup = new Subject.Setup(folder, corefile, Ports.free(), Cluster.none(folder));
        try (var running = new OnomaSubject().start(setup)) {
            assertThat(running).isNotNull();
        }
    }

    @Test
    void logsOfPodsAreReadByThoseWhoAskForIt() throws Exception {
        assertThat(chart().kinds()).doesNotContain("Role");
        var objects = chart("--set", "rbac.podLogs=true");
        assertThat(objects.text("Role", "rules"))
                .isEqualTo("[{apiGroups=[], resources=[pods/log], verbs=[get]}]");
        assertThat(objects.text("RoleBinding", "subjects/0/name")).isEqualTo("coredns");
    }

    @Test
    void secretsToPullWithAreNamesOrObjects() throws Exception {
        var objects = chart("--set", "image.pullSecrets[0]=a,image.pullSecrets[1].name=b");
        assertThat(objects.text("Deployment", "spec/template/spec/imagePullSecrets"))
                .isEqualTo("[{name=a}, {name=b}]");
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
                "livenessProbe.enabled=false",
                "readinessProbe.enabled=false",
                "autoscaler.enabled=true",
                "hpa.enabled=true",
                "servers[0].plugins[0].name=whoami"
            })
    void everySwitchLeavesObjectsThatKubernetesTakes(String value)
            throws IOException, InterruptedException {
        assertThat(chart("--set", value).kinds()).isNotNull();
    }
}
