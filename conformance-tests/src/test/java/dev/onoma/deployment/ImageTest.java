package dev.onoma.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The image is put together, is small, and holds nothing that could be misused.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ImageTest {
    private static final long SIZE_MIB_MAX = 160;

    @BeforeAll
    void build() throws IOException, InterruptedException {
        Image.build();
    }

    @Test
    void itIsSmallAndHoldsNothingElseToRun() throws IOException {
        long octets = 0;
        var programs = new ArrayList<String>();
        try (var files = Files.walk(Image.ROOT)) {
            for (var file : files.filter(f -> Files.isRegularFile(f)).toList()) {
                octets += Files.size(file);
                boolean library = file.getFileName().toString().matches(".*\\.so(\\..*)?");
                if (Files.isExecutable(file) && !library) {
                    programs.add(Image.ROOT.relativize(file).toString());
                }
            }
        }
        assertThat(octets >> 20).isLessThan(SIZE_MIB_MAX);
        assertThat(programs).contains("coredns", "opt/onoma/java/bin/java");
        assertThat(programs).filteredOn(p -> p.matches(".*/?(sh|bash|busybox|apt|curl)")).isEmpty();
    }

    /// Java looks for others on the class path, and sets up all that it meets there.
    @Test
    void securityProvidersAreThoseThatItHas() throws IOException {
        var settings = new Properties();
        var file = Image.ROOT.resolve("opt/onoma/java/conf/security/java.security");
        try (var in = Files.newBufferedReader(file)) {
            settings.load(in);
        }
        assertThat(settings)
                .containsEntry("security.provider.1", "SUN")
                .containsEntry("security.provider.5", "SunJCE")
                .doesNotContainKey("security.provider.6");
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
                Map.of(),
                List.of("cp", "-a", Image.ROOT.toString(), build.resolve("rootfs").toString()));
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
