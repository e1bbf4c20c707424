package dev.onoma.zone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Transfers that are what they should be, and those that are not (row X14 of the requirements).
final class IncomingTransferTest {
    private static final Name APEX = Name.fromConstantString("z.test.");

    private static Record record(String line) throws Exception {
        var words = line.split(" ", 3);
        var owner = Name.fromString(words[0], APEX);
        if (words[1].equals("SOA")) {
            words[2] = "ns.z.test. h.z.test. " + words[2] + " 2 3 4 5";
        }
        return Record.fromString(owner, Type.value(words[1]), DClass.IN, 60, words[2], APEX);
    }

    // Records of messages, with `;` between records and `|` between messages.
    private static @Nullable ZoneData transfer(String text, @Nullable ZoneData base)
            throws Exception {
        var incoming = new IncomingTransfer(APEX, base, "primary", 10);
        boolean ended = false;
        for (var part : text.split("\\|", -1)) {
            assertThat(ended).isFalse();
            var message = new Message(1);
            message.addRecord(Record.newRecord(APEX, Type.AXFR, DClass.IN), Section.QUESTION);
            for (var line : part.split(";", -1)) {
                if (!line.isBlank()) {
                    message.addRecord(record(line.strip()), Section.ANSWER);
                }
            }
            // dnsjava drops doubles within a section, so each has its own message where it matters.
            var wire = message.toWire();
            ended = incoming.take(MessageRecords.answers(wire, wire.length));
        }
        return incoming.result();
    }

    @ParameterizedTest
    @CsvSource({
        "@ SOA 7; @ NS ns; ns A 192.0.2.1 | @ SOA 7, 3",
        "@ SOA 7 | @ NS ns | ns A 192.0.2.1 | @ SOA 7, 3",
        "@ SOA 7 | @ SOA 7, 1",
    })
    void wholeZonesAreTaken(String text, int records) throws Exception {
        var zone = Objects.requireNonNull(transfer(text, null));
        assertThat(zone.serial()).isEqualTo(7);
        assertThat(zone.records()).isEqualTo(records);
    }

    @ParameterizedTest
    @CsvSource({
        "@ NS ns; @ SOA 7, the first record is no SOA record",
        "@ SOA 7; @ NS ns, it ended too early",
        "@ SOA 7; www.other.test. A 192.0.2.1 | @ SOA 7, is outside of the zone",
        "test. SOA 7, is outside of the zone",
        "sub SOA 7, a SOA record at sub.z.test.",
        "@ SOA 7; @ NS ns | @ SOA 8, the last SOA record is another than the first",
        "@ SOA 7; a A 192.0.2.1 | @ SOA 7; b A 192.0.2.1, records behind the last",
        "@ SOA 7; a A 0.0.0.1; a A 0.0.0.2; a A 0.0.0.3; a A 0.0.0.4; a A 0.0.0.5; a A 0.0.0.6; a A 0.0.0.7; a A 0.0.0.8; a A 0.0.0.9; a A 0.0.0.10, more than 10 records",
        "@ SOA 7 | | @ SOA 7, a message without records",
    })
    void poisonedTransfersAreRefused(String text, String reason) {
        assertThatThrownBy(() -> transfer(text, null))
                .isInstanceOf(ZoneException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void differencesAreTaken() throws Exception {
        var base = transfer("@ SOA 1; @ NS ns; a A 192.0.2.1 | @ SOA 1", null);
        var next =
                transfer(
                        "@ SOA 3 | @ SOA 1; a A 192.0.2.1 | @ SOA 2; b A 192.0.2.2"
                                + " | @ SOA 2 | @ SOA 3; c A 192.0.2.3 | @ SOA 3",
                        base);
        assertThat(Objects.requireNonNull(next).serial()).isEqualTo(3);
        assertThat(next.records()).isEqualTo(4);
        assertThat(transfer("@ SOA 1", base)).isNull();
        var whole = transfer("@ SOA 9; @ NS ns | @ SOA 9", base);
        assertThat(Objects.requireNonNull(whole).records()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "@ SOA 3 | @ SOA 2 | @ SOA 3 | @ SOA 3, differences from another version than 1",
        "@ SOA 3 | @ SOA 1; b A 192.0.2.1 | @ SOA 3 | @ SOA 3, a A record that goes is not there",
        "@ SOA 4 | @ SOA 1 | @ SOA 2 | @ SOA 3 | @ SOA 4 | @ SOA 4, differences from another version than 2",
        "@ SOA 3 | @ SOA 1 | @ SOA 3; x.test. A 192.0.2.1 | @ SOA 3, is outside of the zone",
    })
    void wrongDifferencesAreRefused(String text, String reason) throws Exception {
        var base = transfer("@ SOA 1; @ NS ns; a A 192.0.2.1 | @ SOA 1", null);
        assertThatThrownBy(() -> transfer(text, base))
                .isInstanceOf(ZoneException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void otherClassesAreRefused() {
        var message = new Message(1);
        message.addRecord(
                Record.newRecord(APEX, Type.A, DClass.CH, 60, new byte[4]), Section.ANSWER);
        var wire = message.toWire();
        assertThatThrownBy(() -> MessageRecords.answers(wire, wire.length))
                .hasMessageContaining("another class than IN");
    }

    // Whatever comes, it is records or an exception, in a short time.
    @Test
    void octetsOfAnyKindAreJudged() throws Exception {
        var random = new Random(9);
        var message = new Message(1);
        message.addRecord(record("@ SOA 7"), Section.ANSWER);
        message.addRecord(record("@ MX 10 mail.z.test."), Section.ANSWER);
        message.addRecord(record("a SRV 1 2 3 mail.z.test."), Section.ANSWER);
        message.addRecord(record("a NAPTR 1 2 \"a\" \"b\" \"c\" mail.z.test."), Section.ANSWER);
        var right = message.toWire();
        assertThat(MessageRecords.answers(right, right.length).count()).isEqualTo(4);
        int refused = 0;
        for (int i = 0; i < 200_000; i++) {
            var wire = right.clone();
            for (int k = random.nextInt(4); k >= 0; k--) {
                wire[random.nextInt(wire.length)] = (byte) random.nextInt();
            }
            try {
                MessageRecords.answers(wire, random.nextInt(wire.length + 1));
            } catch (ZoneException _) {
                refused++;
            }
        }
        assertThat(refused).isBetween(10_000, 199_999);
    }
}
