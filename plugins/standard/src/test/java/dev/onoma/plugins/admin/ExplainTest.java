package dev.onoma.plugins.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Explanation;
import dev.onoma.api.Names;
import dev.onoma.api.Transport;
import dev.onoma.plugins.LiveServer;
import dev.onoma.server.CacheCommand;
import dev.onoma.server.Flags;
import dev.onoma.server.explain.ExplainCommand;
import dev.onoma.testkit.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Type;

@Timeout(60)
final class ExplainTest {
    @TempDir Path directory;
    private int http;
    private LiveServer server;

    @BeforeEach
    void start() throws IOException {
        http = Ports.free();
        server =
                new LiveServer(
                        directory,
                        """
                        . {
                            admin 127.0.0.1:%d
                            errors
                            cache
                            loadbalance
                            header {
                                response set ra
                            }
                            hosts {
                                192.0.2.1 a.example
                                192.0.2.2 a.example
                                fallthrough example
                            }
                            forward silent.example 127.0.0.1:%d
                        }
                        """
                                .formatted(http, Ports.free()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Explanation explain(String name) throws IOException {
        return server.onoma()
                .explain(
                        new Explanation.Request(
                                Names.of(name),
                                Type.A,
                                InetAddress.ofLiteral("192.0.2.77"),
                                Transport.UDP,
                                false,
                                ""));
    }

    private static List<String> steps(Explanation explanation) {
        return explanation.steps().stream().map(s -> s.plugin() + ": " + s.decision()).toList();
    }

    @Test
    void everyPluginThatWasAskedSaysWhatItDid() throws IOException {
        var explanation = explain("a.example.");
        assertThat(steps(explanation))
                .containsExactly(
                        "errors: passed on",
                        "loadbalance: changed: addresses are shuffled",
                        "cache: passed on",
                        "header: changed: flags \"aa\" became \"aa ra\"",
                        "hosts: answered NOERROR, 2 answers");
        assertThat(explanation.outcome()).isEqualTo("NOERROR");
        assertThat(explanation.zone()).isEqualTo(".");
        assertThat(explanation.steps()).allSatisfy(s -> assertThat(s.nanos()).isNotNegative());
        assertThat(explanation.steps().stream().mapToLong(Explanation.Step::nanos).sum())
                .isLessThanOrEqualTo(explanation.nanos());
    }

    @Test
    void whoAnswersEarlierIsTheLastStep() throws IOException {
        assertThat(server.ask("a.example.")).isNotNull();
        assertThat(steps(explain("a.example.")).getLast())
                .isEqualTo("cache: answered NOERROR, 2 answers");
    }

    @Test
    void failuresAreToldWithTheirReason() throws IOException {
        var explanation = explain("b.silent.example.");
        assertThat(explanation.outcome()).startsWith("SERVFAIL: 127.0.0.1:");
        assertThat(steps(explanation))
                .contains("cache: passed on")
                .anyMatch(step -> step.startsWith("forward: failed: 127.0.0.1:"));
        assertThat(explanation.steps().getLast().notes())
                .anyMatch(note -> note.startsWith("forward/upstream: 127.0.0.1:"));
        assertThat(explanation.response()).isNotNull();
    }

    private static List<String> notes(Explanation explanation, String plugin) {
        return explanation.steps().stream()
                .filter(s -> s.plugin().equals(plugin))
                .flatMap(s -> s.notes().stream())
                .toList();
    }

    @Test
    void pluginsNoteWhatTheyDecided() throws IOException {
        var miss = explain("a.example.");
        assertThat(notes(miss, "cache"))
                .containsExactly("nothing is kept for this", "kept for 1h0m0s");
        assertThat(notes(miss, "hosts")).containsExactly("the name is in the table");
        var hit = explain("a.example.");
        assertThat(notes(hit, "cache"))
                .singleElement()
                .asString()
                .matches("kept: a\\.example\\. IN A: NOERROR, 2 answers, 3(600|599) s left");
        var failed = explain("b.silent.example.");
        assertThat(notes(failed, "forward"))
                .anyMatch(n -> n.matches("127.0.0.1:[0-9]+ over UDP: connection refused after .*"));
        assertThat(notes(failed, "cache")).contains("the failure is kept for 1s");
    }

    @Test
    void whatIsKeptIsShownAndForgottenFromTheCommandLine() throws Exception {
        assertThat(server.ask("a.example.")).isNotNull();
        var at = "127.0.0.1:" + http;
        assertThat(cache("-server", at)).startsWith("dns://.:0: 1 answers, 0 denials and failures");
        assertThat(cache("show", "a.example", "-server", at)).contains("a.example. IN A: NOERROR");
        assertThat(cache("show", "example", "-server", at)).contains("nothing is kept for this");
        assertThat(cache("flush", "example", "-below", "-server", at))
                .isEqualTo("1 entries are forgotten\n");
        assertThat(cache("-server", at)).startsWith("dns://.:0: 0 answers");
        assertThatThrownBy(() -> cache("flush")).hasMessageStartingWith("NAME is missing");
        assertThatThrownBy(() -> cache("empty"))
                .hasMessageStartingWith("show or flush is expected, not \"empty\"");
    }

    private static String cache(String... words) throws Exception {
        var out = new ByteArrayOutputStream();
        var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertThat(new CacheCommand().run(List.of(words), stream, stream)).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void thePageReadsLikeAReport() {
        assertThat(LiveServer.get(http, "/explain?name=a.example&type=a&client=192.0.2.9"))
                .startsWith("HTTP/1.1 200 OK")
                .contains("\r\n\r\na.example. A, asked by 192.0.2.9 over udp at dns://:0\n")
                .contains("server block: .\n")
                .containsPattern("\nhosts +[0-9]+ [um]s  answered NOERROR, 2 answers\n")
                .containsPattern("\nNOERROR, after [0-9]+ [um]s\nflags: qr aa rd ra\n")
                .contains("\n;; ANSWERS\na.example.\t\t3600\tIN\tA\t192.0.2.");
    }

    @Test
    void anAddressIsAskedForItsName() {
        assertThat(LiveServer.get(http, "/explain?name=192.0.2.1"))
                .contains("1.2.0.192.in-addr.arpa. PTR, asked by 127.0.0.1")
                .contains("PTR\ta.example.");
    }

    @Test
    void mistakesInARequestAreToldInASentence() {
        assertThat(LiveServer.get(http, "/explain")).contains("400 Bad").contains("which name?");
        assertThat(LiveServer.get(http, "/explain?name=a..b")).contains("NAME is a domain name");
        assertThat(LiveServer.get(http, "/explain?name=a&type=x")).contains("TYPE is a type such");
        assertThat(LiveServer.get(http, "/explain?name=a&client=x")).contains("is an IP address");
        assertThat(LiveServer.get(http, "/explain?name=a&transport=x")).contains("is udp or tcp");
        assertThat(LiveServer.get(http, "/explain?name=a&listener=x"))
                .contains("no listener is called \"x\", there are: dns://:0");
    }

    @Test
    void theSubCommandPrintsThePage() throws Exception {
        var out = new ByteArrayOutputStream();
        assertThat(run(out, "a.example", "-server", "127.0.0.1:" + http, "AAAA", "-tcp")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("a.example. AAAA, asked by 127.0.0.1 over tcp at dns://:0\n");
        assertThat(run(out, "a..example", "-server", "127.0.0.1:" + http)).isOne();
        assertThatThrownBy(() -> run(out, "a", "-server", "127.0.0.1:" + Ports.free()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("its Corefile needs \"admin\"");
        assertThatThrownBy(() -> run(out)).isInstanceOf(Flags.Stop.class);
        assertThatThrownBy(() -> run(out, "a", "-server", "nonsense"))
                .hasMessage("an address is HOST:PORT such as localhost:9154, not \"nonsense\"");
    }

    private static int run(ByteArrayOutputStream out, String... words) throws Exception {
        var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        return new ExplainCommand().run(List.of(words), stream, stream);
    }
}
