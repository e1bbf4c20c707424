package dev.onoma.conformance;

import static dev.onoma.conformance.Tools.tool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// testssl.sh finds nothing weak in the TLS of any listener: no protocol before 1.2, no cipher
/// without forward secrecy, none of the attacks that it tries.
final class TlsProfileTest {
    private static final long PATIENCE_SECONDS = 180;
    private static final Pattern FINDING =
            Pattern.compile(
                    "\"id\"\\s*:\\s*\"([^\"]*)\".*?\"severity\"\\s*:\\s*\"([^\"]*)\""
                            + ".*?\"finding\"\\s*:\\s*\"([^\"]*)\"",
                    Pattern.DOTALL);

    /// What says nothing about a server: its protocol is not HTTP, the client's OpenSSL lacks GOST.
    private static final List<String> BESIDE = List.of("service", "engine_problem", "scanTime");

    private final String testssl = tool("testssl", "testssl.sh");

    @TempDir private Path folder;

    @Test
    @Timeout(2 * PATIENCE_SECONDS)
    void nothingWeakIsOffered() throws Exception {
        Authority.in(folder).issue("tls", "dns.example", "127.0.0.1");
        int tls = Ports.free();
        int https = Ports.free();
        int grpc = Ports.free();
        var corefile =
                """
                tls://test:%d https://test:%d grpc://test:%d {
                    tls tls.pem tls.key
                    whoami
                }
                """
                        .formatted(tls, https, grpc);
        var setup = new Subject.Setup(folder, corefile, Ports.free(), Cluster.none(folder));
        try (var running = Subjects.start(Subjects.chosen(), setup)) {
            var everything = List.of("--protocols", "--standard", "--pfs", "--vulnerable");
            // They wait more than they work, so at the same time.
            var scans =
                    List.of(
                            scan(tls, everything),
                            scan(https, everything),
                            scan(grpc, List.of("--protocols")));
            for (var scan : scans) {
                assertStrong(scan.findings());
            }
            assertThat(running.log()).doesNotContain("[ERROR]", "panic");
        }
    }

    private static void assertStrong(Map<String, String> findings) {
        assertThat(findings)
                .containsEntry("SSLv2", "OK: not offered")
                .containsEntry("SSLv3", "OK: not offered")
                .containsEntry("TLS1", "INFO: not offered")
                .containsEntry("TLS1_1", "INFO: not offered")
                .containsEntry("TLS1_2", "OK: offered")
                .containsEntry("TLS1_3", "OK: offered with final");
        assertThat(findings.entrySet())
                .allMatch(finding ->
                        finding.getValue().startsWith("OK: ")
                                || finding.getValue().startsWith("INFO: "));
    }

    private record Scan(Process process, Path report, Path log) {
        /// Identifier to severity and text.
        Map<String, String> findings() throws Exception {
            var ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            assertThat(ended).as(Files.readString(log)).isTrue();
            var findings = new LinkedHashMap<String, String>();
            var matcher = FINDING.matcher(Files.readString(report));
            while (matcher.find()) {
                if (!BESIDE.contains(matcher.group(1))) {
                    findings.put(matcher.group(1), matcher.group(2) + ": " + matcher.group(3));
                }
            }
            return findings;
        }
    }

    private Scan scan(int port, List<String> checks) throws Exception {
        var report = folder.resolve(port + ".json");
        var log = folder.resolve(port + ".log");
        var command =
                new ArrayList<>(
                        List.of(testssl, "--quiet", "--warnings", "off", "--nodns", "none"));
        command.addAll(List.of("--color", "0", "--jsonfile", report.toString()));
        command.addAll(checks);
        command.add("127.0.0.1:" + port);
        var process =
                new ProcessBuilder(command)
                        .redirectInput(new File("/dev/null"))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        return new Scan(process, report, log);
    }
}
