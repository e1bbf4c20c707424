package dev.onoma.plugins.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ManifestReaderTest {
    private static List<Manifest> read(String yaml) {
        return ManifestReader.read(
                "shop.yaml", yaml.getBytes(StandardCharsets.UTF_8), new Interner());
    }

    private static final String SERVICE =
            """
            apiVersion: v1
            kind: Service
            metadata:
              name: web
            spec:
              ports:
              - port: 80
            """;

    @Test
    void documentsListsAndJsonAreRead() {
        var manifests =
                read(
                        """
                        # nothing but a comment
                        ---
                        %s
                        ---
                        {"apiVersion": "v1", "kind": "List", "items": [
                          {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}},
                          {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}]}
                        ---
                        apiVersion: v1
                        kind: ServiceList
                        items:
                        - metadata: {name: db, namespace: shop}
                          spec: {}
                        ...
                        """
                                .formatted(SERVICE));
        assertThat(manifests)
                .extracting(Manifest::title)
                .containsExactly(
                        "Service default/web", "Namespace a", "Pod default/p", "Service shop/db");
    }

    @Test
    void whatDnsDoesNotKnowIsPassedOver() {
        assertThat(
                        read(
                                """
                                apiVersion: serving.knative.dev/v1
                                kind: Service
                                metadata: {name: "Not A Name"}
                                ---
                                apiVersion: v1
                                kind: ConfigMap
                                data: {}
                                """))
                .isEmpty();
    }

    @Test
    void anchorsAndMergesWork() {
        var manifests =
                read(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata:
                          name: p
                          labels:
                            <<: &common {app: web, tier: front}
                            tier: back
                        """);
        assertThat(manifests)
                .singleElement()
                .isInstanceOfSatisfying(
                        Manifest.Pod.class,
                        pod ->
                                assertThat(pod.labels())
                                        .containsEntry("app", "web")
                                        .containsEntry("tier", "back"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "port: 80 | port: abc | 7:11: spec.ports[0].port is a whole number from 1 to 65535, not \"abc\"",
                "port: 80 | port: 0 | 7:11: spec.ports[0].port is a whole number from 1 to 65535, not \"0\"",
                "- port: 80 | - name: http | 7:5: spec.ports[0].port is missing",
                "name: web | name: Web_1 | 4:9: metadata.name is 1 to 63 of the characters",
                "kind: Service | kin: Service | 1:1: kind is missing: say what this is",
                "spec: | specs: | 1:1: spec is missing: it describes the service",
                "port: 80 | port: 80\\n    port: 81 | 8:5: \"port\" was already given in line 7; keep one of them",
                "port: 80 | {{ .Values.port }} | 7:5: spec.ports[0].port is missing",
                "port: 80 | port: [ | this is not YAML",
            })
    void aMistakeIsReportedWithItsPlace(String good, String bad, String message) {
        var yaml = SERVICE.replace(good, bad.replace("\\n", "\n"));
        assertThatExceptionOfType(ManifestException.class)
                .isThrownBy(() -> read(yaml))
                .withMessageStartingWith("shop.yaml:")
                .withMessageContaining(message);
    }

    @Test
    void theLineIsShownWithItsPlaceMarked() {
        assertThatExceptionOfType(ManifestException.class)
                .isThrownBy(() -> read(SERVICE.replace("port: 80", "port: abc")))
                .withMessageContaining("    7 |   - port: abc\n      |           ^");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: &a [x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: [*c]\nkind: Pod",
                "kind: &k [*k]",
                "!!javax.script.ScriptEngineManager [x]",
                "kind: Service\nkind: Pod",
                "\u0000",
            })
    void hostileTextsAreRefusedQuickly(String yaml) {
        assertThatExceptionOfType(ManifestException.class).isThrownBy(() -> read(yaml));
    }

    @Test
    void nestingIsLimited() {
        assertThatExceptionOfType(ManifestException.class)
                .isThrownBy(() -> read("a: " + "[".repeat(100_000)));
    }
}
