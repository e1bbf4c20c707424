package dev.onoma.plugins.sign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Bench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A long zone is signed when it is time, and not each time that somebody looks, as CoreDNS does it
/// with zones of more than a hundred records.
final class SignedOnceTest {
    private static final int NAMES = 200;

    @TempDir Path folder;

    @Test
    void aLongZoneIsSignedWhenItIsTime() throws Exception {
        Files.writeString(
                folder.resolve("K.key"),
                "example.org. IN DNSKEY 257 3 13"
                        + " bzpbWWV9DVSEZWFykTmU/osLaiUqYvVmjCeMgCweJqdP4URagniOlQ4YdpU6cPtyKrkvFR4A11a6YWEdNKdH2w==\n");
        Files.writeString(
                folder.resolve("K.private"),
                """
                Private-key-format: v1.3
                Algorithm: 13 (ECDSAP256SHA256)
                PrivateKey: fyWy/LgtCFFLRrW0e/BoXPyTW4nvPUKVZs9QkRZ8t7w=
                """);
        Files.writeString(
                folder.resolve("z"),
                IntStream.range(0, NAMES)
                        .mapToObj(i -> "h%d A 192.0.2.1\n".formatted(i))
                        .collect(
                                Collectors.joining(
                                        "", "$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\n", "")));
        var first = sign();
        assertThat(signings(first)).isOne();
        first.time().advance(Duration.ofDays(1));
        assertThat(signings(first)).isOne();
        first.stop();
        var second = sign(); // a start is no reason
        assertThat(signings(second)).isZero();
        second.time().advance(Duration.ofDays(8));
        assertThat(signings(second)).isOne();
        second.stop();
    }

    private Bench sign() throws Exception {
        var bench = new Bench("example.org.");
        bench.root(folder);
        // Not newer than a copy, whatever the clock of the file system.
        Files.setLastModifiedTime(
                folder.resolve("z"), FileTime.from(bench.time().now().minusSeconds(3600)));
        bench.start(new Sign(), "sign z {\n key file K\n directory .\n}");
        bench.time().advance(Duration.ZERO);
        return bench;
    }

    private static long signings(Bench bench) {
        return bench.logged().stream().filter(line -> line.contains("Successfully signed")).count();
    }
}
