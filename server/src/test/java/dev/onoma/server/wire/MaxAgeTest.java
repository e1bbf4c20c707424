package dev.onoma.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Names;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// RFC 8484, section 5.1.
final class MaxAgeTest {
    private static final Name NAME = Names.of("a.test.");
    private static final Name ZONE = Names.of("test.");

    private static Message response(int rcode) {
        var response = Message.newQuery(Record.newRecord(NAME, Type.A, DClass.IN));
        response.getHeader().setRcode(rcode);
        return response;
    }

    private static Message with(Message response, Record record, int section) {
        response.addRecord(record, section);
        return response;
    }

    private static Record address(long ttl) {
        return new ARecord(NAME, DClass.IN, ttl, InetAddress.ofLiteral("192.0.2.1"));
    }

    private static Record soa(long ttl, long minimum) {
        return new SOARecord(ZONE, DClass.IN, ttl, ZONE, ZONE, 1, 2, 3, 4, minimum);
    }

    private static int seconds(Message response) {
        var octets = response.toWire();
        return MaxAge.seconds(octets, octets.length);
    }

    @Test
    void theShortestTtlCountsAndAnHourIsTheLongest() {
        var response = with(response(Rcode.NOERROR), address(300), Section.ANSWER);
        assertThat(seconds(response)).isEqualTo(300);
        response.addRecord(address(60), Section.ADDITIONAL);
        response.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
        assertThat(seconds(response)).isEqualTo(60);
        assertThat(seconds(with(response(Rcode.NOERROR), address(86_400), Section.ANSWER)))
                .isEqualTo(3600);
    }

    @Test
    void whatIsNotThereIsKeptNoLongerThanItsZoneSays() {
        for (int rcode : new int[] {Rcode.NXDOMAIN, Rcode.NOERROR}) {
            assertThat(seconds(with(response(rcode), soa(3600, 30), Section.AUTHORITY)))
                    .isEqualTo(30);
            assertThat(seconds(with(response(rcode), soa(20, 300), Section.AUTHORITY)))
                    .isEqualTo(20);
        }
    }

    @Test
    void theMinimumOfAnAnswerIsDataAsAllOther() {
        assertThat(seconds(with(response(Rcode.NOERROR), soa(3600, 30), Section.ANSWER)))
                .isEqualTo(3600);
    }

    @Test
    void whatSaysNothingIsKeptForAMoment() {
        assertThat(seconds(response(Rcode.NOERROR))).isEqualTo(5);
        assertThat(seconds(with(response(Rcode.SERVFAIL), soa(3600, 3600), Section.AUTHORITY)))
                .isEqualTo(5);
    }
}
