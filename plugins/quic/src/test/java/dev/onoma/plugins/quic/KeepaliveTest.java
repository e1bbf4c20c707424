package dev.onoma.plugins.quic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

final class KeepaliveTest {
    private static final EDNSOption COOKIE = new GenericEDNSOption(10, new byte[8]);
    private static final EDNSOption KEEPALIVE = new GenericEDNSOption(11, new byte[0]);

    private static byte[] query(EDNSOption... options) {
        var question = Record.newRecord(Name.root, Type.NS, DClass.IN);
        var message = Message.newQuery(question);
        message.addRecord(new OPTRecord(1232, 0, 0, 0, List.of(options)), Section.ADDITIONAL);
        return message.toWire();
    }

    @Test
    void itIsFoundBehindOtherOptions() {
        var query = query(COOKIE, KEEPALIVE);
        assertThat(Keepalive.isIn(query, query.length)).isTrue();
    }

    @Test
    void otherOptionsAreOthers() {
        var query = query(COOKIE);
        assertThat(Keepalive.isIn(query, query.length)).isFalse();
    }

    @Test
    void whatIsCutOffOrChangedIsReadToItsEnd() {
        var query = query(COOKIE, KEEPALIVE);
        for (int length = 12; length < query.length; length++) {
            assertThat(Keepalive.isIn(Arrays.copyOf(query, length), length)).isFalse();
        }
        for (int at = 4; at < query.length; at++) {
            for (int value : new int[] {0, 63, 64, 192, 255}) {
                var changed = query.clone();
                changed[at] = (byte) value;
                var _ = Keepalive.isIn(changed, changed.length);
            }
        }
    }
}
