package dev.onoma.conformance;

import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server that gets broken packets goes on answering good ones.
final class PacketFuzzTest {
    private static final int PACKETS = 20_000;
    private static final long SEED = 20_260_731;
    private static final String COREFILE =
            """
            test {
                nsid onoma
                cache
                hosts {
                    192.0.2.1 a.test
                }
            }
            """;

    @TempDir Path folder;

    @Test
    void goodQueriesAreAnsweredBetweenBrokenOnes() throws Exception {
        run(Subjects.chosen());
    }

    @Test
    void coreDnsDoesSoToo() throws Exception {
        var coreDns = Subjects.coreDns();
        Assumptions.assumeTrue(coreDns.isPresent(), "no CoreDNS: set COREDNS to its binary");
        run(coreDns.get());
    }

    private void run(Subject subject)
            throws IOException, InterruptedException, Subject.StartFailed {
        int port = Ports.free();
        var setup = new Subject.Setup(folder, COREFILE, port, Cluster.none(folder));
        try (var _ = Subjects.start(subject, setup)) {
            var server = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
            new PacketFuzz(server, "a.test.", SEED).run(PACKETS);
        }
    }
}
