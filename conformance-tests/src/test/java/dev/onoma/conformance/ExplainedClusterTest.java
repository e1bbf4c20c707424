package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `onoma explain` says about names of a cluster, inside of it, outside, and along the search
/// path of a pod.
final class ExplainedClusterTest {
    private static final String OBJECTS =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop}
            spec: {clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], externalIPs: [192.0.2.1], ports: [{name: http, port: 80, protocol: TCP}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: db, namespace: bank}
            spec: {clusterIP: None, clusterIPs: [None], ports: [{name: sql, port: 5432, protocol: TCP}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: client, namespace: shop}
            status: {phase: Running, podIP: 10.1.0.9}
            """;

    @TempDir Path folder;

    private int http;
    private Subject.Running onoma;

    @BeforeEach
    void start() throws Exception {
        http = Ports.free();
        Files.createDirectory(folder.resolve("objects"));
        Files.writeString(folder.resolve("objects/all.yaml"), OBJECTS);
        var corefile =
                """
                . {
                    admin 127.0.0.1:%d
                    autopath @kubernetes
                    kubernetes cluster.local {
                        manifests objects
                        pods verified
                        fallthrough nowhere.svc.cluster.local
                    }
                    k8s_external example.org
                    hosts {
                        192.0.2.7 www.example.net
                        fallthrough
                    }
                }
                """
                        .formatted(http);
        onoma =
                new OnomaSubject()
                        .start(
                                new Subject.Setup(
                                        folder, corefile, Ports.free(), Cluster.none(folder)));
    }

    @AfterEach
    void stop() throws Exception {
        onoma.close();
    }

    private String explain(String name) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var page = "http://127.0.0.1:%d/explain?name=%s&client=10.1.0.9".formatted(http, name);
            var request = HttpRequest.newBuilder(URI.create(page)).build();
            return client.send(request, BodyHandlers.ofString()).body();
        }
    }

    @Test
    void aNameOfTheClusterIsExplainedByItsService() throws Exception {
        assertThat(explain("web.shop.svc.cluster.local"))
                .contains("service shop/web has [10.0.0.1]; ports: 1, ready endpoints: 0");
        assertThat(explain("web.shop.svc.cluster.local"))
                .contains("asked before, and nothing about it has changed");
    }

    @Test
    void aNameThatIsMissingIsExplainedByWhatIsMissing() throws Exception {
        assertThat(explain("wbe.shop.svc.cluster.local")).contains("there is no service shop/wbe");
        assertThat(explain("db.bank.svc.cluster.local"))
                .contains("service bank/db is headless; ports: 1, ready endpoints: 0");
        assertThat(explain("web.nowhere.svc.cluster.local"))
                .contains("there is no namespace nowhere")
                .contains("falls through to the next plugin");
        assertThat(explain("10-1-0-8.shop.pod.cluster.local"))
                .contains("no pod of namespace shop has that address");
        assertThat(explain("web.shop.cluster.local"))
                .contains("no form of name that clusters have");
    }

    @Test
    void aNameOutsideIsExplainedByItsAddresses() throws Exception {
        assertThat(explain("web.shop.example.org"))
                .contains("service shop/web has outside of the cluster [192.0.2.1]");
        assertThat(explain("db.bank.example.org"))
                .contains("service bank/db has no address outside of the cluster");
    }

    @Test
    void aWalkAlongTheSearchPathSaysWhereItEnds() throws Exception {
        assertThat(explain("www.example.net.shop.svc.cluster.local"))
                .contains("the search path of the client is [shop.svc.cluster.local.")
                .contains("the walk ends at www.example.net.");
        assertThat(explain("nosuch.shop.svc.cluster.local"))
                .contains("the search path of the client is [shop.svc.cluster.local.");
        assertThat(explain("www.example.net"))
                .contains("no search path of this client leads to such a name");
        assertThat(explain("web.shop.cluster.local"))
                .contains("not below the first domain of the search path of the client");
    }
}
