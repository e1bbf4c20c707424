package dev.onoma.plugins.nsid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.HostName;
import dev.onoma.testkit.Bench;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

final class NsidTest {
    private static final int CODE = EDNSOption.Code.NSID;

    private final Bench bench = new Bench("example.org.");

    private OPTRecord asked(String directive) {
        var nsid = bench.setup(new Nsid(), directive);
        var message = Bench.message("example.org.", "A", DClass.IN);
        var option = new GenericEDNSOption(CODE, new byte[0]);
        message.addRecord(new OPTRecord(1232, 0, 0, 0, List.of(option)), Section.ADDITIONAL);
        var query = bench.query(message);
        var outcome = nsid.handle(query, q -> q.reply().option(CODE, new byte[] {1}).build());
        var opt = bench.encoded(query, outcome).getOPT();
        assertThat(opt).isNotNull();
        return opt;
    }

    private static String data(OPTRecord opt) {
        var option = opt.getOptions(CODE).getFirst();
        var wire = option.toWire();
        return new String(wire, 4, wire.length - 4, StandardCharsets.US_ASCII);
    }

    @Test
    void whoAsksGetsTheIdentifierInPlaceOfAnotherAndNoDo() {
        var opt = asked("nsid the west\twing");
        assertThat(opt.getOptions(CODE)).hasSize(1);
        assertThat(data(opt)).isEqualTo("the west wing");
        assertThat(opt.getFlags() & ExtendedFlags.DO).isZero();
    }

    @Test
    void aFailureCarriesTheIdentifierToo() {
        var message = Bench.message("example.org.", "A", DClass.IN);
        var option = new GenericEDNSOption(CODE, new byte[0]);
        message.addRecord(new OPTRecord(1232, 0, 0, 0, List.of(option)), Section.ADDITIONAL);
        var reply = bench.answer(bench.setup(new Nsid(), "nsid x"), bench.query(message));
        assertThat(reply.getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(data(reply.getOPT())).isEqualTo("x");
        assertThat(reply.getOPT().getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR)).hasSize(1);
    }

    @Test
    void withoutDataTheHostNameIsTheIdentifier() {
        assertThat(data(asked("nsid"))).isEqualTo(HostName.get());
    }

    @Test
    void whoDoesNotAskGetsNothing() {
        var nsid = bench.setup(new Nsid(), "nsid x");
        Message message = Bench.message("example.org.", "A", DClass.IN);
        message.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
        var query = bench.query(message);
        var reply = bench.encoded(query, nsid.handle(query, q -> q.reply().build()));
        assertThat(reply.getOPT().getOptions()).isEmpty();
        var plain = bench.query("example.org.", "A");
        var answer = bench.encoded(plain, nsid.handle(plain, q -> q.reply().build()));
        assertThat(answer.getOPT()).isNull();
    }

    @Test
    void twiceInAServerBlockIsAMistake() {
        assertThatThrownBy(() -> bench.setup(new Nsid(), "nsid a\nnsid b"))
                .hasMessageContaining(
                        "plugin/nsid: this plugin can only be used once per Server Block");
        assertThatThrownBy(() -> bench.setup(new Nsid(), "nsid {\n x\n}"))
                .hasMessageContaining("takes no block");
    }
}
