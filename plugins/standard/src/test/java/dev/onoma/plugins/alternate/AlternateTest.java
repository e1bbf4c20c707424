package dev.onoma.plugins.alternate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.Outcome;
import dev.onoma.api.Plugins;
import dev.onoma.testkit.Bench;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Rcode;

final class AlternateTest {
    private final Bench bench = new Bench(".");
    private final List<String> made = new ArrayList<>();
    private Outcome said = Outcome.dropped("nothing said");

    @BeforeEach
    void upstreams() {
        Handler refusing = (query, _) -> said = query.reply().rcode(Rcode.REFUSED).build();
        bench.setting(
                Plugins.class,
                (line, _) -> {
                    made.add(line.text());
                    return refusing;
                });
    }

    @Test
    void whatFollowsTheCodesIsADirectiveOfForward() {
        bench.setup(
                new Alternate(),
                """
                alternate NXDOMAIN . 192.0.2.1
                alternate original servfail,REFUSED . tls://192.0.2.2 192.0.2.3 {
                    policy sequential
                }
                """);
        assertThat(made)
                .containsExactly(
                        "forward . 192.0.2.1",
                        "forward . tls://192.0.2.2 192.0.2.3 {\n    policy sequential\n}");
    }

    @Test
    void failuresCountAsTheirCodeAndTheirAnswerIsReplaced() {
        var handler = bench.setup(new Alternate(), "alternate SERVFAIL . 192.0.2.1");
        var query = bench.query("a.", "A");
        var failed = Outcome.failed(new Failure.NotSynced("x"));
        var outcome = handler.handle(query, _ -> failed);
        assertThat(said).isInstanceOf(Outcome.Reply.class);
        assertThat(bench.encoded(query, outcome).getRcode()).isEqualTo(Rcode.REFUSED);
        var queries = bench.metrics().counters("coredns_alternate_queries_total", "", "rcode");
        assertThat(queries.with("SERVFAIL").value()).isEqualTo(1);
    }

    @Test
    void otherCodesArePassedOn() {
        var handler = bench.setup(new Alternate(), "alternate SERVFAIL . 192.0.2.1");
        var query = bench.query("a.", "A");
        var denied = query.reply().rcode(Rcode.NXDOMAIN).build();
        assertThat(handler.handle(query, _ -> denied)).isSameAs(denied);
        var dropped = Outcome.dropped("x");
        assertThat(handler.handle(query, _ -> dropped)).isSameAs(dropped);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alternate | RCODE is missing after \"alternate\"",
                "alternate original | RCODE is missing after \"original\"",
                "alternate NOSUCH . 192.0.2.1 | RCODE is a response code such as NXDOMAIN",
                "alternate NXDOMAIN . 192.0.2.1; alternate NXDOMAIN . 192.0.2.2 | other upstreams",
            })
    void mistakesInACorefileArePointedAt(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new Alternate(), directive.replace("; ", "\n")))
                .hasMessageContaining(message);
    }
}
