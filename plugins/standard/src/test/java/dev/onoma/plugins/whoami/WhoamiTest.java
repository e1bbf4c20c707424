package dev.onoma.plugins.whoami;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Transport;
import dev.onoma.testkit.Bench;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Section;

final class WhoamiTest {
    private final Bench bench = new Bench("example.org.");

    @Test
    void addressAndPortStandInTheAdditionalSectionInTheSpellingOfTheClient() {
        var answer = bench.answer(bench.setup(new Whoami(), "whoami"), "Www.Example.ORG.", "A");
        assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
        assertThat(answer.getSection(Section.ANSWER)).isEmpty();
        assertThat(Bench.records(answer, Section.ADDITIONAL))
                .containsExactly(
                        "Www.Example.ORG. 0 IN A 192.0.2.100",
                        "_udp.Www.Example.ORG. 0 IN SRV 0 0 40000 .");
    }

    @Test
    void clientsOverIpv6AndTcpAndOfAnotherClassAreToldSo() {
        var query = bench.query(Bench.message(".", "TXT", DClass.CH));
        var client = new InetSocketAddress("2001:db8::7", 7);
        query.from(Transport.TLS, client, client, 0);
        var answer = bench.answer(bench.setup(new Whoami(), "whoami"), query);
        assertThat(Bench.records(answer, Section.ADDITIONAL))
                .containsExactly(". 0 CH AAAA 2001:db8:0:0:0:0:0:7", "_tcp. 0 CH SRV 0 0 7 .");
    }

    @Test
    void aNameThatLeavesNoRoomForTheLabelGetsItsAddressAlone() {
        var name = ("a".repeat(62) + ".").repeat(4).substring(0, 250) + ".";
        var answer = bench.answer(bench.setup(new Whoami(), "whoami"), name, "A");
        assertThat(answer.getSection(Section.ADDITIONAL)).hasSize(1);
    }

    @Test
    void argumentsAndBlockAreMistakes() {
        assertThatThrownBy(() -> bench.setup(new Whoami(), "whoami x"))
                .hasMessageContaining("plugin/whoami: \"whoami\" takes no arguments");
        assertThatThrownBy(() -> bench.setup(new Whoami(), "whoami {\n x\n}"))
                .hasMessageContaining("plugin/whoami: \"whoami\" takes no block");
    }
}
