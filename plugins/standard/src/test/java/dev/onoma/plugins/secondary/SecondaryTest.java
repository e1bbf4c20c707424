package dev.onoma.plugins.secondary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.CorefileException;
import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.Outcome;
import dev.onoma.testkit.Bench;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// What a secondary does as time passes, with a primary that says what the test wants.
final class SecondaryTest {
    private final Bench bench = new Bench("z.test.");
    private final Primary primary = new Primary();

    @TempDir Path folder;

    SecondaryTest() throws IOException {}

    /// A primary with zones of a few records.
    private static final class Primary implements AutoCloseable {
        private final ServerSocket socket =
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        final List<String> asked = new CopyOnWriteArrayList<>();
        volatile long serial = 1;
        volatile boolean silent;
        volatile List<String> members = List.of();
        volatile String extra = "";

        Primary() throws IOException {
            Thread.startVirtualThread(this::serve);
        }

        private void serve() {
            while (!socket.isClosed()) {
                try {
                    var client = socket.accept();
                    Thread.startVirtualThread(() -> talk(client));
                } catch (IOException _) {
                    return; // closed by the test
                }
            }
        }

        private void talk(Socket client) {
            try (client) {
                var in = new DataInputStream(client.getInputStream());
                var out = new DataOutputStream(client.getOutputStream());
                while (true) {
                    var octets = new byte[in.readUnsignedShort()];
                    in.readFully(octets);
                    if (silent) {
                        return;
                    }
                    var answer = answer(new Message(octets)).toWire();
                    out.writeShort(answer.length);
                    out.write(answer);
                }
            } catch (Exception _) {
                // The secondary has heard enough.
            }
        }

        private Message answer(Message query) throws Exception {
            var question = query.getQuestion();
            var zone = question.getName();
            asked.add(Type.string(question.getType()) + " " + zone);
            var answer = new Message(query.getHeader().getID());
            answer.getHeader().setFlag(Flags.QR);
            answer.addRecord(question, Section.QUESTION);
            var soa = new ArrayList<Record>();
            soa.add(record(zone, "SOA", "ns.%s h.%1$s %d 100 10 1000 5".formatted(zone, serial)));
            if (question.getType() != Type.SOA) {
                soa.add(record(zone, "NS", "ns." + zone));
                if (zone.toString().equals("catalog.test.")) {
                    soa.add(record(Name.fromString("version", zone), "TXT", "2"));
                    for (var member : members) {
                        var words = member.split(" ", -1);
                        soa.add(
                                record(
                                        Name.fromString(words[0] + ".zones", zone),
                                        "PTR",
                                        words[1]));
                    }
                }
                if (!extra.isEmpty()) {
                    soa.add(record(Name.fromString(extra), "A", "192.0.2.1"));
                }
                soa.add(soa.getFirst());
            }
            soa.forEach(r -> answer.addRecord(r, Section.ANSWER));
            return answer;
        }

        private static Record record(Name owner, String type, String data) throws IOException {
            return Record.fromString(owner, Type.value(type), DClass.IN, 60, data, owner);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @AfterEach
    void stop() throws Exception {
        bench.stop();
        primary.close();
    }

    private Handler secondary(String lines) throws Exception {
        bench.root(folder);
        var handler =
                bench.start(
                        new Secondary(),
                        lines.replace("PRIMARY", "127.0.0.1:" + primary.socket.getLocalPort())
                                .replace(";", "\n"));
        pass(0);
        return handler;
    }

    private Handler secondary() throws Exception {
        return secondary("secondary { ; transfer from PRIMARY ; directory . ; }");
    }

    private void pass(int seconds) {
        bench.time().advance(Duration.ofSeconds(seconds));
    }

    private Object serial(Handler handler, String zone) {
        var query = bench.query(zone, "SOA");
        var outcome = handler.handle(query, Bench.NOTHING);
        if (outcome instanceof Outcome.Failed(var failure)) {
            return Rcode.string(failure.rcode());
        }
        var answer = bench.encoded(query, outcome);
        return ((SOARecord) answer.getSection(Section.ANSWER).getFirst()).getSerial();
    }

    private int notify(Handler handler, String zone) {
        var message = Bench.message(zone, "SOA", DClass.IN);
        message.getHeader().setOpcode(Opcode.NOTIFY);
        var query = bench.query(message);
        return bench.encoded(query, handler.handle(query, Bench.NOTHING)).getRcode();
    }

    @Test
    void aZoneIsAskedForAgainAfterItsRefresh() throws Exception {
        var handler = secondary();
        assertThat(serial(handler, "z.test.")).isEqualTo(1L);
        assertThat(primary.asked).containsExactly("AXFR z.test.");
        primary.serial = 2;
        pass(89);
        assertThat(serial(handler, "z.test.")).isEqualTo(1L);
        pass(11);
        assertThat(serial(handler, "z.test.")).isEqualTo(2L);
    }

    // A40.
    @Test
    void aZoneThatIsNotHeardOfExpiresAndComesBackWithTheSameSerial() throws Exception {
        var handler = secondary();
        primary.silent = true;
        pass(999);
        assertThat(serial(handler, "z.test.")).isEqualTo(1L);
        pass(2);
        assertThat(serial(handler, "z.test.")).isEqualTo("SERVFAIL");
        assertThat(handler.handle(bench.query("www.z.test.", "A"), Bench.NOTHING))
                .isEqualTo(
                        Outcome.failed(
                                new Failure.Other(
                                        Rcode.SERVFAIL,
                                        Ede.INVALID_DATA,
                                        "zone z.test. is expired")));
        primary.silent = false;
        pass(11);
        assertThat(serial(handler, "z.test.")).isEqualTo(1L);
    }

    @Test
    void theFirstTransferIsTriedAgainSoon() throws Exception {
        primary.silent = true;
        var handler = secondary();
        assertThat(serial(handler, "z.test.")).isEqualTo("SERVFAIL");
        primary.silent = false;
        bench.time().advance(Duration.ofMillis(250));
        assertThat(serial(handler, "z.test.")).isEqualTo(1L);
    }

    @Test
    void aPoisonedTransferChangesNothing() throws Exception {
        var handler = secondary();
        primary.serial = 2;
        primary.extra = "www.other.test.";
        pass(100);
        assertThat(serial(handler, "z.test.")).isEqualTo(1L);
        assertThat(bench.logged()).anyMatch(line -> line.contains("is outside of the zone"));
        // And no word from it keeps the zone alive.
        pass(1000);
        assertThat(serial(handler, "z.test.")).isEqualTo("SERVFAIL");
    }

    @Test
    void aNotifyFromAPrimaryLeadsToACheckAndOneFromElsewhereIsRefused() throws Exception {
        // The bench asks from 192.0.2.100.
        var handler =
                secondary("secondary { ; transfer from PRIMARY ; notify from 192.0.2.0/24 ; }");
        primary.serial = 2;
        assertThat(notify(handler, "z.test.")).isEqualTo(Rcode.NOERROR);
        pass(0);
        assertThat(serial(handler, "z.test.")).isEqualTo(2L);
        var other = secondary("secondary { ; transfer from PRIMARY ; }");
        int before = primary.asked.size();
        assertThat(notify(other, "z.test.")).isEqualTo(Rcode.REFUSED);
        pass(0);
        assertThat(primary.asked).hasSize(before);
        assertThat(other.takes(Opcode.UPDATE)).isFalse();
    }

    @Test
    void whatIsKeptIsServedUntilItExpires() throws Exception {
        secondary();
        bench.stop();
        assertThat(folder.resolve("z.test.stored")).exists();
        primary.silent = true;
        for (boolean damaged : new boolean[] {false, true}) {
            var next = new Bench("z.test.");
            next.root(folder);
            if (damaged) {
                var octets = Files.readAllBytes(folder.resolve("z.test.stored"));
                octets[octets.length / 2] ^= 1;
                Files.write(folder.resolve("z.test.stored"), octets);
            }
            var handler =
                    next.start(
                            new Secondary(),
                            "secondary {\n transfer from 127.0.0.1:%d\n directory .\n}"
                                    .formatted(primary.socket.getLocalPort()));
            next.time().advance(Duration.ZERO);
            assertThat(serial(handler, "z.test.")).isEqualTo(damaged ? "SERVFAIL" : (Object) 1L);
            next.time().advance(Duration.ofSeconds(1_001));
            assertThat(serial(handler, "z.test.")).isEqualTo("SERVFAIL");
            next.stop();
        }
    }

    @Test
    void aCatalogListsWhatIsServed() throws Exception {
        primary.members = List.of("a one.test.", "b two.test.", "c one.other.");
        var handler =
                secondary("secondary catalog.test { ; transfer from PRIMARY ; catalog test ; }");
        pass(0);
        assertThat(serial(handler, "one.test.")).isEqualTo(1L);
        assertThat(serial(handler, "two.test.")).isEqualTo(1L);
        assertThat(serial(handler, "one.other.")).isEqualTo("SERVFAIL"); // the end of the chain
        assertThat(primary.asked).doesNotContain("AXFR one.other.");
        primary.members = List.of("x two.test.", "d three.test.");
        primary.serial = 2;
        pass(100);
        pass(0);
        assertThat(serial(handler, "one.test.")).isEqualTo("SERVFAIL");
        assertThat(serial(handler, "two.test.")).isEqualTo(2L);
        assertThat(serial(handler, "three.test.")).isEqualTo(2L);
        assertThat(bench.logged())
                .anyMatch(line -> line.contains("Removed catalog member zone one.test."))
                .anyMatch(line -> line.contains("after member ID changed from b to x"));
        // A catalog that is none changes nothing.
        primary.members = List.of("e two.test.", "f two.test.");
        primary.serial = 3;
        pass(100);
        pass(0);
        assertThat(serial(handler, "three.test.")).isIn(2L, 3L);
        assertThat(bench.logged()).anyMatch(line -> line.contains("two.test. is listed by both"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "secondary | secondary zones require a transfer from property",
                "secondary { ; transfer to 192.0.2.1 ; } | from",
                "secondary { ; transfer from * ; } | can't use '*' in transfer from",
                "secondary { ; transfer from a.test ; } | must specify an IP address",
                "secondary { ; transfer from 192.0.2.1 ; key k ; } | there is no key k.",
                "secondary { ; transfer from 192.0.2.1 ; max_records 0 ; } | COUNT",
                "secondary { ; upstream ; } | there is no property \"upstream\"",
            })
    void mistakesAreReported(String lines, String message) {
        assertThatThrownBy(() -> bench.setup(new Secondary(), lines.replace(";", "\n")))
                .isInstanceOf(CorefileException.class)
                .hasMessageContaining(message);
    }
}
