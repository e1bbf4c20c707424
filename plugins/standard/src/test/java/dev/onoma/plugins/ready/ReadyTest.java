package dev.onoma.plugins.ready;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.HttpPage;
import dev.onoma.api.ServerControl;
import dev.onoma.plugins.LiveServer;
import dev.onoma.testkit.Bench;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class ReadyTest {
    @TempDir Path directory;
    private final Bench bench = new Bench(".");
    private final Server server = new Server();

    /// A server with two plugins that wait, and two blocks that have one of them.
    private static final class Server implements ServerControl {
        private boolean kubernetes;
        private boolean nomad;
        private boolean another;
        private boolean ending;
        private String reason = "";
        private final List<Readiness> waiting =
                List.of(
                        new Readiness("nomad", () -> nomad, () -> ""),
                        new Readiness("kubernetes", () -> kubernetes, () -> reason),
                        new Readiness("kubernetes", () -> another, () -> reason));

        @Override
        public String configurationDigest() {
            return "";
        }

        @Override
        public Attempt reloadIfChanged() {
            return Attempt.NONE;
        }

        @Override
        public boolean isShuttingDown() {
            return ending;
        }

        @Override
        public List<Readiness> readiness() {
            return waiting;
        }
    }

    private String ask(Waiting waiting) {
        HttpPage.Answer answer = waiting.answer();
        return answer.status() + " " + new String(answer.body(), StandardCharsets.UTF_8);
    }

    private Waiting waiting(boolean continuously) {
        return new Waiting(server, continuously, bench.log("ready"));
    }

    @Test
    void whoIsNotReadyIsNamedInOrder() {
        var waiting = waiting(false);
        assertThat(ask(waiting)).isEqualTo("503 kubernetes,nomad");
        assertThat(bench.logged())
                .containsExactly("[INFO] plugin/ready: Plugins not ready: \"kubernetes,nomad\"");
        server.nomad = true;
        server.kubernetes = true;
        assertThat(ask(waiting)).isEqualTo("503 kubernetes");
        server.another = true;
        assertThat(ask(waiting)).isEqualTo("200 OK");
    }

    @Test
    void whatIsWaitedForStandsBelowTheNamesAndInTheLog() {
        server.reason = "services not listed yet";
        assertThat(ask(waiting(false)))
                .isEqualTo("503 kubernetes,nomad\nkubernetes: services not listed yet");
        assertThat(bench.logged())
                .containsExactly(
                        "[INFO] plugin/ready: Plugins not ready: \"kubernetes,nomad\""
                                + " (kubernetes: services not listed yet)");
    }

    @Test
    void whoWasReadyOnceIsNotAskedAgainUnlessContinuously() {
        server.nomad = true;
        server.kubernetes = true;
        server.another = true;
        var once = waiting(false);
        var continuously = waiting(true);
        assertThat(ask(once)).isEqualTo("200 OK");
        assertThat(ask(continuously)).isEqualTo("200 OK");
        server.nomad = false;
        assertThat(ask(once)).isEqualTo("200 OK");
        assertThat(ask(continuously)).isEqualTo("503 nomad");
    }

    @Test
    void aServerThatIsAboutToEndIsNotReady() {
        server.ending = true;
        assertThat(ask(waiting(false))).isEqualTo("503 Shutting down");
    }

    @Test
    void aPortThatIsTakenKeepsTheServerFromStarting() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var text = ". {\n ready 127.0.0.1:" + taken.getLocalPort() + "\n}\n";
            assertThatThrownBy(() -> new LiveServer(directory, text).close())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("plugin/ready: listen tcp 127.0.0.1:")
                    .hasMessageContaining(": bind: ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "ready x | Corefile:1:7: plugin/ready: ADDRESS is HOST:PORT or :PORT, not \"x\"",
                "ready :1 :2 | Corefile:1:10: plugin/ready: \":2\" is one word too many after",
                "ready {; foo; } | Corefile:2:2: plugin/ready: there is no property \"foo\"",
                "ready {; monitor; } | Corefile:2:2: plugin/ready: MODE is missing after",
                "ready {; monitor always; } | plugin/ready: MODE is one of until-ready, continuously",
                "ready; ready | Corefile:2:2: plugin/ready: this plugin can only be used once per",
            })
    void mistakesInACorefileArePointedAt(String directive, String message) {
        bench.setting(ServerControl.class, server);
        assertThatThrownBy(() -> bench.setup(new Ready(), directive.replace(";", "\n")))
                .hasMessageContaining(message);
    }
}
