package dev.onoma.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.CorefileException;
import dev.onoma.api.ServerControl;
import dev.onoma.server.corefile.CorefileSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// The life of a server, with real sockets and plugins made for these tests.
@Timeout(60)
final class OnomaTest {
    private static final String FIXED =
            """
            .:0 {
                hosts 192.0.2.1
                forward
            }
            """;

    @TempDir Path directory;
    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();

    @AfterEach
    void release() {
        SlowPlugin.release();
    }

    @BeforeEach
    void nothingWaits() {
        SlowPlugin.release();
    }

    private Onoma start(String corefile, boolean epoll) throws IOException {
        var file = directory.resolve("Corefile");
        Files.writeString(file, corefile);
        return Onoma.start(options(file, epoll));
    }

    private Onoma.Options options(Path file, boolean epoll) {
        return new Onoma.Options(
                CorefileSource.ofFile("Corefile", file),
                "0",
                Map.of(),
                null,
                new PrintStream(logged, true, StandardCharsets.UTF_8),
                directory,
                2,
                epoll);
    }

    private String log() {
        return logged.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void answersOverUdpAndTcpWithTheSpellingOfTheClient(boolean epoll) throws IOException {
        try (var server = start(FIXED, epoll)) {
            var answer = Client.udp(server.port(), "wWw.ExAmPlE.oRg.");
            assertThat(answer.getSection(Section.ANSWER))
                    .singleElement()
                    .hasToString("wWw.ExAmPlE.oRg.\t5\tIN\tA\t192.0.2.1");
            assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
            try (var socket = Client.connect(server.port())) {
                Client.send(socket, Client.query("www.example.org.", Type.A));
                assertThat(Client.receive(socket).getSection(Section.ANSWER)).hasSize(1);
            }
        }
    }

    @Test
    void aSlowQueryDoesNotHoldUpTheOnesBehindIt() throws IOException {
        try (var server = start(FIXED, true);
                var socket = Client.connect(server.port())) {
            var slow = Client.message("slow.example.org.", Type.A);
            Client.send(socket, slow.toWire());
            Client.send(socket, Client.query("www.example.org.", Type.A));
            assertThat(Client.receive(socket).getSection(Section.ANSWER)).hasSize(1);
            SlowPlugin.release();
            var late = Client.receive(socket);
            assertThat(late.getHeader().getID()).isEqualTo(slow.getHeader().getID());
            assertThat(late.getRcode()).isEqualTo(Rcode.NXDOMAIN);
        }
    }

    @Test
    void aMistakeInAHandlerIsAnsweredCountedAndLogged() throws IOException {
        try (var server = start(".:0 {\n erratic\n}", true)) {
            assertThat(Client.udp(server.port(), "a.").getRcode()).isEqualTo(Rcode.SERVFAIL);
            while (!log().contains("[ERROR] Recovered from panic in server: \"dns://:0\"")) {
                Thread.onSpinWait(); // the line is on its way, the test's time limit watches
            }
            assertThat(server.metrics().counters("coredns_panics_total", "").with().value())
                    .isEqualTo(1);
        }
    }

    @Test
    void namesOfNoServerBlockAreRefused() throws IOException {
        try (var server = start("example.org:0 {\n hosts 192.0.2.1\n}", true)) {
            assertThat(Client.udp(server.port(), "example.net.").getRcode())
                    .isEqualTo(Rcode.REFUSED);
        }
    }

    @Test
    void whatDoesNotFitIsCutAtARecordAndCompleteOverTcp() throws IOException {
        try (var server = start(".:0 {\n hosts 192.0.2.1 40\n}", true)) {
            var cut = Client.udp(server.port(), "www.example.org.");
            assertThat(cut.getHeader().getFlag(Flags.TC)).isTrue();
            assertThat(cut.getSection(Section.ANSWER)).hasSize(29);
            try (var socket = Client.connect(server.port())) {
                Client.send(socket, Client.query("www.example.org.", Type.A));
                var whole = Client.receive(socket);
                assertThat(whole.getHeader().getFlag(Flags.TC)).isFalse();
                assertThat(whole.getSection(Section.ANSWER)).hasSize(40);
            }
        }
    }

    @Test
    void aReloadKeepsConnectionsAndLosesNoQueryThatWaits() throws Exception {
        try (var server = start(FIXED, true);
                var socket = Client.connect(server.port())) {
            Client.send(socket, Client.query("slow.example.org.", Type.A));
            while (SlowPlugin.waiting() == 0) {
                Thread.onSpinWait();
            }
            Files.writeString(
                    directory.resolve("Corefile"), FIXED.replace("192.0.2.1", "192.0.2.2"));
            var reloaded = CompletableFuture.supplyAsync(server::reload);
            String address = "";
            while (!address.endsWith("192.0.2.2")) {
                Client.send(socket, Client.query("www.example.org.", Type.A));
                address =
                        Client.receive(socket)
                                .getSection(Section.ANSWER)
                                .getFirst()
                                .rdataToString();
            }
            SlowPlugin.release();
            assertThat(Client.receive(socket).getRcode()).isEqualTo(Rcode.NXDOMAIN);
            assertThat(reloaded.get(20, TimeUnit.SECONDS)).isNull();
            assertThat(log()).contains("[INFO] Reloading complete");
        }
    }

    @Test
    void aReloadUnderLoadLosesNothing() throws Exception {
        try (var server = start(FIXED, true)) {
            var asked = new AtomicInteger();
            var lost = new AtomicInteger();
            var load =
                    CompletableFuture.runAsync(() -> {
                        while (asked.get() < 3000) {
                            asked.incrementAndGet();
                            lost.addAndGet(isLost(server.port()) ? 1 : 0);
                        }
                    });
            for (int i = 0; i < 20 && !load.isDone(); i++) {
                Files.writeString(
                        directory.resolve("Corefile"),
                        FIXED.replace("192.0.2.1", "192.0.2." + (i + 2)));
                assertThat(server.reload()).isNull();
            }
            load.get(30, TimeUnit.SECONDS);
            assertThat(lost).hasValue(0);
        }
    }

    private static boolean isLost(int port) {
        try {
            return Client.udp(port, "www.example.org.").getSection(Section.ANSWER).size() != 1;
        } catch (IOException | RuntimeException e) {
            return true;
        }
    }

    @Test
    void aBrokenCorefileAtReloadChangesNothingAndSaysSo() throws IOException {
        try (var server = start(FIXED, true)) {
            Files.writeString(directory.resolve("Corefile"), ".:0 {\n    hots 192.0.2.2\n}\n");
            assertThat(server.reload()).contains("Corefile:2:5").contains("hosts");
            assertThat(Client.udp(server.port(), "www.example.org.").getSection(Section.ANSWER))
                    .hasSize(1);
            assertThat(log()).contains("[ERROR] Restart failed: Corefile:2:5");
        }
    }

    @Test
    void anUnchangedCorefileIsNotReloaded() throws IOException {
        try (var server = start(FIXED, true)) {
            assertThat(server.reloadIfChanged().made()).isFalse();
            Files.writeString(directory.resolve("Corefile"), "# a comment\n" + FIXED);
            assertThat(server.reloadIfChanged().made()).isFalse();
            Files.writeString(
                    directory.resolve("Corefile"), FIXED.replace("192.0.2.1", "192.0.2.9"));
            assertThat(server.reloadIfChanged()).isEqualTo(ServerControl.Attempt.DONE);
        }
    }

    @Test
    void aPortThatIsTakenIsOneClearLine() throws IOException {
        try (var server = start(FIXED, true)) {
            var file = directory.resolve("Other");
            Files.writeString(file, FIXED.replace(":0", ":" + server.port()));
            assertThatThrownBy(() -> Onoma.start(options(file, true)).close())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("bind:")
                    .hasMessageContaining("this server has this port already");
        }
    }

    @Test
    void everyMistakeOfAFileIsReportedAtOnce() throws IOException {
        var file = directory.resolve("Corefile");
        Files.writeString(file, ".:0 {\n    hosts nonsense\n    forward surplus\n}\n");
        assertThatThrownBy(() -> Onoma.validate(options(file, true)))
                .isInstanceOfSatisfying(
                        CorefileException.class, e -> assertThat(e.problems()).hasSize(2));
    }

    @Test
    void packetsThatAreNoQueriesAreIgnored() throws IOException {
        try (var server = start(FIXED, true)) {
            var response = Client.query("www.example.org.", Type.A);
            response[2] |= (byte) 0x80;
            assertThat(Client.isSilent(server.port(), response)).isTrue();
            assertThat(Client.isSilent(server.port(), new byte[11])).isTrue();
        }
    }

    @Test
    void anAnswerLeavesFromTheAddressThatWasAsked() throws IOException {
        try (var server = start(FIXED, true);
                var socket = new DatagramSocket()) {
            var asked = InetAddress.getByAddress(new byte[] {127, 0, 0, 5});
            var query = Client.query("www.example.org.", Type.A);
            for (int i = 0; i < 2; i++) {
                socket.setSoTimeout(5000);
                socket.send(new DatagramPacket(query, query.length, asked, server.port()));
                var answer = new DatagramPacket(new byte[512], 512);
                socket.receive(answer);
                assertThat(answer.getAddress()).isEqualTo(asked);
            }
        }
    }

    @Test
    void p13WhatIsInWorkIsAnsweredBeforeTheEnd() throws Exception {
        var server = start(FIXED, true);
        try (var socket = new DatagramSocket();
                var connection = Client.connect(server.port())) {
            var query = Client.query("slow.example.org.", Type.A);
            socket.setSoTimeout(5000);
            socket.connect(InetAddress.getLoopbackAddress(), server.port());
            socket.send(new DatagramPacket(query, query.length));
            Client.send(connection, query);
            while (SlowPlugin.waiting() < 2) {
                Thread.onSpinWait();
            }
            var ended = CompletableFuture.runAsync(server::shutdown);
            while (!server.isShuttingDown()) {
                Thread.onSpinWait();
            }
            SlowPlugin.release();
            socket.receive(new DatagramPacket(new byte[512], 512));
            assertThat(Client.receive(connection).getRcode()).isEqualTo(Rcode.NXDOMAIN);
            ended.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void twoQuestionsAreAFormatError() throws IOException {
        try (var server = start(FIXED, true)) {
            var query = Client.message("www.example.org.", Type.A);
            query.addRecord(query.getQuestion(), Section.QUESTION);
            Message answer = Client.udp(server.port(), query.toWire());
            assertThat(answer.getRcode()).isEqualTo(Rcode.FORMERR);
            assertThat(answer.getHeader().getID()).isEqualTo(query.getHeader().getID());
        }
    }
}
