package dev.onoma.plugins.dynupdate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.CorefileException;
import dev.onoma.api.Handler;
import dev.onoma.api.MessageSigner;
import dev.onoma.api.Outcome;
import dev.onoma.testkit.Bench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// RFC 2136, section by section, with the signature taken for granted.
final class DynUpdateTest {
    private static final Name APEX = Name.fromConstantString("z.test.");
    private static final String SEED =
            """
            @ 60 IN SOA ns host 7 2 3 4 5
            @ 60 IN NS ns
            ns 60 IN A 192.0.2.1
            www 60 IN A 192.0.2.2
            www 60 IN A 192.0.2.3
            alias 60 IN CNAME www
            """;
    private static final String ALLOW = " ; allow k.test. * * ; allow txt.test. t.z.test TXT ; }";

    private Bench bench = new Bench("z.test.");

    @TempDir Path folder;

    @BeforeEach
    void seed() throws Exception {
        Files.writeString(folder.resolve("seed"), SEED);
    }

    @AfterEach
    void stop() throws Exception {
        bench.stop();
    }

    private Handler start(String properties) throws Exception {
        bench.root(folder);
        return bench.start(
                new DynUpdate(), ("dynupdate { ; " + properties + ALLOW).replace(";", "\n"));
    }

    private Handler start() throws Exception {
        return start("file seed");
    }

    /// What tsig leaves with a query that it found right.
    private record Signed(Name name) implements MessageSigner {
        @Override
        public Optional<Name> key() {
            return Optional.of(name);
        }

        @Override
        public int octetsMax() {
            return 0;
        }

        @Override
        public int sign(byte[] message, int length) {
            return length;
        }
    }

    // `+ OWNER TTL TYPE DATA` adds, `- OWNER TYPE [DATA]` deletes, `? OWNER CLASS TYPE [DATA]` must
    // be.
    private static Message message(String lines) throws Exception {
        var message = new Message(1);
        message.getHeader().setOpcode(Opcode.UPDATE);
        message.addRecord(Record.newRecord(APEX, Type.SOA, DClass.IN), Section.ZONE);
        for (var line : lines.split(";", -1)) {
            var words = List.of(line.strip().split(" ", 5));
            var owner = Name.fromString(words.get(1), APEX);
            switch (words.getFirst()) {
                case "+" ->
                        message.addRecord(
                                Record.fromString(
                                        owner,
                                        Type.value(words.get(3)),
                                        DClass.IN,
                                        Long.parseLong(words.get(2)),
                                        words.get(4),
                                        APEX),
                                Section.UPDATE);
                case "-" -> {
                    int type = Type.value(words.get(2));
                    message.addRecord(
                            words.size() == 3
                                    ? Record.newRecord(owner, type, DClass.ANY, 0)
                                    : record(owner, type, DClass.NONE, line.strip().split(" ", 5)),
                            Section.UPDATE);
                }
                default -> {
                    int type = Type.value(words.get(3));
                    int dclass = DClass.value(words.get(2));
                    message.addRecord(
                            words.size() == 4
                                    ? Record.newRecord(owner, type, dclass, 0)
                                    : Record.fromString(owner, type, dclass, 0, words.get(4), APEX),
                            Section.PREREQ);
                }
            }
        }
        return message;
    }

    private static Record record(Name owner, int type, int dclass, String[] words)
            throws Exception {
        var data = String.join(" ", List.of(words).subList(3, words.length));
        var wire = Record.fromString(owner, type, DClass.IN, 0, data, APEX).rdataToWireCanonical();
        return Record.newRecord(owner, type, dclass, 0, wire.length, wire);
    }

    private int update(Handler handler, Message message, @Nullable String key) throws Exception {
        var query = bench.query(message);
        if (key != null) {
            query.signer(new Signed(Name.fromString(key)));
        }
        var outcome = handler.handle(query, Bench.NOTHING);
        if (outcome instanceof Outcome.Later(var stage)) {
            outcome = stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
        return bench.encoded(query, outcome).getRcode();
    }

    private int update(Handler handler, String lines) throws Exception {
        return update(handler, message(lines.strip()), "k.test.");
    }

    private List<String> answers(Handler handler, String name, String type) {
        var query = bench.query(name, type);
        var answer = bench.encoded(query, handler.handle(query, Bench.NOTHING));
        return new ArrayList<>(new TreeSet<>(Bench.records(answer, Section.ANSWER)));
    }

    private String serial(Handler handler) {
        return answers(handler, "z.test.", "SOA").getFirst().split(" ", -1)[6];
    }

    @Test
    void recordsComeAndGoAndTheSerialMoves() throws Exception {
        var handler = start();
        assertThat(update(handler, "+ new 30 A 192.0.2.9; + new 30 TXT \"a b\"")).isZero();
        assertThat(answers(handler, "new.z.test.", "A"))
                .containsExactly("new.z.test. 30 IN A 192.0.2.9");
        assertThat(serial(handler)).isEqualTo("8");
        assertThat(update(handler, "- www A 192.0.2.2; - new ANY")).isZero();
        assertThat(answers(handler, "www.z.test.", "A"))
                .containsExactly("www.z.test. 60 IN A 192.0.2.3");
        assertThat(answers(handler, "new.z.test.", "A")).isEmpty();
        assertThat(serial(handler)).isEqualTo("9");
        // What changes nothing moves nothing.
        assertThat(update(handler, "- nosuch ANY; + www 60 A 192.0.2.3")).isZero();
        assertThat(serial(handler)).isEqualTo("9");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "? www ANY A | NOERROR",
                "? www ANY TXT | NXRRSET",
                "? www ANY ANY | NOERROR",
                "? no ANY ANY | NXDOMAIN",
                "? www NONE A | YXRRSET",
                "? www NONE TXT | NOERROR",
                "? www NONE ANY | YXDOMAIN",
                "? no NONE ANY | NOERROR",
                "? www IN A 192.0.2.2; ? www IN A 192.0.2.3 | NOERROR",
                "? www IN A 192.0.2.3; ? www IN A 192.0.2.2 | NOERROR",
                "? www IN A 192.0.2.2 | NXRRSET",
                "? www IN A 192.0.2.2; ? www IN A 192.0.2.4 | NXRRSET",
                "? alias IN CNAME WWW.z.test. | NOERROR",
                "? a.other. ANY ANY | NOTZONE",
            })
    void prerequisitesDecide(String lines, String rcode) throws Exception {
        var handler = start();
        assertThat(update(handler, lines + "; + made 60 A 192.0.2.9"))
                .isEqualTo(Rcode.value(rcode));
        assertThat(answers(handler, "made.z.test.", "A")).hasSize(rcode.equals("NOERROR") ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "+ a.other. 60 A 192.0.2.9 | NOTZONE",
                "+ a 60 A 192.0.2.9; - b.other. ANY | NOTZONE",
                "- a AXFR | FORMERR",
                "+ a 60 DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000 | REFUSED",
            })
    void wrongUpdatesChangeNothing(String lines, String rcode) throws Exception {
        var handler = start();
        assertThat(update(handler, lines)).isEqualTo(Rcode.value(rcode));
        assertThat(serial(handler)).isEqualTo("7");
    }

    // Section 3.4.2: what must not be done is passed over.
    @Test
    void theZoneStaysAZone() throws Exception {
        var handler = start();
        assertThat(update(handler, "- @ ANY; - @ NS; - @ SOA; - @ NS ns.z.test.")).isZero();
        assertThat(update(handler, "+ alias 60 A 192.0.2.9; + www 60 CNAME ns.z.test.")).isZero();
        assertThat(serial(handler)).isEqualTo("7");
        assertThat(update(handler, "+ alias 60 CNAME ns.z.test.")).isZero();
        assertThat(answers(handler, "alias.z.test.", "CNAME"))
                .containsExactly("alias.z.test. 60 IN CNAME ns.z.test.");
        assertThat(update(handler, "+ @ 60 SOA ns.z.test. h.z.test. 5 2 3 4 5")).isZero();
        assertThat(serial(handler)).isEqualTo("8"); // an older one is passed over
        assertThat(update(handler, "+ @ 60 SOA ns.z.test. h.z.test. 50 2 3 4 5")).isZero();
        assertThat(serial(handler)).isEqualTo("50");
        assertThat(update(handler, "+ www 90 A 192.0.2.2")).isZero();
        assertThat(answers(handler, "www.z.test.", "A"))
                .containsExactly("www.z.test. 90 IN A 192.0.2.2", "www.z.test. 90 IN A 192.0.2.3");
    }

    @Test
    void theSerialIsNeverZero() throws Exception {
        Files.writeString(folder.resolve("seed"), SEED.replace("host 7", "host 4294967295"));
        var handler = start();
        assertThat(update(handler, "+ a 60 A 192.0.2.9")).isZero();
        assertThat(serial(handler)).isEqualTo("1");
    }

    @Test
    void onlyWhoMayChangesWhatHeMay() throws Exception {
        var handler = start();
        var add = message("+ t 60 TXT x");
        assertThat(update(handler, add, null)).isEqualTo(Rcode.REFUSED);
        assertThat(update(handler, add, "other.test.")).isEqualTo(Rcode.REFUSED);
        assertThat(update(handler, add, "txt.test.")).isZero();
        for (var lines :
                List.of("+ t 60 A 192.0.2.1", "- t ANY", "+ u 60 TXT x", "+ t 60 TXT y; - www A")) {
            assertThat(update(handler, message(lines), "txt.test.")).isEqualTo(Rcode.REFUSED);
        }
        assertThat(serial(handler)).isEqualTo("8");
        assertThat(handler.takes(Opcode.NOTIFY)).isFalse();
    }

    @Test
    void limitsHold() throws Exception {
        var handler = start("file seed ; max_records 8 ; max_update_records 3");
        assertThat(update(handler, "+ a 60 A 192.0.2.1; + a 60 A 192.0.2.2")).isZero();
        assertThat(update(handler, "+ a 60 A 192.0.2.3")).isEqualTo(Rcode.REFUSED);
        assertThat(update(handler, "? a ANY A; ? a ANY A; - a A; - b A")).isEqualTo(Rcode.REFUSED);
        assertThat(answers(handler, "a.z.test.", "A")).hasSize(2);
    }

    @Test
    void answersHoldUntilTheNextUpdate() throws Exception {
        var handler = start();
        var query = bench.query("www.z.test.", "A");
        var reply = (Outcome.Reply) handler.handle(query, Bench.NOTHING);
        var holds = java.util.Objects.requireNonNull(reply.response().validity());
        assertThat(holds.getAsBoolean()).isTrue();
        assertThat(update(handler, "- www A")).isZero();
        assertThat(holds.getAsBoolean()).isFalse();
    }

    private Handler again(String properties) throws Exception {
        bench.stop();
        bench = new Bench("z.test.");
        return start(properties);
    }

    @Test
    void whatWasAcknowledgedIsThereAfterAStart() throws Exception {
        var handler = start("file seed ; database db");
        assertThat(update(handler, "+ a 60 A 192.0.2.1")).isZero();
        assertThat(update(handler, "+ b 60 A 192.0.2.1; - www ANY")).isZero();
        Files.writeString(folder.resolve("seed"), "no zone at all");
        handler = again("file seed ; database db");
        assertThat(serial(handler)).isEqualTo("9");
        assertThat(answers(handler, "b.z.test.", "A")).hasSize(1);
        assertThat(answers(handler, "www.z.test.", "A")).isEmpty();
        // An end that was not written whole was never acknowledged.
        var journal = folder.resolve("db.journal");
        var octets = Files.readAllBytes(journal);
        for (int cut = octets.length - 1; cut > octets.length / 2 + 8; cut -= 7) {
            Files.write(journal, java.util.Arrays.copyOf(octets, cut));
            handler = again("file seed ; database db");
            assertThat(serial(handler)).isEqualTo("8");
        }
        assertThat(update(handler, "+ c 60 A 192.0.2.1")).isZero();
        handler = again("file seed ; database db");
        assertThat(answers(handler, "c.z.test.", "A")).hasSize(1);
    }

    @Test
    void aDamagedDatabaseIsNotServed() throws Exception {
        var handler = start("file seed ; database db");
        assertThat(update(handler, "+ a 60 A 192.0.2.1")).isZero();
        assertThat(update(handler, "+ b 60 A 192.0.2.1")).isZero();
        var octets = Files.readAllBytes(folder.resolve("db.journal"));
        octets[20] ^= 1;
        Files.write(folder.resolve("db.journal"), octets, StandardOpenOption.WRITE);
        assertThatThrownBy(() -> again("file seed ; database db"))
                .hasMessageContaining("the checksum of a change is wrong");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dynupdate { ; allow k. * * ; } | file is missing",
                "dynupdate { ; file a ; } | allow is missing",
                "dynupdate { ; file a ; file b ; allow k. * * ; } | file is given already",
                "dynupdate { ; file a ; allow k. other. A ; } | is outside of the zone",
                "dynupdate { ; file a ; allow k. * DS ; } | TYPE is a type",
                "dynupdate { ; file a ; allow k. * A * ; } | * stands for all types",
                "dynupdate a.test b.test { ; file a ; allow k. * A ; } | exactly one zone",
                "dynupdate { ; file a ; allow k. * A ; max_records 0 ; } | COUNT",
                "dynupdate { ; seed a ; } | there is no property \"seed\"",
            })
    void mistakesAreReported(String lines, String message) {
        assertThatThrownBy(() -> bench.setup(new DynUpdate(), lines.replace(";", "\n")))
                .isInstanceOf(CorefileException.class)
                .hasMessageContaining(message);
    }
}
