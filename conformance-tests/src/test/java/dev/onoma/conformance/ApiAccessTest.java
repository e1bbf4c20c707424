package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.testkit.ApiServer;
import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import dev.onoma.testkit.TlsFront;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every way a Corefile has to an API server: addresses, certificates, and who one is there; played
/// against CoreDNS, too, when `COREDNS` names its binary.
@Timeout(120)
final class ApiAccessTest {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final String NAME = "web.shop.svc.cluster.local";
    private static final String ADDRESS = "10.0.0.1\n";

    @TempDir Path folder;

    private final String dig = Tools.tool("dig", "bind9-dnsutils");
    private ApiServer api;
    private Authority authority;
    private TlsFront front;
    private int dns;

    static Stream<Subject> subjects() {
        return Stream.concat(Stream.of(new OnomaSubject()), Subjects.coreDns().stream());
    }

    @BeforeEach
    void begin() throws Exception {
        api = new ApiServer();
        api.put(object("Namespace", Map.of("name", "shop"), Map.of()));
        api.put(
                object(
                        "Service",
                        Map.of("name", "web", "namespace", "shop"),
                        Map.of("clusterIP", "10.0.0.1", "clusterIPs", List.of("10.0.0.1"))));
        authority = Authority.in(folder);
        front = new TlsFront(URI.create(api.url()), authority, "127.0.0.1", "api.test");
        dns = Ports.free();
    }

    @AfterEach
    void end() throws Exception {
        front.close();
        api.close();
    }

    private static Map<String, Object> object(
            String kind, Map<String, Object> metadata, Map<String, Object> spec) {
        return Map.of("apiVersion", "v1", "kind", kind, "metadata", metadata, "spec", spec);
    }

    private Subject.Running start(Subject subject, String properties) throws Exception {
        var corefile = "cluster.local {\n kubernetes {\n%s\n }\n}\n".formatted(properties);
        return subject.start(new Subject.Setup(folder, corefile, dns, Cluster.none(folder)));
    }

    private String ask() throws Exception {
        return Tools.run(
                dig, "@127.0.0.1", "-p", "" + dns, "+short", "+time=2", "+tries=1", NAME, "A");
    }

    private void expectAnswer(Subject subject, String properties) throws Exception {
        try (var running = start(subject, properties)) {
            long begin = System.nanoTime();
            var said = ask();
            while (!said.equals(ADDRESS) && System.nanoTime() - begin < PATIENCE_NANOS) {
                said = ask();
            }
            assertThat(said).as(running.log()).isEqualTo(ADDRESS);
        }
    }

    /// The last line of the cluster, and the lines of the user.
    private String kubeconfig(String cluster, String user) throws IOException {
        var text =
                """
                apiVersion: v1
                kind: Config
                current-context: here
                clusters:
                - name: one
                  cluster:
                    server: https://127.0.0.1:%d
                %s
                contexts:
                - name: elsewhere
                  context: {cluster: nowhere, user: nobody}
                - name: here
                  context: {cluster: one, user: me}
                users:
                - name: nobody
                  user: {token: wrong}
                - name: me
                  user:
                %s
                """
                        .formatted(front.port(), cluster.indent(4), user.indent(4));
        return Files.writeString(folder.resolve("kubeconfig"), text).toString();
    }

    private String kubeconfig(String user) throws IOException {
        return kubeconfig("certificate-authority: ca.pem", user);
    }

    private String base64(String file) throws IOException {
        return Base64.getEncoder().encodeToString(Files.readAllBytes(folder.resolve(file)));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void aKubeconfigHasAToken(Subject subject) throws Exception {
        api.faults().demandToken("a-token");
        expectAnswer(subject, "kubeconfig " + kubeconfig("token: a-token"));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void aKubeconfigHasAFileWithAToken(Subject subject) throws Exception {
        api.faults().demandToken("another-token");
        Files.writeString(folder.resolve("token"), "another-token\n");
        var file = folder.resolve("token").toString();
        expectAnswer(subject, "kubeconfig " + kubeconfig("tokenFile: " + file));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void aKubeconfigHasAUserWithAPassword(Subject subject) throws Exception {
        api.faults().demandPassword("me", "secret word");
        var user = "username: me\npassword: secret word";
        expectAnswer(subject, "kubeconfig " + kubeconfig(user));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void aKubeconfigHasFilesOfACertificateBesideIt(Subject subject) throws Exception {
        front.demandCertificates();
        authority.issue("client", "me");
        var user = "client-certificate: client.pem\nclient-key: client.key";
        expectAnswer(subject, "kubeconfig " + kubeconfig(user));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void aKubeconfigHoldsCertificatesItself(Subject subject) throws Exception {
        front.demandCertificates();
        authority.issue("client", "me");
        var cluster = "certificate-authority-data: " + base64("ca.pem");
        var user =
                "client-certificate-data: %s\nclient-key-data: %s"
                        .formatted(base64("client.pem"), base64("client.key"));
        expectAnswer(subject, "kubeconfig " + kubeconfig(cluster, user));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void aProgramPrintsAToken(Subject subject) throws Exception {
        api.faults().demandToken("printed");
        var program = program("{\"token\": \"'$WORD'\"}");
        expectAnswer(
                subject,
                "kubeconfig "
                        + kubeconfig(exec(program) + "  env: [{name: WORD, value: printed}]\n"));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void aProgramPrintsACertificate(Subject subject) throws Exception {
        front.demandCertificates();
        authority.issue("client", "me");
        var status =
                "{\"clientCertificateData\": \"%s\", \"clientKeyData\": \"%s\"}"
                        .formatted(json("client.pem"), json("client.key"));
        var wants = exec(program(status)) + "  provideClusterInfo: true\n";
        expectAnswer(subject, "kubeconfig " + kubeconfig(wants));
    }

    /// The text of a file within quotes that a shell leaves alone.
    private String json(String file) throws IOException {
        return Files.readString(folder.resolve(file)).replace("\n", "\\n");
    }

    @Test
    void whatWouldLeadElsewhereIsRefused() throws Exception {
        var proxied = "certificate-authority: ca.pem\nproxy-url: http://proxy.test:3128";
        expectRefused("\"proxy-url\" is not supported", kubeconfig(proxied, "token: a"));
        expectRefused("\"as\" is not supported", kubeconfig("token: a\nas: somebody"));
        expectRefused("has no context \"nowhere\"", kubeconfig("token: a") + " nowhere");
        expectRefused("exec without a command", kubeconfig("exec: {args: [get]}"));
    }

    private void expectRefused(String message, String kubeconfig) {
        assertThatThrownBy(() -> start(new OnomaSubject(), "kubeconfig " + kubeconfig))
                .isInstanceOf(Subject.StartFailed.class)
                .hasMessageContaining(message);
    }

    /// A program that prints a credential with this status; `$1` is its first argument.
    private Path program(String status) throws IOException {
        var file = folder.resolve("credential");
        Files.writeString(
                file,
                """
                #!/bin/sh
                case $KUBERNETES_EXEC_INFO in *ExecCredential*) ;; *) exit 3 ;; esac
                [ "$1" = get ] || exit 4
                printf '%%s\\n' '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": %s}'
                """
                        .formatted(status));
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private static String exec(Path program) {
        return """
        exec:
          apiVersion: client.authentication.k8s.io/v1
          command: %s
          args: [get]
          interactiveMode: Never
        """
                .formatted(program);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void aContextIsNamed(Subject subject) throws Exception {
        api.faults().demandToken("a-token");
        var file = kubeconfig("token: a-token");
        var text = Files.readString(Path.of(file));
        Files.writeString(
                Path.of(file), text.replace("current-context: here", "current-context: elsewhere"));
        expectAnswer(subject, "kubeconfig " + file + " here");
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void aCertificateMayBeForAnotherName(Subject subject) throws Exception {
        var other = Authority.in(Files.createDirectory(folder.resolve("other")));
        try (var named = new TlsFront(URI.create(api.url()), other, "api.test")) {
            var file = kubeconfig("certificate-authority: other/ca.pem", "token: any");
            var text = Files.readString(Path.of(file));
            Files.writeString(
                    Path.of(file),
                    text.replace(
                            "server: https://127.0.0.1:" + front.port(),
                            "tls-server-name: api.test\n    server: https://127.0.0.1:"
                                    + named.port()));
            expectAnswer(subject, "kubeconfig " + file);
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void anybodyIsTrustedWhereAsked(Subject subject) throws Exception {
        expectAnswer(
                subject, "kubeconfig " + kubeconfig("insecure-skip-tls-verify: true", "token: a"));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void aKubeconfigIsStrongerThanAnEndpoint(Subject subject) throws Exception {
        api.faults().demandToken("a-token");
        expectAnswer(
                subject, "endpoint http://127.0.0.1:1\nkubeconfig " + kubeconfig("token: a-token"));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void anEndpointHasCertificates(Subject subject) throws Exception {
        front.demandCertificates();
        authority.issue("client", "me");
        expectAnswer(
                subject,
                "endpoint https://127.0.0.1:%1$d\ntls %2$s/client.pem %2$s/client.key %2$s/ca.pem"
                        .formatted(front.port(), folder));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void ofSeveralEndpointsTheFirstIsAsked(Subject subject) throws Exception {
        try (var running = start(subject, "endpoint %s http://127.0.0.1:1".formatted(api.url()))) {
            assertThat(ask()).isEqualTo(ADDRESS);
            assertThat(running.log())
                    .contains(
                            "Multiple endpoints have been deprecated, only the first specified endpoint '%s' is used"
                                    .formatted(api.url()));
        }
    }

    /// As a Corefile for people's own machines has it.
    @ParameterizedTest
    @MethodSource("subjects")
    void aProxyOfKubectlIsBetween(Subject subject) throws Exception {
        var kubectl = Tools.tool("kubectl", "kubernetes-client");
        api.faults().demandToken("a-token");
        var port = Ports.free();
        var proxy =
                new ProcessBuilder(
                                kubectl,
                                "--kubeconfig=" + kubeconfig("token: a-token"),
                                "proxy",
                                "--port=" + port)
                        .redirectErrorStream(true)
                        .start();
        try (var said = proxy.inputReader()) {
            assertThat(said.readLine()).startsWith("Starting to serve");
            expectAnswer(subject, "endpoint http://127.0.0.1:" + port);
        } finally {
            proxy.destroy();
            proxy.waitFor();
        }
    }
}
