package dev.onoma.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/// The root file system of the image, put together once for all tests that run it.
final class Image {
    static final Path ROOT = Tools.HOME.resolve("conformance-tests/target/image/rootfs");

    private static final AtomicBoolean BUILT = new AtomicBoolean();

    private Image() {}

    /// Puts it together; the test is skipped where that cannot be done.
    static synchronized void build() throws IOException, InterruptedException {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root for namespaces");
        Tools.need("gcc", "gcc");
        Tools.need("setcap", "libcap2-bin");
        assumeTrue(
                Files.isDirectory(Tools.HOME.resolve("docker/target/onoma/lib")),
                "nothing is built: mvn package, or ./onoma -version");
        if (BUILT.get()) {
            return;
        }
        Files.createDirectories(ROOT.getParent());
        var said =
                Tools.run(
                        Map.of("AS_BUILT", "1", "JAVA_HOME", System.getProperty("java.home")),
                        List.of("docker/image/rootfs", ROOT.toString()));
        assertThat(said.code()).as(said.text()).isZero();
        BUILT.set(true);
    }
}
