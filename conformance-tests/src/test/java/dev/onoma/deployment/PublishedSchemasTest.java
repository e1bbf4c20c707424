package dev.onoma.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Manifests and chart are what the schemas say that Kubernetes publishes with each version, in the
/// judgement of a program of others, `kubernetes-validate`, which carries them: `kubectl
/// --dry-run=client` asks a server for them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PublishedSchemasTest {
    private static final Path RESOURCES =
            Tools.HOME.resolve("conformance-tests/src/test/resources/dev/onoma/deployment");

    @BeforeAll
    void tool() throws IOException, InterruptedException {
        Tools.need("python3", "python3");
        var has = Tools.run(Map.of(), List.of("python3", "-c", "import kubernetes_validate"));
        assumeTrue(has.code() == 0, "no kubernetes-validate: pip install kubernetes-validate");
    }

    /// By the schemas of a version of today, and by the newest that the program knows.
    private static Tools.Said validate(Path file) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("python3", "-m", "kubernetes_validate", "--strict"));
        var today = new ArrayList<>(command);
        today.addAll(List.of("-k", "1.34", file.toString()));
        var said = Tools.run(Map.of(), today);
        command.add(file.toString());
        var newest = Tools.run(Map.of(), command);
        return new Tools.Said(said.code() | newest.code(), said.text() + newest.text());
    }

    private static void expectValid(Path file, String resource)
            throws IOException, InterruptedException {
        var said = validate(file);
        assertThat(said.text()).contains("passed for resource " + resource);
        assertThat(said.code()).as(said.text()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "onoma.yaml, deployment/coredns",
        "node-local.yaml, daemonset/node-local-dns",
        "autoscaler.yaml, deployment/kube-dns-autoscaler",
        "doctor.yaml, role/coredns-logs"
    })
    void manifestsAreValid(String file, String resource) throws Exception {
        expectValid(Tools.HOME.resolve("docker/kubernetes").resolve(file), resource);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "values.yaml", "autoscaler.yaml", "user.yaml"})
    void whatTheChartMakesIsValid(String values, @TempDir Path folder) throws Exception {
        Tools.need("helm", "go install helm.sh/helm/v3/cmd/helm@latest");
        var command = new ArrayList<>(List.of("helm", "template", "coredns", "docker/chart"));
        command.addAll(List.of("--namespace", "kube-system", "--kube-version", "1.34.0"));
        if (!values.isEmpty()) {
            command.addAll(List.of("--values", RESOURCES.resolve(values).toString()));
        }
        var rendered = Tools.run(Map.of(), command);
        assertThat(rendered.code()).as(rendered.text()).isZero();
        expectValid(
                Files.writeString(folder.resolve("chart.yaml"), rendered.text()),
                "deployment/coredns");
    }

    @Test
    void whatIsNotValidIsFound(@TempDir Path folder) throws Exception {
        var wrong = "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {port: []}}";
        var said = validate(Files.writeString(folder.resolve("wrong.yaml"), wrong));
        assertThat(said.text()).contains("'port' was unexpected");
        assertThat(said.code()).isNotZero();
    }
}
