package dev.onoma.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The image is put together and runs: as nobody in particular, on a read-only root without a
/// shell, on port 53 of a network of its own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ImageTest {
    private static final long SIZE_MIB_MAX = 160;
    private static final Path ROOT = Tools.HOME.resolve("conformance-tests/target/image/rootfs");

    /// What a container runtime does, as far as it matters: namespaces, a read-only root, a user.
    /// Then a client's questions, and the end that a pod gets.
    private static final String CONTAINER =
            """
            root=$1 conf=$2 port=$3; shift 3
            ip link set lo up
            mount --bind "$root" "$root"
            mount -t proc proc "$root/proc"
            mount --rbind /dev "$root/dev"
            mount --bind "$conf" "$root/etc/coredns"
            mount -o remount,ro,bind "$root"
            unshare --root="$root" --setgid 65532 --setuid 65532 --wd=/ /coredns "$@" &
            server=$!
            until dig +short +tries=1 +time=1 @127.0.0.1 -p $port kube-dns.kube-system.svc.cluster.local | grep '^[0-9]' ||
                ! kill -0 $server 2>/dev/null; do sleep 0.1; done
            dig +short +tcp @127.0.0.1 -p $port db-0.db.default.svc.cluster.local
            sed -n 's/^Uid:[^0-9]*\\([0-9]*\\).*/user \\1/p; s/^CapEff:[^0-9]*0*\\(.*\\)/capabilities \\1/p' /proc/$server/status
            tr '\\0' '\\n' </proc/$server/cmdline | grep -x '@/opt/onoma/image.flags'
            kill -TERM $server
            wait $server
            echo "exit code $?"
            """;

    @BeforeAll
    void build() throws IOException, InterruptedException {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root for namespaces");
        Tools.need("unshare", "util-linux");
        Tools.need("gcc", "gcc");
        Tools.need("dig", "bind9-dnsutils");
        Tools.need("ip", "iproute2");
        Tools.need("setcap", "libcap2-bin");
        assumeTrue(
                Files.isDirectory(Tools.HOME.resolve("docker/target/onoma/lib")),
                "nothing is built: mvn package, or ./onoma -version");
        Files.createDirectories(ROOT.getParent());
        var said =
                Tools.run(
                        Map.of("AS_BUILT", "1", "JAVA_HOME", System.getProperty("java.home")),
                        List.of("docker/image/rootfs", ROOT.toString()));
        assertThat(said.code()).as(said.text()).isZero();
    }

    private static Tools.Said serve(Path conf, String port, Map<String, String> environment)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.addAll(List.of("unshare", "--mount", "--net", "--pid", "--fork", "--mount-proc"));
        command.addAll(List.of("--kill-child=KILL", "sh", "-c", CONTAINER, "sh"));
        command.addAll(List.of(ROOT.toString(), conf.toString(), port));
        command.addAll(List.of("-conf", "/etc/coredns/Corefile"));
        return Tools.run(environment, command);
    }

    private static void corefile(Path folder) throws IOException {
        // As a ConfigMap is: everybody may read it.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        var manifests = Tools.HOME.resolve("docker/example/manifests");
        var to = Files.createDirectories(folder.resolve("manifests"));
        try (var files = Files.list(manifests)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        Files.writeString(
                folder.resolve("Corefile"),
                """
                .:53 {
                    errors
                    health
                    ready
                    prometheus :9153
                    kubernetes cluster.local in-addr.arpa {
                        manifests /etc/coredns/manifests
                    }
                    forward . 127.0.0.1:5300
                    cache 30
                    loop
                    reload
                    loadbalance
                }
                """);
    }

    @Test
    void itServesOnPort53WithoutRootOnAReadOnlyDisk(@TempDir Path folder) throws Exception {
        corefile(folder);
        // With "on", a start-up cache that does not fit ends the process.
        var said = serve(folder, "53", Map.of("ONOMA_JAVA_OPTS", "-XX:AOTMode=on"));
        assertThat(said.text())
                .contains("10.0.0.10\n", "10.1.0.20\n", "user 65532\n", "exit code 0\n")
                .contains("@/opt/onoma/image.flags")
                // The port and nothing else.
                .contains("capabilities 400\n")
                .doesNotContain("Recovered from panic", "Exception");
    }

    @Test
    void itIsSmallAndHoldsNothingElseToRun() throws IOException {
        long octets = 0;
        var programs = new ArrayList<String>();
        try (var files = Files.walk(ROOT)) {
            for (var file : files.filter(f -> Files.isRegularFile(f)).toList()) {
                octets += Files.size(file);
                boolean library = file.getFileName().toString().matches(".*\\.so(\\..*)?");
                if (Files.isExecutable(file) && !library) {
                    programs.add(ROOT.relativize(file).toString());
                }
            }
        }
        assertThat(octets >> 20).isLessThan(SIZE_MIB_MAX);
        assertThat(programs).contains("coredns", "opt/onoma/java/bin/java");
        assertThat(programs).filteredOn(p -> p.matches(".*/?(sh|bash|busybox|apt|curl)")).isEmpty();
    }

    /// The last stage of the Dockerfile, with the folder in place of the stage before, as there is
    /// no base image to be had in a test.
    @Test
    void theDockerfileMakesAnImageOfIt(@TempDir Path folder) throws Exception {
        Tools.need("buildah", "buildah");
        var build = Files.createDirectories(folder.resolve("build"));
        var store =
                List.of(
                        "buildah",
                        "--storage-driver=vfs",
                        "--root=" + folder.resolve("store"),
                        "--runroot=" + folder.resolve("run"));
        Tools.run(
                Map.of(), List.of("cp", "-a", ROOT.toString(), build.resolve("rootfs").toString()));
        var bud = new ArrayList<>(store);
        bud.addAll(List.of("bud", "--isolation=chroot", "--build-context=build=" + build));
        bud.addAll(List.of("-f", "docker/Dockerfile", "-t", "onoma", folder.toString()));
        var built = Tools.run(Map.of(), bud);
        assertThat(built.code()).as(built.text()).isZero();
        var from = new ArrayList<>(store);
        from.addAll(List.of("from", "onoma"));
        var container = Tools.run(Map.of(), from).text().strip();
        var run = new ArrayList<>(store);
        run.addAll(List.of("run", "--isolation=chroot", container, "--", "/coredns", "-plugins"));
        var said = Tools.run(Map.of(), run);
        assertThat(said.text()).contains("kubernetes", "forward", "k8s_external", "autopath");
        var inspect = new ArrayList<>(store);
        inspect.addAll(List.of("inspect", "--type=image", "onoma"));
        assertThat(Tools.run(Map.of(), inspect).text().replaceAll("\\s", ""))
                .contains("\"User\":\"65532:65532\"", "\"Entrypoint\":[\"/coredns\"]", "53/udp");
    }
}
