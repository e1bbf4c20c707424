package dev.onoma.api;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

final class WireSectionsTest {
    private static final Name WWW = Names.of("www.shop.example.org.");

    private final Random random = new Random(7);

    @Test
    void whatIsEncodedDecodesToTheSame() {
        for (int i = 0; i < 3000; i++) {
            var records = List.of(records(), records(), records());
            var sections = WireSections.of(WWW, records.get(0), records.get(1), records.get(2));
            for (int s = Section.ANSWER; s <= Section.ADDITIONAL; s++) {
                assertThat(sections.records(WWW, s)).isEqualTo(records.get(s - 1));
                assertThat(sections.count(s)).isEqualTo(records.get(s - 1).size());
            }
        }
    }

    @Test
    void whatAnotherEncoderWroteIsTakenAsItIs() {
        for (int i = 0; i < 1000; i++) {
            var records = records();
            var message = response();
            records.forEach(r -> message.addRecord(r, Section.ANSWER));
            message.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
            var wire = message.toWire();
            var sections = requireNonNull(WireSections.ofMessage(wire, wire.length));
            assertThat(sections.records(WWW, Section.ANSWER))
                    .isEqualTo(message.getSection(Section.ANSWER));
            assertThat(sections.count(Section.ADDITIONAL)).isZero();
        }
    }

    @Test
    void anOptInTheMiddleIsTakenOut() {
        var message = response();
        message.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
        message.addRecord(address(WWW), Section.ADDITIONAL);
        var wire = message.toWire();
        var sections = requireNonNull(WireSections.ofMessage(wire, wire.length));
        assertThat(sections.records(WWW, Section.ADDITIONAL)).containsExactly(address(WWW));
    }

    @Test
    void ownersThatEqualTheQuestionComeBackInItsSpelling() {
        var sections = WireSections.of(WWW, List.of(address(WWW)), List.of(), List.of());
        var asked = Names.of("wWw.ShOp.Example.ORG.");
        assertThat(sections.records(asked, Section.ANSWER).getFirst().getName().toString())
                .isEqualTo("wWw.ShOp.Example.ORG.");
    }

    @Test
    void namesInNewerDataAreNotCompressed() {
        var srv = new SRVRecord(WWW, DClass.IN, 5, 0, 0, 80, WWW);
        var sections = WireSections.of(WWW, List.of(srv), List.of(), List.of());
        assertThat(sections.rdataLength(0)).isEqualTo(6 + WWW.length());
        var cname = new CNAMERecord(WWW, DClass.IN, 5, Names.of("a.shop.example.org."));
        sections = WireSections.of(WWW, List.of(cname), List.of(), List.of());
        assertThat(sections.rdataLength(0)).isEqualTo(4);
    }

    @Test
    void noCutAndNoChangedOctetOfAMessageDoesHarm() throws IOException {
        var message = response();
        records().forEach(r -> message.addRecord(r, Section.ANSWER));
        message.addRecord(soa(), Section.AUTHORITY);
        message.addRecord(address(WWW), Section.ADDITIONAL);
        var whole = message.toWire();
        for (int i = 0; i < 200_000; i++) {
            var wire = whole.clone();
            int changes = random.nextInt(4);
            for (int c = 0; c < changes; c++) {
                wire[random.nextInt(wire.length)] = (byte) random.nextInt(256);
            }
            int length = random.nextInt(wire.length + 1);
            var sections =
                    WireSections.ofMessage(wire, random.nextBoolean() ? length : wire.length);
            if (sections != null) {
                assertThat(sections.length()).isLessThanOrEqualTo(wire.length);
                copyBack(sections, wire);
            }
        }
    }

    // What was accepted must be safe to send: names in it lead nowhere outside the message.
    private static void copyBack(WireSections sections, byte[] original) throws IOException {
        int begin = 12 + sections.questionNameOctets() + 4;
        var message = new byte[begin + sections.length()];
        System.arraycopy(original, 0, message, 0, begin);
        sections.copyTo(message, begin);
        for (int s = Section.ANSWER; s <= Section.ADDITIONAL; s++) {
            message[4 + 2 * s] = (byte) (sections.count(s) >> 8);
            message[5 + 2 * s] = (byte) sections.count(s);
        }
        assertThat(WireSections.ofMessage(message, message.length)).isNotNull();
    }

    @Test
    void claimedCountsCostNoMemory() {
        var wire = response().toWire();
        for (int at = 6; at < 12; at++) {
            wire[at] = (byte) 0xff;
        }
        assertThat(WireSections.ofMessage(wire, wire.length)).isNull();
    }

    @Test
    void pointersInACircleAreRefused() {
        var message = response();
        message.addRecord(address(WWW), Section.ANSWER);
        var wire = message.toWire();
        int owner = 12 + WWW.length() + 4;
        wire[owner] = (byte) 0xc0;
        wire[owner + 1] = (byte) owner;
        assertThat(WireSections.ofMessage(wire, wire.length)).isNull();
    }

    @Test
    void manyDifferentNamesTakeTimeInProportion() {
        var builder = WireSections.builder(WWW);
        for (int i = 0; i < 1200; i++) {
            builder.add(
                    Section.ANSWER,
                    new NSRecord(WWW, DClass.IN, 5, Names.of("n" + i + ".x" + i + ".test.")));
        }
        var sections = builder.build();
        assertThat(sections.records(WWW, Section.ANSWER)).hasSize(1200);
    }

    @Test
    void whatDoesNotFitIntoAMessageIsLeftOut() {
        var builder = WireSections.builder(WWW);
        for (int i = 0; i < 5000; i++) {
            builder.add(Section.ANSWER, address(WWW));
        }
        assertThat(builder.isFull()).isTrue();
        assertThat(builder.build().length()).isLessThan(65_535);
    }

    private List<Record> records() {
        var records = new ArrayList<Record>();
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            records.add(record());
        }
        return records;
    }

    private Record record() {
        var owner = name();
        int ttl = random.nextInt(100_000);
        return switch (random.nextInt(8)) {
            case 0 -> address(owner);
            case 1 -> new AAAARecord(owner, DClass.IN, ttl, InetAddress.ofLiteral("2001:db8::1"));
            case 2 -> new CNAMERecord(owner, DClass.IN, ttl, name());
            case 3 -> new MXRecord(owner, DClass.IN, ttl, random.nextInt(100), name());
            case 4 -> new SRVRecord(owner, DClass.IN, ttl, 1, 2, 3, name());
            case 5 -> new TXTRecord(owner, DClass.IN, ttl, "some text");
            case 6 -> new NSRecord(owner, DClass.IN, ttl, name());
            default -> soa();
        };
    }

    private Name name() {
        String[] names = {
            "www.shop.example.org.",
            "shop.example.org.",
            "a.b.example.org.",
            "example.org.",
            "c.a.b.example.org.",
            "other.test.",
            ".",
            "www.other.test.",
            "org."
        };
        return Names.of(names[random.nextInt(names.length)]);
    }

    private static Record address(Name owner) {
        return new ARecord(owner, DClass.IN, 5, InetAddress.ofLiteral("192.0.2.1"));
    }

    private static Record soa() {
        var zone = Names.of("example.org.");
        return new SOARecord(
                zone,
                DClass.IN,
                30,
                Names.of("ns.example.org."),
                Names.of("hm.example.org."),
                1,
                2,
                3,
                4,
                5);
    }

    private static Message response() {
        var message = Message.newQuery(Record.newRecord(WWW, Type.A, DClass.IN));
        message.getHeader().setFlag(org.xbill.DNS.Flags.QR);
        return message;
    }
}
