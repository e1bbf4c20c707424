package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TSIGRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/// What TSIG (RFC 8945) says of messages holds whichever way they come, and NOTIFY and UPDATE find
/// their block on each: one table over all transports.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SignedOnEveryWayTest {
    private static final String SECRET = "NoTCJU+DMqFWywaPyxSijrDEA/eC3nK0xi3AMEZuPVk=";
    private static final Name ZONE = Name.fromConstantString("signed.test.");
    private static final Name KEY = Name.fromConstantString("key.example.");
    private static final int NAMES = 4_000;

    private Doors doors;
    private Subject.Running onoma;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Authority.in(folder).issue("tls", "dns.example", "127.0.0.1");
        var zone = new StringBuilder("$ORIGIN signed.test.\n$TTL 300\n");
        zone.append("@ SOA ns host 1 3600 600 86400 60\n@ NS ns\nns A 192.0.2.1\n");
        for (int i = 0; i < NAMES; i++) {
            zone.append(
                    "host%d TXT \"this is host %1$d of a zone of many messages\"\n".formatted(i));
        }
        Files.writeString(folder.resolve("signed.zone"), zone);
        Files.writeString(
                folder.resolve("changed.zone"),
                "@ 300 SOA ns host 1 3600 600 86400 60\n@ 300 NS ns.\n");
        doors = Doors.choose();
        onoma =
                new OnomaSubject()
                        .start(
                                new Subject.Setup(
                                        folder,
                                        corefile(),
                                        doors.port(Way.UDP),
                                        Cluster.none(folder)));
    }

    // The view in front never has a query, so that it is asked for each message.
    private String corefile() {
        return """
        %1$s {
            view never {
                expr name() == 'never.'
            }
            tls tls.pem tls.key
            erratic
        }
        %2$s {
            view everybody {
                expr name() != 'never.'
            }
            tls tls.pem tls.key
            tsig {
                secret key.example. %3$s
                require AXFR IXFR TXT
            }
            transfer {
                to *
            }
            file signed.zone
        }
        %4$s {
            tls tls.pem tls.key
            tsig {
                secret key.example. %3$s
            }
            dynupdate {
                file changed.zone
                allow key.example. * TXT
            }
        }
        """
                .formatted(
                        doors.keys("signed.test"),
                        doors.keys("signed.test"),
                        SECRET,
                        doors.keys("changed.test"));
    }

    @AfterAll
    void stop() throws IOException {
        onoma.close();
    }

    private static TSIG key(String secret) {
        return new TSIG(TSIG.HMAC_SHA256, KEY.toString(), secret);
    }

    private static Message query(Way way, String name, int type) throws IOException {
        var question = Record.newRecord(Name.fromString(name, ZONE), type, DClass.IN);
        var query = Message.newQuery(question);
        query.getHeader().setID(way.id());
        return query;
    }

    private Dialog open(Way way) throws IOException {
        return way.open(doors.port(way));
    }

    @ParameterizedTest
    @EnumSource
    void aSignedQueryIsVerifiedAndItsReplySigned(Way way) throws Exception {
        var query = query(way, "host7", Type.TXT);
        key(SECRET).apply(query, null);
        try (var dialog = open(way)) {
            var reply = dialog.ask(query.toWire()).next();
            var message = new Message(reply);
            assertThat(key(SECRET).verify(message, reply, query.getTSIG()))
                    .isEqualTo(Rcode.NOERROR);
            assertThat(message.getSection(Section.ANSWER)).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatMustBeSignedIsRefusedOtherwise(Way way) throws Exception {
        try (var dialog = open(way)) {
            var reply = dialog.ask(query(way, "host7", Type.TXT).toWire()).next();
            assertThat(new Message(reply).getRcode()).isEqualTo(Rcode.REFUSED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aForgedSignatureIsRefused(Way way) throws Exception {
        for (int type : new int[] {Type.TXT, Type.A, Type.AXFR}) {
            var query = query(way, type == Type.AXFR ? "@" : "host7", type);
            key("AAAA" + SECRET.substring(4)).apply(query, null);
            try (var dialog = open(way)) {
                var message = new Message(dialog.ask(query.toWire()).next());
                assertThat(message.getRcode()).isEqualTo(Rcode.NOTAUTH);
                assertThat(message.getTSIG().getError()).isEqualTo(Rcode.BADSIG);
                assertThat(message.getSection(Section.ANSWER)).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyMessageOfATransferIsSignedOrThereIsNone(Way way) throws Exception {
        var query = query(way, "@", Type.AXFR);
        key(SECRET).apply(query, null);
        try (var dialog = open(way)) {
            var asked = dialog.ask(query.toWire());
            if (way.carriesTransfers()) {
                assertIsWhole(asked, query.getTSIG(), way);
                return;
            }
            var reply = asked.next();
            var message = new Message(reply);
            assertThat(message.getRcode()).isEqualTo(Rcode.REFUSED);
            assertThat(message.getSection(Section.ANSWER)).isEmpty();
            assertThat(key(SECRET).verify(message, reply, query.getTSIG()))
                    .isEqualTo(Rcode.NOERROR);
        }
    }

    // Each message is signed, and over QUIC the stream ends behind the last (RFC 9250, section
    // 4.2).
    private static void assertIsWhole(Dialog.Asked asked, TSIGRecord of, Way way) throws Exception {
        var verifier = new TSIG.StreamVerifier(key(SECRET), of);
        var records = new ArrayList<Record>();
        int messages = 0;
        while (messages == 0 || records.getLast().getType() != Type.SOA || records.size() == 1) {
            var octets = asked.next();
            var message = new Message(octets);
            assertThat(message.getTSIG()).as("message %d", messages).isNotNull();
            assertThat(verifier.verify(message, octets)).isEqualTo(Rcode.NOERROR);
            records.addAll(message.getSection(Section.ANSWER));
            messages++;
        }
        assertThat(records).hasSize(NAMES + 4);
        assertThat(messages).isGreaterThan(2);
        if (way == Way.QUIC) {
            assertThat(asked.next()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anUpdateIsDoneWhenItIsSignedAndOnlyThen(Way way) throws Exception {
        var zone = Name.fromConstantString("changed.test.");
        var name = Name.fromString(way.name().replace('_', '-'), zone);
        for (boolean isSigned : List.of(false, true)) {
            var update = new Message(way.id());
            update.getHeader().setOpcode(Opcode.UPDATE);
            update.addRecord(Record.newRecord(zone, Type.SOA, DClass.IN), Section.ZONE);
            update.addRecord(new TXTRecord(name, DClass.IN, 60, "new"), Section.UPDATE);
            if (isSigned) {
                key(SECRET).apply(update, null);
            }
            try (var dialog = open(way)) {
                var reply = new Message(dialog.ask(update.toWire()).next());
                assertThat(reply.getRcode()).isEqualTo(isSigned ? Rcode.NOERROR : Rcode.REFUSED);
                var asked = query(way, name.toString(), Type.TXT);
                var now = new Message(dialog.ask(asked.toWire()).next());
                assertThat(now.getSection(Section.ANSWER)).hasSize(isSigned ? 1 : 0);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNotifyThatNobodyTakesIsRefused(Way way) throws Exception {
        for (var zone : List.of("signed.test.", "elsewhere.test.")) {
            var notify = query(way, zone, Type.SOA);
            notify.getHeader().setOpcode(Opcode.NOTIFY);
            try (var dialog = open(way)) {
                var reply = new Message(dialog.ask(notify.toWire()).next());
                assertThat(reply.getRcode()).isEqualTo(Rcode.NOTAUTH);
                assertThat(reply.getHeader().getOpcode()).isEqualTo(Opcode.NOTIFY);
            }
        }
    }
}
