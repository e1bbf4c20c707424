package dev.onoma.conformance;

import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Scenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// `Corefile.example`, the file that everybody copies, with its cluster; only the ports differ.
final class CorefileExampleTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TestFactory
    Stream<DynamicTest> everybodyCanServeTheExample() throws IOException {
        var corefile =
                Files.readString(ROOT.resolve("Corefile.example"))
                        .replace("health {", "health 127.0.0.1:0 {")
                        .replace("    ready\n", "    ready 127.0.0.1:0\n")
                        .replace("prometheus :9153", "prometheus 127.0.0.1:0")
                        .replace("docker/example", ROOT.resolve("docker/example").toString());
        return Scenarios.against(new OnomaSubject())
                .play(
                        corefile
                                + """

                                > nginx.default.svc.cluster.local. A
                                NOERROR aa
                                nginx.default.svc.cluster.local. 5 IN A 10.0.0.80

                                > db-1.db.default.svc.cluster.local. A
                                NOERROR aa
                                db-1.db.default.svc.cluster.local. 5 IN A 10.1.0.21

                                > api.default.svc.cluster.local. AAAA
                                NOERROR aa
                                api.default.svc.cluster.local. 5 IN AAAA fd00:10::90

                                > 10.0.0.10.in-addr.arpa. PTR
                                NOERROR aa
                                10.0.0.10.in-addr.arpa. 5 IN PTR kube-dns.kube-system.svc.cluster.local.
                                """);
    }
}
