package dev.onoma.conformance;

import static dev.onoma.conformance.Tools.goTool;
import static dev.onoma.conformance.Tools.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// HTTP/2 of `https://` and `grpc://` passes all cases of h2spec, those of its strict mode too (RFC
/// 9113, RFC 7541).
final class Http2SpecTest {
    private static final String QUESTION = "/dns-query?dns=AAABAAABAAAAAAAAAWEEdGVzdAAAAQAB";

    @TempDir private Path folder;

    @Test
    void dnsOverHttpsIsHttp2() throws Exception {
        passes("https");
    }

    @Test
    void dnsOverGrpcIsHttp2() throws Exception {
        passes("grpc");
    }

    private void passes(String scheme) throws Exception {
        var h2spec = goTool("h2spec", "github.com/summerwind/h2spec/cmd/h2spec");
        Authority.in(folder).issue("tls", "127.0.0.1");
        int port = Ports.free();
        var corefile =
                """
                %s://test:%d {
                    tls tls.pem tls.key
                    whoami
                }
                """
                        .formatted(scheme, port);
        var setup = new Subject.Setup(folder, corefile, Ports.free(), Cluster.none(folder));
        try (var running = Subjects.start(Subjects.chosen(), setup)) {
            assertThat(
                            run(
                                    h2spec,
                                    "--strict",
                                    "--tls",
                                    "--insecure",
                                    "--timeout=10",
                                    "--port=" + port,
                                    "--path=" + QUESTION))
                    .contains(" passed, 0 skipped, 0 failed");
            assertThat(running.log()).doesNotContain("[ERROR]", "panic");
        }
    }
}
