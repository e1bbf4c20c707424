package dev.onoma.plugins.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Handler;
import dev.onoma.api.HostName;
import dev.onoma.api.Outcome;
import dev.onoma.testkit.Bench;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;

final class ChaosTest {
    private final Bench bench = new Bench(".");

    private List<String> texts(Handler chaos, String name) {
        var answer = bench.answer(chaos, bench.query(Bench.message(name, "TXT", DClass.CH)));
        return answer.getSection(Section.ANSWER).stream()
                .map(r -> ((TXTRecord) r).getStrings().getFirst())
                .toList();
    }

    @Test
    void versionAuthorsAndHostNameAreTold() {
        var chaos = bench.setup(new Chaos(), "chaos 1.2 Ada Bob Ada");
        assertThat(texts(chaos, "Version.BIND.")).containsExactly("1.2");
        assertThat(texts(chaos, "version.server.")).containsExactly("1.2");
        assertThat(texts(chaos, "authors.bind.")).containsExactlyInAnyOrder("Ada", "Bob");
        assertThat(texts(chaos, "hostname.bind.")).containsExactly(HostName.get());
        assertThat(texts(chaos, "id.server.")).containsExactly(HostName.get());
    }

    @Test
    void recordsHaveClassChAndMayNotBeKept() {
        var chaos = bench.setup(new Chaos(), "chaos 1.2");
        var query = bench.query(Bench.message("version.bind.", "TXT", DClass.CH));
        assertThat(Bench.records(bench.answer(chaos, query), Section.ANSWER))
                .containsExactly("version.bind. 0 CH TXT 1.2");
    }

    @Test
    void withoutArgumentsThisServerAndItsAuthorsAreTold() {
        var chaos = bench.setup(new Chaos(), "chaos");
        assertThat(texts(chaos, "version.bind.").getFirst()).startsWith("Onoma");
        assertThat(texts(chaos, "authors.bind.")).containsExactly("The Onoma authors");
    }

    @Test
    void textsAreCutTo255Octets() {
        var chaos =
                bench.setup(new Chaos(), "chaos %s %s".formatted("v".repeat(300), "a".repeat(256)));
        assertThat(texts(chaos, "version.bind.")).containsExactly("v".repeat(255));
        assertThat(texts(chaos, "authors.bind.")).containsExactly("a".repeat(255));
    }

    @Test
    void otherQuestionsInClassChAreRefusedWhenNobodyAnswersThem() {
        var chaos = bench.setup(new Chaos(), "chaos");
        for (var message :
                List.of(
                        Bench.message("foo.bind.", "TXT", DClass.CH),
                        Bench.message("version.bind.", "A", DClass.CH))) {
            assertThat(bench.answer(chaos, bench.query(message)).getRcode())
                    .isEqualTo(Rcode.REFUSED);
        }
    }

    @Test
    void classInGoesOn() {
        var chaos = bench.setup(new Chaos(), "chaos");
        assertThat(chaos.handle(bench.query("version.bind.", "TXT"), Bench.NOTHING))
                .isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void onlyTheFirstDirectiveCountsAndPropertiesAreMistakes() {
        var chaos = bench.setup(new Chaos(), "chaos 1\nchaos 2");
        assertThat(texts(chaos, "version.bind.")).containsExactly("1");
        assertThat(bench.warnings()).singleElement().asString().contains("is ignored");
        assertThatThrownBy(() -> bench.setup(new Chaos(), "chaos {\n x\n}"))
                .hasMessageContaining("plugin/chaos: there is no property \"x\"");
    }
}
