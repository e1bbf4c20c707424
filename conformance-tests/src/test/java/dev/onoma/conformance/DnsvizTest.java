package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// DNSViz asks for everything that a validator may need of a zone, over UDP and TCP, with and
/// without room, and judges keys, signatures, proofs and flags of the answers, of names that are
/// not there among them.
final class DnsvizTest {
    private static final String ZONE =
            """
            $TTL 3600
            @ IN SOA ns h 1 7200 1800 86400 300
            @ IN NS ns
            @ IN MX 10 www
            ns IN A 127.0.0.1
            www IN A 192.0.2.1
            a.b.ent IN TXT x
            *.wild IN A 192.0.2.3
            alias IN CNAME www
            """;
    // Debian's DNSViz looks for a part of pygraphviz that versions since 1.7 do not have.
    private static final String SHIM =
            """
            try:
                import pygraphviz, types
                pygraphviz.release = types.SimpleNamespace(version=pygraphviz.__version__)
            except ImportError:
                pass
            """;

    @TempDir Path folder;

    private final String dnsviz = Tools.tool("dnsviz", "dnsviz python3-pygraphviz");
    private final String keygen = Tools.tool("dnssec-keygen", "bind9-utils");

    @Test
    void whatIsSignedOnItsWayOutIsSecure() throws Exception {
        judge(
                """
                example.org {
                    dnssec {
                        key file %s
                    }
                    file z
                }
                """);
    }

    @Test
    void whatIsSignedAsAWholeIsSecure() throws Exception {
        judge(
                """
                example.org {
                    sign z {
                        key file %s
                        directory .
                    }
                    file db.example.org.signed {
                        reload 100ms
                    }
                }
                """);
    }

    private void judge(String corefile) throws Exception {
        Files.writeString(folder.resolve("z"), ZONE);
        var key =
                Tools.run(
                                keygen,
                                "-q",
                                "-K",
                                folder.toString(),
                                "-a",
                                "ECDSAP256SHA256",
                                "-f",
                                "KSK",
                                "example.org")
                        .strip();
        int port = Ports.free();
        var setup = new Subject.Setup(folder, corefile.formatted(key), port, Cluster.none(folder));
        try (var _ = new OnomaSubject().start(setup)) {
            var dig = Tools.tool("dig", "bind9-dnsutils");
            Tools.runUntil(
                    "RRSIG", dig, "@127.0.0.1", "-p", "" + port, "+dnssec", "example.org", "SOA");
            var said = judged(port, folder.resolve(key + ".key"));
            assertThat(said)
                    .contains("\"status\": \"SECURE\"", "\"status\": \"VALID\"")
                    .doesNotContain("errors", "warnings", "INVALID", "BOGUS", "INSECURE");
        }
    }

    private String judged(int port, Path anchor) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("sitecustomize.py"), SHIM);
        var script =
                """
                cd '%1$s' && export PYTHONPATH=. &&
                '%2$s' probe -4 -d 1 -A -x example.org+:127.0.0.1:%3$d example.org > probed &&
                '%2$s' grok -l info -t '%4$s' < probed
                """
                        .formatted(folder, dnsviz, port, anchor);
        var said = Tools.run("sh", "-c", script);
        assumeFalse(
                said.contains("pygraphviz is required"),
                "DNSViz judges nothing without it: apt-get install python3-pygraphviz");
        return said;
    }
}
