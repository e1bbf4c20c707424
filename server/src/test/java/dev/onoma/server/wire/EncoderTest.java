package dev.onoma.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Ede;
import dev.onoma.api.Names;
import dev.onoma.api.Response;
import dev.onoma.api.Transport;
import dev.onoma.api.WireSections;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

final class EncoderTest {
    private static final Name NAME = Names.of("wWw.example.test.");

    private static WireQuery query(int udpSize, int flags) {
        var message = Message.newQuery(Record.newRecord(NAME, Type.A, DClass.IN));
        if (udpSize > 0) {
            message.addRecord(new OPTRecord(udpSize, 0, 0, flags), Section.ADDITIONAL);
        }
        return TestContext.query(message.toWire());
    }

    private static Message encode(WireQuery query, Response response) throws IOException {
        var encoder = new Encoder();
        int length = encoder.encode(query, response);
        assertThat(length).isLessThanOrEqualTo(query.responseOctetsMax());
        return new Message(Arrays.copyOf(encoder.octets(), length));
    }

    private static List<Record> addresses(int count) {
        var records = new ArrayList<Record>();
        for (int i = 0; i < count; i++) {
            records.add(
                    new ARecord(NAME, DClass.IN, 30, InetAddress.ofLiteral("192.0.2." + (i + 1))));
        }
        return records;
    }

    private static WireSections sections(int count) {
        return WireSections.of(NAME, addresses(count), List.of(), List.of());
    }

    @Test
    void h14TheQuestionIsEchoedAsItCame() throws IOException {
        var answer = encode(query(0, 0), query(0, 0).reply().sections(sections(1)));
        assertThat(answer.getQuestion().getName().toString()).isEqualTo("wWw.example.test.");
        assertThat(answer.getOPT()).isNull();
    }

    @Test
    void e06TheServerSaysItsOwnSize() throws IOException {
        var query = query(65535, 0x8040);
        var opt = encode(query, query.reply()).getOPT();
        assertThat(opt.getPayloadSize()).isEqualTo(1232);
        assertThat(opt.getFlags()).isEqualTo(0x8000);
    }

    @Test
    void t02NoDatagramIsLargerThan1232Octets() throws IOException {
        var query = query(4096, 0);
        var answer = encode(query, query.reply().sections(sections(100)));
        assertThat(answer.getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(answer.getSection(Section.ANSWER)).hasSize(74);
        assertThat(answer.getOPT()).isNotNull();
    }

    @Test
    void t05AdditionalRecordsThatDoNotFitAreNotMissed() throws IOException {
        var query = query(512, 0);
        var more = new ArrayList<Record>();
        for (int i = 0; i < 20; i++) {
            more.add(
                    new AAAARecord(
                            NAME, DClass.IN, 30, InetAddress.ofLiteral("2001:db8::" + (i + 1))));
        }
        var ready = WireSections.of(NAME, addresses(2), List.of(), more);
        var answer = encode(query, query.reply().authoritative().sections(ready));
        assertThat(answer.getHeader().getFlag(Flags.TC)).isFalse();
        assertThat(answer.getSection(Section.ANSWER)).hasSize(2);
        assertThat(answer.getSection(Section.ADDITIONAL).size()).isBetween(10, 17);
    }

    @Test
    void t06GlueThatDoesNotFitIsMissed() throws IOException {
        var query = query(512, 0);
        var glue = new ArrayList<Record>();
        for (int i = 0; i < 20; i++) {
            glue.add(
                    new AAAARecord(
                            NAME, DClass.IN, 30, InetAddress.ofLiteral("2001:db8::" + (i + 1))));
        }
        List<Record> ns = List.of(new NSRecord(Names.of("example.test."), DClass.IN, 5, NAME));
        var answer =
                encode(query, query.reply().sections(WireSections.of(NAME, List.of(), ns, glue)));
        assertThat(answer.getHeader().getFlag(Flags.TC)).isTrue();
    }

    @Test
    void aStreamTakesEverything() throws IOException {
        var query = query(512, 0);
        query.from(Transport.TCP, query.client(), query.local(), 0);
        var answer = encode(query, query.reply().sections(sections(200)));
        assertThat(answer.getSection(Section.ANSWER)).hasSize(200);
    }

    @Test
    void e28KeepaliveIsAnsweredOnAStreamOnly() throws IOException {
        var message = Message.newQuery(Record.newRecord(NAME, Type.A, DClass.IN));
        message.addRecord(
                new OPTRecord(1232, 0, 0, 0, new GenericEDNSOption(11, new byte[0])),
                Section.ADDITIONAL);
        var query = TestContext.query(message.toWire());
        assertThat(encode(query, query.reply()).getOPT().getOptions()).isEmpty();
        query.from(Transport.TCP, query.client(), query.local(), 0);
        assertThat(encode(query, query.reply()).getOPT().getOptions(11)).hasSize(1);
    }

    @Test
    void v08TheTextOfAnExtendedErrorGoesFirst() throws IOException {
        var query = query(512, 0);
        var text = "ä".repeat(200);
        var whole = encode(query, query.reply().rcode(2).ede(Ede.NETWORK_ERROR, text));
        var option = (ExtendedErrorCodeOption) whole.getOPT().getOptions().getFirst();
        assertThat(option.getErrorCode()).isEqualTo(Ede.NETWORK_ERROR);
        assertThat(option.getText()).isEqualTo("ä".repeat(64));
        var cut = encode(query, query.reply().sections(sections(60)).ede(Ede.NETWORK_ERROR, text));
        assertThat(((ExtendedErrorCodeOption) cut.getOPT().getOptions().getFirst()).getText())
                .isNullOrEmpty();
    }

    @Test
    void e15NoExtendedErrorGoesToAClientWithoutEdns() throws IOException {
        var query = query(0, 0);
        assertThat(encode(query, query.reply().rcode(2).ede(Ede.OTHER, "text")).getOPT()).isNull();
    }

    @Test
    void ttlsAreLimitedAndAged() throws IOException {
        var query = query(0, 0);
        var answer = encode(query, query.reply().sections(sections(3)).ttlRange(5, 20).age(7));
        assertThat(answer.getSection(Section.ANSWER)).allMatch(r -> r.getTTL() == 13);
        assertThat(query.response().answers()).allMatch(r -> r.getTTL() == 13);
    }

    @Test
    void shufflingChangesTheOrderOfAddressesAndNothingElse() throws IOException {
        var orders = new HashSet<String>();
        var expected = new HashSet<>(addresses(4));
        for (long seed = 1; seed < 2000; seed += 7) {
            var query = query(0, 0);
            var answer =
                    encode(
                            query,
                            query.reply()
                                    .sections(sections(4))
                                    .shuffle(seed * 0x9e3779b97f4a7c15L));
            assertThat(new HashSet<>(answer.getSection(Section.ANSWER))).isEqualTo(expected);
            orders.add(answer.getSection(Section.ANSWER).toString());
        }
        assertThat(orders).hasSize(24);
    }

    @Test
    void rcodesBeyondFifteenGoIntoTheOpt() throws IOException {
        var query = query(512, 0);
        assertThat(encode(query, query.reply().rcode(23)).getRcode()).isEqualTo(23);
    }
}
