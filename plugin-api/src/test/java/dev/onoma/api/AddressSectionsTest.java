package dev.onoma.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

final class AddressSectionsTest {
    private static final Record ADDRESS =
            new ARecord(
                    Names.of("www.example.org."),
                    DClass.IN,
                    60,
                    InetAddress.ofLiteral("192.0.2.1"));

    @Test
    void addressesBelongToWhateverNameIsAsked() {
        var sections = WireSections.ofAddresses(Type.A, 60, new byte[] {(byte) 192, 0, 2, 1});
        assertThat(sections.records(Names.of("www.example.org."), Section.ANSWER))
                .containsExactly(ADDRESS);
        assertThat(sections.records(Names.of("."), Section.ANSWER)).hasSize(1);
        var six = WireSections.ofAddresses(Type.AAAA, 60, new byte[32]);
        assertThat(six.count()).isEqualTo(2);
        assertThat(six.ttlMin()).isEqualTo(60);
        assertThat(six.isShufflable()).isTrue();
        var many = new byte[4 * (WireSections.ADDRESSES_MAX + 1)];
        assertThatThrownBy(() -> WireSections.ofAddresses(Type.A, 60, many))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void answersCanStandAlone() {
        var name = Names.of("www.example.org.");
        var server = new NSRecord(name, DClass.IN, 30, Names.of("ns.example.org."));
        var all = WireSections.of(name, List.of(ADDRESS), List.of(server), List.of(ADDRESS));
        var answers = all.answersOnly();
        assertThat(answers.decode(name).getSection(Section.ANSWER)).containsExactly(ADDRESS);
        assertThat(answers.count()).isEqualTo(1);
        assertThat(answers.ttlMin()).isEqualTo(60);
        assertThat(answers.answersOnly()).isSameAs(answers);
        var none = WireSections.of(name, List.of(), List.of(server), List.of()).answersOnly();
        assertThat(none.length()).isZero();
    }
}
