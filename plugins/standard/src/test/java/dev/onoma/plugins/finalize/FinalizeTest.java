package dev.onoma.plugins.finalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Failure;
import dev.onoma.api.Names;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.testkit.Bench;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Section;

/// What needs a server around it is in the scenarios.
final class FinalizeTest {
    private final Bench bench = new Bench(".");

    private static Response alias(Query query, String from, String to) {
        return query.reply()
                .answer(new CNAMERecord(Names.of(from), DClass.IN, 60, Names.of(to)))
                .authenticData(true);
    }

    private long counted(String name) {
        return bench.metrics().counters(name, "", "server").with("").value();
    }

    @Test
    void aliasesThatLeadInACircleWithinAnAnswerGoOutAsTheyCame() {
        var handler = bench.setup(new Finalize(), "finalize");
        var query = bench.query("a.test.", "A");
        var outcome =
                handler.handle(
                        query,
                        q -> {
                            var response = alias(q, "a.test.", "b.test.");
                            response.answer(
                                    new CNAMERecord(
                                            Names.of("b.test."),
                                            DClass.IN,
                                            60,
                                            Names.of("a.test.")));
                            return response.build();
                        });
        assertThat(bench.encoded(query, outcome).getSection(Section.ANSWER)).hasSize(2);
        assertThat(counted("coredns_finalize_circular_reference_count_total")).isEqualTo(1);
    }

    @Test
    void aTargetThatCannotBeLookedUpIsCountedAndTheAliasGoesOut() {
        var handler = bench.setup(new Finalize(), "finalize");
        var query = bench.query("a.test.", "AAAA");
        var outcome = handler.handle(query, q -> alias(q, "a.test.", "b.test.").build());
        assertThat(bench.encoded(query, outcome).getSection(Section.ANSWER)).hasSize(1);
        assertThat(counted("coredns_finalize_maxdepth_upstream_error_count_total")).isEqualTo(1);
    }

    @Test
    void otherTypesAndFailuresArePassedOn() {
        var handler = bench.setup(new Finalize(), "finalize max_depth 3");
        var failed = Outcome.failed(new Failure.NotSynced("x"));
        assertThat(handler.handle(bench.query("a.test.", "A"), _ -> failed)).isSameAs(failed);
        var query = bench.query("a.test.", "MX");
        var reply = alias(query, "a.test.", "b.test.").build();
        assertThat(handler.handle(query, _ -> reply)).isSameAs(reply);
        assertThat(counted("coredns_finalize_request_count_total")).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "finalize foo | the first word is one of max_depth, not \"foo\"",
                "finalize max_depth | MAX is missing after \"max_depth\"",
                "finalize max_depth 0 | MAX is a whole number from 1 to 32, not 0",
                "finalize max_depth 1 2 | \"2\" is one word too many",
            })
    void mistakesInACorefileArePointedAt(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new Finalize(), directive))
                .hasMessageContaining(message);
    }
}
