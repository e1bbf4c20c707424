package dev.onoma.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Names;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Rows H and E of the conformance matrix that a packet decides alone.
final class WireQueryTest {
    private static Message message() {
        return Message.newQuery(Record.newRecord(Names.of("www.example.test."), Type.A, DClass.IN));
    }

    private static Verdict read(byte[] packet) {
        var query = new WireQuery(new TestContext());
        System.arraycopy(packet, 0, query.buffer(packet.length), 0, packet.length);
        return query.read(packet.length);
    }

    private static byte[] withOptions(EDNSOption... options) {
        var message = message();
        message.addRecord(new OPTRecord(1232, 0, 0, 0, options), Section.ADDITIONAL);
        return message.toWire();
    }

    private static byte[] behind(byte[] packet, String hex) {
        var more = HexFormat.of().parseHex(hex);
        var longer = Arrays.copyOf(packet, packet.length + more.length);
        System.arraycopy(more, 0, longer, packet.length, more.length);
        return longer;
    }

    @ParameterizedTest
    @CsvSource({
        "H01 a response,                 000080000001000000000000, IGNORE",
        "H02 eleven octets,              0000000000000000000000, IGNORE",
        "H03 no question,                000001000000000000000000, FORMERR",
        "H05 a question cut short,       00000100000100000000000003777777, FORMERR",
        "H07 label type 01,              0000010000010000000000004161000001 0001, FORMERR",
        "H07 label type 10,              0000010000010000000000008161000001 0001, FORMERR",
        "H08 a pointer to itself,        000001000001000000000000c00c00010001, FORMERR",
        "H08 a pointer forwards,         000001000001000000000000c02000010001, FORMERR",
        "H06 records that are not there, 000001000001000000000005016100 00010001, FORMERR",
        "H16 opcode 2,                   000011000001000000000000016100 00010001, NOTIMP",
        "H19 an update,                  000029000001000000000000016100 00060001, UPDATE",
        "H20 a notify,                   000021000001000000000000016100 00060001, NOTIFY",
        "A35 type 0,                     000001000001000000000000016100 00000001, FORMERR",
        "A35 type OPT,                   000001000001000000000000016100 00290001, FORMERR",
        "A35 type TSIG,                  000001000001000000000000016100 00fa0001, NOTIMP",
        "H11 octets behind the message,  000001000001000000000000016100 00010001ffff, QUERY",
        "E34 an OPT with an owner,       000001000001000000000001016100 00010001 016100 0029 1000 00000000 0000, FORMERR",
        "E33 two OPT,                    000001000001000000000002016100 00010001 00 0029 1000 00000000 0000 00 0029 1000 00000000 0000, FORMERR",
        "X09 a TSIG that is not last,    000001000001000000000002016100 00010001 00 00fa 00ff 00000000 0000 00 0029 1000 00000000 0000, FORMERR",
        "X09 a TSIG in the answer,       000001000001000100000000016100 00010001 00 00fa 00ff 00000000 0000, FORMERR",
        "E07 version 1,                  000001000001000000000001016100 00010001 00 0029 1000 00010000 0000, BADVERS",
        "E36 an option too long,         000001000001000000000001016100 00010001 00 0029 1000 00000000 0006 000300200102, FORMERR",
        "E36 RDLENGTH too long,          000001000001000000000001016100 00010001 00 0029 1000 00000000 000a 0001, FORMERR",
        "E37 extended rcode in a query,  000001000001000000000001016100 00010001 00 0029 1000 10000000 0000, QUERY"
    })
    void thePacketDecides(String row, String hex, Verdict verdict) {
        assertThat(read(HexFormat.of().parseHex(hex.replace(" ", "")))).as(row).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "7, FORMERR",
        "8, QUERY",
        "9, FORMERR",
        "15, FORMERR",
        "16, QUERY",
        "40, QUERY",
        "41, FORMERR"
    })
    void aCookieHasALengthThatThereIs(int octets, Verdict verdict) {
        assertThat(read(withOptions(new GenericEDNSOption(10, new byte[octets]))))
                .isEqualTo(verdict);
    }

    @Test
    void ednsIsReadWhereTheChainNeedsIt() {
        var message = message();
        message.addRecord(
                new OPTRecord(4096, 0, 0, 0x8000, new GenericEDNSOption(3, new byte[] {1, 2})),
                Section.ADDITIONAL);
        var query = TestContext.query(message.toWire());
        assertThat(query.edns()).isTrue();
        assertThat(query.dnssecOk()).isTrue();
        assertThat(query.udpSize()).isEqualTo(4096);
        assertThat(query.option(3)).containsExactly(1, 2);
        assertThat(query.option(4)).isNull();
        assertThat(query.responseOctetsMax()).isEqualTo(1232);
        query.limitUdpSize(600);
        assertThat(query.responseOctetsMax()).isEqualTo(600);
    }

    @Test
    void aQueryThatIsUsedAgainForgetsTheOneBefore() {
        var query = TestContext.query(withOptions(new GenericEDNSOption(3, new byte[0])));
        assertThat(query.name()).hasToString("www.example.test.");
        var plain =
                Message.newQuery(Record.newRecord(Names.of("b."), Type.AAAA, DClass.IN)).toWire();
        System.arraycopy(plain, 0, query.buffer(plain.length), 0, plain.length);
        assertThat(query.read(plain.length)).isEqualTo(Verdict.QUERY);
        assertThat(query.edns()).isFalse();
        assertThat(query.name()).hasToString("b.");
        assertThat(query.type()).isEqualTo(Type.AAAA);
    }

    @Test
    void anotherQuestionKeepsHeaderAndEdns() {
        var query = TestContext.query(withOptions(new GenericEDNSOption(3, new byte[] {9})));
        var other = query.asking(Names.of("elsewhere.test."), Type.TXT, DClass.CH);
        assertThat(other.name()).hasToString("elsewhere.test.");
        assertThat(other.type()).isEqualTo(Type.TXT);
        assertThat(other.dclass()).isEqualTo(DClass.CH);
        assertThat(other.id()).isEqualTo(query.id());
        assertThat(other.option(3)).containsExactly(9);
        assertThat(other.recursionDesired()).isTrue();
    }

    @Test
    void noPacketRaisesAnException() {
        var random = new Random(3);
        var whole =
                withOptions(
                        new GenericEDNSOption(10, new byte[8]),
                        new GenericEDNSOption(8, new byte[7]));
        var query = new WireQuery(new TestContext());
        var encoder = new Encoder();
        for (int i = 0; i < 500_000; i++) {
            var packet = random.nextInt(10) == 0 ? new byte[random.nextInt(80)] : whole.clone();
            if (packet != whole && packet.length < whole.length) {
                random.nextBytes(packet);
            }
            for (int c = random.nextInt(4); c > 0 && packet.length > 0; c--) {
                packet[random.nextInt(packet.length)] = (byte) random.nextInt(256);
            }
            int length = random.nextInt(4) == 0 ? random.nextInt(packet.length + 1) : packet.length;
            System.arraycopy(packet, 0, query.buffer(packet.length), 0, packet.length);
            switch (query.read(length)) {
                case QUERY -> {
                    int octets = query.name().length();
                    assertThat(octets).isBetween(1, 255);
                    int answered = encoder.encode(query, query.reply().rcode(3));
                    assertThat(answered).isBetween(12, query.responseOctetsMax());
                }
                case IGNORE -> assertThat(length).isBetween(0, packet.length);
                case FORMERR, NOTIMP, NOTIFY, UPDATE, BADVERS ->
                        assertThat(encoder.error(query, 1)).isBetween(12, 512);
            }
        }
    }

    @Test
    void malformedPacketsKeepTheirId() {
        var packet = behind(message().toWire(), "00");
        packet[11] = 1;
        var query = TestContext.query(packet);
        var encoder = new Encoder();
        assertThat(encoder.error(query, 1)).isGreaterThanOrEqualTo(12);
        int id = ByteBuffer.wrap(encoder.octets()).getShort(0) & 0xffff;
        assertThat(id).isEqualTo(query.id());
    }
}
