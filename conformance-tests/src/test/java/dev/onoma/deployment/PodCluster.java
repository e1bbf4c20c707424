package dev.onoma.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.ApiServer;
import dev.onoma.testkit.Authority;
import dev.onoma.testkit.TlsFront;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// What a pod finds around it: a network, an API server over TLS, the files of its service account,
/// and clients that ask it from outside.
final class PodCluster implements AutoCloseable {
    private static final String ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

    final PodNetwork network;
    final ApiServer api;

    private final TlsFront front;
    private final Path account;

    private PodCluster(PodNetwork network, ApiServer api, TlsFront front, Path account) {
        this.network = network;
        this.api = api;
        this.front = front;
        this.account = account;
    }

    /// Has the services of `docker/example/manifests`.
    static PodCluster start(Path folder) throws Exception {
        var network = PodNetwork.open();
        Image.build();
        var api = new ApiServer();
        fill(api);
        var account = readable(folder.resolve("account"));
        var authority = Authority.in(account);
        var front = new TlsFront(URI.create(api.url()), authority, "kubernetes", network.gateway);
        Files.copy(authority.certificate(), account.resolve("ca.crt"));
        Files.writeString(account.resolve("token"), "a-token");
        Files.writeString(account.resolve("namespace"), "kube-system");
        return new PodCluster(network, api, front, account);
    }

    private static void fill(ApiServer api) throws IOException {
        var yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        try (var files = Files.list(Tools.HOME.resolve("docker/example/manifests"))) {
            for (var file : files.sorted().toList()) {
                for (var document : yaml.loadAll(Files.readString(file))) {
                    var object = new LinkedHashMap<String, Object>();
                    ((Map<?, ?>) document).forEach((key, value) -> object.put("" + key, value));
                    api.put(object);
                }
            }
        }
    }

    /// As volumes are: everybody may read them.
    static Path readable(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        return folder;
    }

    /// CoreDNS's Deployment, as kubelet has it run here.
    Pod.Spec spec(Path folder, String corefile) throws IOException {
        var conf = readable(folder.resolve("conf"));
        Files.writeString(conf.resolve("Corefile"), corefile);
        var etc = readable(folder.resolve("etc"));
        // What kubelet writes into a pod with dnsPolicy: Default.
        var hosts = Files.writeString(etc.resolve("hosts"), "127.0.0.1 localhost\n");
        var resolvers =
                Files.writeString(
                        etc.resolve("resolv.conf"), "nameserver %s\n".formatted(network.gateway));
        var mounts =
                Map.of(
                        "/etc/coredns",
                        conf,
                        "/etc/hosts",
                        hosts,
                        "/etc/resolv.conf",
                        resolvers,
                        ACCOUNT,
                        account);
        var environment =
                Map.of(
                        "KUBERNETES_SERVICE_HOST",
                        network.gateway,
                        "KUBERNETES_SERVICE_PORT",
                        "" + front.port(),
                        // With "on", a start-up cache that does not fit ends the process.
                        "ONOMA_JAVA_OPTS",
                        "-XX:AOTMode=on");
        return Pod.Spec.of(mounts).withEnvironment(environment);
    }

    /// Asks until the pod answers, or has ended.
    void awaitAnswer(Pod pod) throws IOException, InterruptedException {
        var said = "";
        while (!said.contains("10.0.0.10") && pod.isRunning()) {
            said = dig("+tries=1", "+time=1", "kube-dns.kube-system.svc.cluster.local");
        }
        pod.assumeItWasAllowed();
        assertThat(said).as(pod.log()).contains("10.0.0.10");
    }

    /// Short answers.
    String dig(String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("dig", "@" + network.address, "+short"));
        command.addAll(List.of(words));
        return Tools.run(Map.of(), command).text();
    }

    /// A page of the pod and its status: `8080/health` is `OK (200)`.
    String page(String target) throws IOException, InterruptedException {
        var url = "http://%s:%s".formatted(network.address, target);
        return Tools.run(Map.of(), List.of("curl", "-s", "-w", " (%{http_code})", url)).text();
    }

    /// Starts a pod.
    Pod pod(Path folder, Pod.Spec spec) throws IOException, InterruptedException {
        return Pod.start(folder, network, spec);
    }

    @Override
    public void close() throws IOException {
        network.close();
        front.close();
        api.close();
    }
}
