package dev.onoma.plugins.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.ServerControl;
import dev.onoma.plugins.LiveServer;
import dev.onoma.testkit.Bench;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class ReloadTest {
    @TempDir Path directory;
    private final Bench bench = new Bench(".");
    private final Server server = new Server();

    /// A server whose Corefile changes when a test says so.
    private static final class Server implements ServerControl {
        private Attempt next = Attempt.NONE;
        private int looks;

        @Override
        public String configurationDigest() {
            return "c0ffee";
        }

        @Override
        public Attempt reloadIfChanged() {
            looks++;
            return next;
        }

        @Override
        public boolean isShuttingDown() {
            return false;
        }

        @Override
        public List<Readiness> readiness() {
            return List.of();
        }
    }

    private Watch watch() {
        bench.setting(ServerControl.class, server);
        return new Watch(bench);
    }

    @Test
    void theDigestOfTheRunningConfigurationIsSaidAndExported() {
        var watch = watch();
        watch.serving(watch.want(Duration.ofSeconds(2)));
        assertThat(bench.logged())
                .containsExactly("[INFO] plugin/reload: Running configuration SHA512 = c0ffee");
        var version = bench.metrics().gauges("coredns_reload_version_info", "", "hash", "value");
        assertThat(version.with("sha512", "c0ffee").value()).isEqualTo(1);
    }

    @Test
    void ofSeveralBlocksTheLastCounts() {
        var watch = watch();
        var first = watch.want(Duration.ofSeconds(2));
        var last = watch.want(Duration.ofSeconds(10));
        watch.serving(first);
        watch.serving(last);
        assertThat(bench.logged()).hasSize(1);
        bench.time().advance(Duration.ofSeconds(20));
        assertThat(server.looks).isEqualTo(2);
        watch.close();
        bench.time().advance(Duration.ofSeconds(20));
        assertThat(server.looks).isEqualTo(2);
    }

    @Test
    void aReloadThatFailsIsSaidAndCounted() {
        var watch = watch();
        watch.serving(watch.want(Duration.ofSeconds(2)));
        server.next = ServerControl.Attempt.failed("Corefile:3:5: there is no plugin \"cahe\"");
        bench.time().advance(Duration.ofSeconds(2));
        assertThat(bench.logged())
                .last()
                .asString()
                .startsWith(
                        "[ERROR] plugin/reload: Corefile changed but reload failed: starting with"
                                + " listener file descriptors: Corefile:3:5");
        assertThat(ReloadMetrics.of(bench.metrics()).failed().value()).isEqualTo(1);
    }

    @Test
    void aChangeIsPickedUpAndTakingTheDirectiveAwayEndsThat() throws Exception {
        var text = ". {\n reload 2s 0s\n debug\n}\n";
        try (var server = new LiveServer(directory, text)) {
            assertThat(server.log()).containsOnlyOnce("Running configuration SHA512 = ");
            server.write(text.replace("debug", "debg"));
            LiveServer.until(() -> server.log().contains("Corefile changed but reload failed: "));
            server.write(text.replace(" debug\n", ""));
            LiveServer.until(() -> server.log().contains("[INFO] Reloading complete"));
            assertThat(server.log().split("SHA512 = ", -1)).hasSize(3);
            assertThat(server.reload(". {\n errors\n}\n")).isEqualTo("null");
            assertThat(server.log().split("SHA512 = ", -1)).hasSize(3);
        }
    }

    @Test
    void theJitterIsAtMostAQuarterOfTheInterval() {
        for (int i = 0; i < 50; i++) {
            var fresh = new Bench(".");
            fresh.random().nextLong();
            var interval = Reload.withJitter(Duration.ofSeconds(4), Duration.ofSeconds(100), fresh);
            assertThat(interval).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(5));
        }
        assertThat(Reload.withJitter(Duration.ofSeconds(4), Duration.ZERO, bench)).hasSeconds(4);
    }

    @Test
    void onlyTheFirstOfABlockIsRead() {
        bench.setting(ServerControl.class, server);
        bench.setup(new Reload(), "reload 10s\nreload 20s");
        assertThat(bench.warnings())
                .containsExactly(
                        "Corefile:2:1: plugin/reload: is ignored: the first reload of a server block"
                                + " counts");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "reload x | Corefile:1:8: plugin/reload: INTERVAL is a duration such as 500ms",
                "reload 30 | did you mean: 30s?",
                "reload 1s | INTERVAL is a duration of at least 2s, not 1s",
                "reload 10s 500ms | Corefile:1:12: plugin/reload: JITTER is 0s or a duration of at",
                "reload 10s -5s | JITTER is 0s or a duration of at least 1s, not -5s",
                "reload 10s 5s 1s | Corefile:1:15: plugin/reload: \"1s\" is one word too many",
            })
    void mistakesInACorefileArePointedAt(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new Reload(), directive))
                .hasMessageContaining(message);
    }
}
