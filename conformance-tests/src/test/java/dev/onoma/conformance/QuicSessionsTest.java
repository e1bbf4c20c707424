package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who gets in over QUIC, which has a TLS of its own: the certificates of clients, the sessions
/// they resume, and what the key log tells. The client is aioquic.
final class QuicSessionsTest {
    private final String python = Tools.tool("python3", "python3");

    @TempDir private Path folder;
    private Subject.Running onoma;
    private int port;

    @BeforeEach
    void start() throws Exception {
        var asked = new ProcessBuilder(python, "-c", "import dns, aioquic").start();
        assumeTrue(asked.waitFor() == 0, "no QUIC here: pip install dnspython aioquic");
        var authority = Authority.in(folder);
        authority.issue("tls", "dns.example");
        authority.issue("known", "client.example");
        Authority.in(Files.createDirectory(folder.resolve("elsewhere")))
                .issue("stranger", "client.example");
        Files.writeString(folder.resolve("hosts.txt"), "192.0.2.1 a.test\n");
        try (var script = getClass().getResourceAsStream("quic_session.py")) {
            Files.copy(Objects.requireNonNull(script), folder.resolve("quic_session.py"));
        }
        port = Ports.free();
        var setup =
                new Subject.Setup(folder, corefile("nocert"), Ports.free(), Cluster.none(folder));
        onoma = new OnomaSubject().start(setup);
    }

    @AfterEach
    void stop() throws IOException {
        onoma.close();
    }

    private String corefile(String mode) {
        return """
        quic://test:%d {
            tls tls.pem tls.key ca.pem {
                client_auth %s
                keylog server.keys
            }
            hosts hosts.txt
        }
        """
                .formatted(port, mode);
    }

    /// What becomes of a query.
    ///
    /// @param certificate of the client, without its ending; `none` for none
    private String ask(String certificate) throws Exception {
        var command = new ArrayList<>(List.of(python));
        for (var file : List.of("quic_session.py", "ca.pem", "session", "client.keys")) {
            command.add(folder.resolve(file).toString());
        }
        command.add(2, "" + port);
        if (!certificate.equals("none")) {
            command.add(folder.resolve(certificate + ".pem").toString());
            command.add(folder.resolve(certificate + ".key").toString());
        }
        return Tools.run(command.toArray(String[]::new)).strip();
    }

    private void forgetSession() throws IOException {
        Files.deleteIfExists(folder.resolve("session"));
    }

    @ParameterizedTest
    @CsvSource({
        "nocert, answered, answered, answered",
        "request, answered, answered, answered",
        "require, refused, answered, answered",
        "verify_if_given, answered, answered, refused",
        "require_and_verify, refused, answered, refused"
    })
    void whoGetsInIsSaidByTheMode(String mode, String none, String known, String stranger)
            throws Exception {
        onoma.reload(corefile(mode));
        assertThat(ask("none")).isEqualTo(none);
        forgetSession();
        assertThat(ask("known")).isEqualTo(known);
        forgetSession();
        assertThat(ask("elsewhere/stranger")).isEqualTo(stranger);
    }

    /// Who resumes a session shows no certificate.
    @Test
    void sessionsAreResumedAfterAReloadUnlessCertificatesAreAskedFor() throws Exception {
        assertThat(ask("none")).isEqualTo("answered");
        onoma.reload(corefile("nocert") + "# another\n");
        assertThat(ask("none")).isEqualTo("resumed");
        onoma.reload(corefile("require_and_verify"));
        assertThat(ask("none")).isEqualTo("refused");
        assertThat(ask("known")).isEqualTo("answered");
    }

    @Test
    void theKeyLogHasTheSecretsOfTheClient() throws Exception {
        assertThat(ask("none")).isEqualTo("answered");
        assertThat(Files.readAllLines(folder.resolve("server.keys")))
                .hasSizeGreaterThan(3)
                .containsAll(Files.readAllLines(folder.resolve("client.keys")));
    }
}
