package dev.onoma.plugins.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What the control plane of a cluster would have made of some manifests.
final class ManifestClusterTest {
    private final List<String> problems = new ArrayList<>();

    private List<KubernetesObject> objects(ManifestOptions options, String... files) {
        var manifests = new TreeMap<String, List<Manifest>>();
        for (int i = 0; i < files.length; i++) {
            var name = "file-" + i + ".yaml";
            manifests.put(
                    name,
                    ManifestReader.read(
                            name, files[i].getBytes(StandardCharsets.UTF_8), new Interner()));
        }
        return ManifestCluster.objects(manifests, options, new Interner(), problems::add);
    }

    private List<EndpointSliceObject> slices(String... files) {
        return of(EndpointSliceObject.class, objects(ManifestOptions.defaults(), files));
    }

    private static <T> List<T> of(Class<T> kind, List<KubernetesObject> objects) {
        return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static String service(String name, String spec) {
        return "\n---\napiVersion: v1\nkind: Service\nmetadata: {name: %s}\nspec: {%s}\n"
                .formatted(name, spec);
    }

    private static String pod(String name, String labels, String spec, String status) {
        return """

        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, labels: {%s}}
        spec: {%s}
        status: {%s}
        """
                .formatted(name, labels, spec, status);
    }

    private static final String READY =
            "podIP: 10.1.0.1, phase: Running, conditions: [{type: Ready, status: 'True'}]";
    private static final String NOT_READY =
            "podIP: 10.1.0.2, phase: Running, conditions: [{type: Ready, status: 'False'}]";
    private static final String WEB = "selector: {app: web}, ports: [{name: http, port: 80}]";

    private static List<String> addresses(List<EndpointSliceObject> slices) {
        return slices.stream()
                .flatMap(slice -> slice.endpoints().stream())
                .map(endpoint -> endpoint.address().toString())
                .toList();
    }

    @Test
    void servicesWithoutAddressGetADistinctStableOne() {
        var generated =
                of(
                        ServiceObject.class,
                        objects(
                                ManifestOptions.defaults(),
                                service("a", "")
                                        + service("b", "")
                                        + service("c", "clusterIP: None")
                                        + service("d", "ipFamilyPolicy: RequireDualStack")));
        assertThat(generated).extracting(s -> s.clusterIps().size()).containsExactly(1, 1, 0, 2);
        var alone = of(ServiceObject.class, objects(ManifestOptions.defaults(), service("b", "")));
        assertThat(alone.getFirst().clusterIps()).isEqualTo(generated.get(1).clusterIps());
        var range = ManifestOptions.defaults().serviceRange();
        assertThat(range.contains(alone.getFirst().clusterIps().getFirst())).isTrue();
    }

    @Test
    void readyPodsThatTheSelectorMatchesAreEndpoints() {
        var files =
                service("web", WEB)
                        + pod("a", "app: web, x: y", "", READY)
                        + pod("b", "app: web", "", NOT_READY)
                        + pod("c", "app: db", "", READY.replace("0.1", "0.3"))
                        + pod("d", "app: web", "", "phase: Succeeded, podIP: 10.1.0.4")
                        + pod("e", "app: web", "", "phase: Pending");
        assertThat(addresses(slices(files))).containsExactly("10.1.0.1");
        assertThat(
                        addresses(
                                slices(
                                        files.replace(
                                                "spec: {sel",
                                                "spec: {publishNotReadyAddresses: true, sel"))))
                .containsExactly("10.1.0.1", "10.1.0.2");
    }

    @Test
    void terminatingPodsAreNoEndpointsUnlessNotReadyOnesAre() {
        var files =
                service("web", WEB)
                        + pod("a", "app: web", "", READY)
                                .replace(
                                        "labels:",
                                        "deletionTimestamp: 2026-01-01T00:00:00Z, labels:");
        assertThat(slices(files)).isEmpty();
        assertThat(
                        addresses(
                                slices(
                                        files.replace(
                                                "spec: {sel",
                                                "spec: {publishNotReadyAddresses: yes, sel"))))
                .hasSize(1);
    }

    @Test
    void namedTargetPortsAreLookedUpInEachPod() {
        var slices =
                slices(
                        service(
                                        "web",
                                        "selector: {app: web}, ports: [{name: http, port: 80, targetPort: web}]")
                                + pod(
                                        "a",
                                        "app: web",
                                        "containers: [{ports: [{name: web, containerPort: 8080}]}]",
                                        READY)
                                + pod(
                                        "b",
                                        "app: web",
                                        "containers: [{ports: [{name: web, containerPort: 9090}]}]",
                                        READY.replace("0.1", "0.9")));
        assertThat(slices)
                .extracting(slice -> slice.ports().getFirst().port())
                .containsExactlyInAnyOrder(8080, 9090);
    }

    @Test
    void hostnamesCountOnlyUnderTheirSubdomain() {
        var slices =
                slices(
                        service("web", "clusterIP: None, " + WEB)
                                + pod("a", "app: web", "hostname: one, subdomain: web", READY)
                                + pod(
                                        "b",
                                        "app: web",
                                        "hostname: two, subdomain: other",
                                        READY.replace("0.1", "0.2")));
        assertThat(slices.getFirst().endpoints())
                .extracting(endpoint -> endpoint.label(false))
                .containsExactly("one", "10-2-0-2");
    }

    @Test
    void replicasBecomePodsWithStableAddressesAndStatefulOnesHaveNames() {
        var stateful =
                """

                ---
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: db}
                spec:
                  replicas: %d
                  serviceName: db
                  template: {metadata: {labels: {app: db}}}
                """;
        var service = service("db", "clusterIP: None, selector: {app: db}");
        var three = slices(service + stateful.formatted(3)).getFirst().endpoints();
        assertThat(three).extracting(e -> e.label(false)).containsExactly("db-0", "db-1", "db-2");
        var two = slices(service + stateful.formatted(2)).getFirst().endpoints();
        assertThat(two).isEqualTo(three.subList(0, 2));
        assertThat(three).extracting(Endpoint::address).doesNotHaveDuplicates();
    }

    @Test
    void dualStackServicesHaveEndpointsOfBothFamilies() {
        var deployment =
                """

                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec: {template: {metadata: {labels: {app: web}}}}
                """;
        var both = slices(service("web", "ipFamilyPolicy: PreferDualStack, " + WEB) + deployment);
        assertThat(both)
                .extracting(s -> s.endpoints().getFirst().address().isV4())
                .containsExactly(true, false);
        assertThat(slices(service("web", "ipFamilies: [IPv6], " + WEB) + deployment))
                .singleElement()
                .satisfies(s -> assertThat(s.endpoints().getFirst().address().isV4()).isFalse());
    }

    @Test
    void endpointsSomebodyWroteComeBeforeThoseThatWouldBeFound() {
        var found = service("web", WEB) + pod("a", "app: web", "", READY);
        var endpoints =
                """

                ---
                apiVersion: v1
                kind: Endpoints
                metadata: {name: web}
                subsets:
                - addresses: [{ip: 10.2.0.1, hostname: one}]
                  notReadyAddresses: [{ip: 10.2.0.2}]
                  ports: [{port: 80}]
                """;
        assertThat(addresses(slices(found + endpoints))).containsExactly("10.2.0.1");
        var slice =
                """

                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: web-x, labels: {kubernetes.io/service-name: web}}
                addressType: IPv4
                endpoints:
                - addresses: [10.3.0.1]
                - addresses: [10.3.0.2]
                  conditions: {ready: false, serving: true}
                ports: [{port: 80}]
                """;
        assertThat(addresses(slices(found + endpoints + slice))).containsExactly("10.3.0.1");
    }

    @Test
    void slicesOfNoServiceAreLeftOut() {
        assertThat(
                        slices(
                                """
                                apiVersion: discovery.k8s.io/v1
                                kind: EndpointSlice
                                metadata: {name: lost}
                                endpoints: [{addresses: [10.3.0.1]}]
                                """))
                .isEmpty();
    }

    @Test
    void selectorsNarrowNamespacesAndObjects() {
        var options =
                ManifestOptions.defaults()
                        .selecting(LabelSelector.parse("team=a"), LabelSelector.parse("env=prod"));
        var objects =
                objects(
                        options,
                        """
                        apiVersion: v1
                        kind: Namespace
                        metadata: {name: one, labels: {env: prod}}
                        ---
                        apiVersion: v1
                        kind: Namespace
                        metadata: {name: two}
                        ---
                        apiVersion: v1
                        kind: Service
                        metadata: {name: web, labels: {team: a}}
                        spec: {}
                        """
                                + service("db", ""));
        assertThat(of(NamespaceObject.class, objects))
                .extracting(NamespaceObject::name)
                .containsExactly("one");
        assertThat(of(ServiceObject.class, objects))
                .extracting(ServiceObject::name)
                .containsExactly("web");
    }

    @Test
    void whatIsGivenTwiceIsReported() {
        objects(
                ManifestOptions.defaults(),
                service("web", "clusterIP: 10.0.0.1") + service("db", "clusterIP: 10.0.0.1"),
                service("web", "clusterIP: 10.0.0.2"));
        assertThat(problems)
                .containsExactly(
                        "Service default/web is in file-0.yaml and in file-1.yaml; the last one counts");
        problems.clear();
        objects(
                ManifestOptions.defaults(),
                service("web", "clusterIP: 10.0.0.1") + service("db", "clusterIP: 10.0.0.1"));
        assertThat(problems)
                .singleElement()
                .asString()
                .contains("has the cluster IP 10.0.0.1 of Service default/");
    }

    @Test
    void podsOfADumpReplaceThoseTheirDeploymentWouldGet() {
        var dump =
                service("web", WEB)
                        + pod("web-x", "app: web", "", READY)
                                .replace(
                                        "labels:", "ownerReferences: [{kind: ReplicaSet}], labels:")
                        + """

                        ---
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: web}
                        spec: {replicas: 3, template: {metadata: {labels: {app: web}}}}
                        """;
        assertThat(addresses(slices(dump))).containsExactly("10.1.0.1");
    }

    @Test
    void podsThatBelongToNobodyAreAdopted() {
        for (var kind : List.of("StatefulSet", "Deployment")) {
            var workload =
                    """

                    ---
                    apiVersion: apps/v1
                    kind: %s
                    metadata: {name: web}
                    spec:
                      replicas: 2
                      selector: {matchLabels: {app: web}}
                      template: {metadata: {labels: {app: web}}}
                    """
                            .formatted(kind);
            var addresses =
                    addresses(
                            slices(
                                    service("web", WEB)
                                            + workload
                                            + pod("web-0", "app: web", "", READY)));
            assertThat(addresses).hasSize(2).contains("10.1.0.1");
        }
    }

    @Test
    void aGeneratedClusterCanBeWrittenAsManifestsToo() {
        var objects =
                objects(ManifestOptions.defaults(), new ClusterGenerator(200, 5, 3).manifests());
        assertThat(of(ServiceObject.class, objects)).hasSize(200);
        assertThat(addresses(of(EndpointSliceObject.class, objects)))
                .hasSize(600)
                .doesNotHaveDuplicates();
    }
}
