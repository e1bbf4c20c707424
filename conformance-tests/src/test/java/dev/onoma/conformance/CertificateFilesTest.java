package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// Files of a certificate that change while the server runs, on every [Way]: who connects gets the
/// new one, connections that are open go on, and files of no use change nothing.
@Timeout(60)
final class CertificateFilesTest {
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final String FAILURES = "onoma_tls_reload_failures_total";

    @TempDir private Path folder;

    private final Map<Way, Dialog> open = new EnumMap<>(Way.class);

    private static void assertAnswered(Way way, Dialog dialog) throws Exception {
        var answer = dialog.ask(way.query("a.test.", Type.A)).next();
        assertThat(new Message(answer).getRcode()).as(way.name()).isEqualTo(Rcode.NOERROR);
    }

    private void assertSubject(Doors doors, String subject) throws Exception {
        for (var way : Way.values()) {
            assertThat(way.subject(doors.port(way))).as(way.name()).isIn("", subject);
            assertAnswered(way, Objects.requireNonNull(open.get(way)));
        }
    }

    private void issue(String subject) {
        Authority.in(folder).issue("tls", subject);
    }

    // The server looks every few seconds.
    private static void awaitLog(Subject.Running onoma, String line, int times) throws Exception {
        while (onoma.log().split(line, -1).length <= times) {
            onoma.advance(LOOK);
        }
    }

    private static String failures(int port) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"));
            return client.send(request.build(), BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(FAILURES))
                    .findFirst()
                    .orElse("");
        }
    }

    @Test
    void newFilesAreForThoseWhoConnectAndBrokenOnesForNobody() throws Exception {
        var doors = Doors.choose();
        int metrics = Ports.free();
        var corefile =
                """
                %s {
                    tls tls.pem tls.key
                    prometheus 127.0.0.1:%d
                    whoami
                }
                """
                        .formatted(doors.keys("test"), metrics);
        issue("one.example");
        var setup = new Subject.Setup(folder, corefile, doors.port(Way.UDP), Cluster.none(folder));
        try (var onoma = new OnomaSubject().start(setup)) {
            for (var way : Way.values()) {
                open.put(way, way.open(doors.port(way)));
            }
            assertSubject(doors, "CN=one.example");

            issue("two.example");
            awaitLog(onoma, "tls.pem was read again", 1);
            assertSubject(doors, "CN=two.example");

            Files.writeString(folder.resolve("tls.pem"), "this is no certificate");
            awaitLog(onoma, "The last certificate stays", 1);
            assertSubject(doors, "CN=two.example");
            assertThat(failures(metrics)).startsWith(FAILURES).doesNotEndWith(" 0.0");

            issue("three.example");
            awaitLog(onoma, "tls.pem was read again", 2);
            assertSubject(doors, "CN=three.example");
        } finally {
            for (var dialog : open.values()) {
                dialog.close();
            }
        }
    }
}
