package dev.onoma.plugins.minimal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Names;
import dev.onoma.api.Outcome;
import dev.onoma.api.Response;
import dev.onoma.api.WireSections;
import dev.onoma.testkit.Bench;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

final class MinimalTest {
    private static final Record ADDRESS = record(Type.A, "192.0.2.1");
    private static final Record NS = record(Type.NS, "ns.example.org.");
    private static final Record SOA = record(Type.SOA, "ns.example.org. m.example.org. 1 2 3 4 5");

    private final Bench bench = new Bench("example.org.");

    private static Record record(int type, String data) {
        try {
            return Record.fromString(
                    Names.of("example.org."), type, DClass.IN, 60, data, Names.of("."));
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private Response minimized(String type, int rcode, List<Record> answer, Record authority) {
        var query = bench.query("example.org.", type);
        var outcome =
                bench.setup(new Minimal(), "minimal")
                        .handle(
                                query,
                                _ ->
                                        query.reply()
                                                .rcode(rcode)
                                                .sections(
                                                        WireSections.of(
                                                                query.name(),
                                                                answer,
                                                                List.of(authority),
                                                                List.of(ADDRESS)))
                                                .ede(Ede.STALE_ANSWER, "old")
                                                .option(3, new byte[] {1})
                                                .build());
        return ((Outcome.Reply) outcome).response();
    }

    @Test
    void answersLoseAuthorityAndAdditionalButNoOptions() {
        var response = minimized("A", Rcode.NOERROR, List.of(ADDRESS), NS);
        assertThat(response.count(Section.ANSWER)).isEqualTo(1);
        assertThat(response.count(Section.AUTHORITY)).isZero();
        assertThat(response.count(Section.ADDITIONAL)).isZero();
        assertThat(response.ede()).isEqualTo(Ede.STALE_ANSWER);
        assertThat(response.options()).hasSize(1);
        assertThat(response.answers()).containsExactly(ADDRESS);
    }

    @Test
    void recordsThatAreReadyForTheSocketStayReady() {
        var response = minimized("A", Rcode.NOERROR, List.of(ADDRESS), NS);
        assertThat(response.sectionsIfReady()).isNotNull();
    }

    @Test
    void delegationsDenialsErrorsAndTransfersKeepAll() {
        assertThat(minimized("A", Rcode.NOERROR, List.of(), NS).count(Section.AUTHORITY))
                .isEqualTo(1);
        assertThat(minimized("A", Rcode.NOERROR, List.of(), SOA).count(Section.AUTHORITY))
                .isEqualTo(1);
        assertThat(minimized("A", Rcode.NXDOMAIN, List.of(), SOA).count(Section.AUTHORITY))
                .isEqualTo(1);
        assertThat(minimized("AXFR", Rcode.NOERROR, List.of(SOA), NS).count(Section.ADDITIONAL))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsNoReplyIsPassedOn(boolean dropped) {
        var outcome =
                dropped
                        ? Outcome.dropped("test")
                        : Outcome.failed(new Failure.NoHealthyUpstream("."));
        var minimal = bench.setup(new Minimal(), "minimal");
        assertThat(minimal.handle(bench.query("a.", "A"), _ -> outcome)).isSameAs(outcome);
    }

    @Test
    void argumentsAreMistakes() {
        assertThatThrownBy(() -> bench.setup(new Minimal(), "minimal x"))
                .hasMessageContaining("plugin/minimal: \"minimal\" takes no arguments");
    }
}
