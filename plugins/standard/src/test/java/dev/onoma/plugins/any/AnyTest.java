package dev.onoma.plugins.any;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Outcome;
import dev.onoma.testkit.Bench;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Section;

final class AnyTest {
    private final Bench bench = new Bench("example.org.");

    @Test
    void typeAnyIsAnsweredWithHinfo() {
        var answer = bench.answer(bench.setup(new Any(), "any"), "eXample.org.", "ANY");
        assertThat(answer.getHeader().getFlag(Flags.AA)).isFalse();
        assertThat(Bench.records(answer, Section.ANSWER))
                .containsExactly("eXample.org. 8482 IN HINFO \"ANY obsoleted\" \"See RFC 8482\"");
    }

    @Test
    void otherTypesAndClassesGoOn() {
        var any = bench.setup(new Any(), "any");
        assertThat(any.handle(bench.query("example.org.", "A"), Bench.NOTHING))
                .isInstanceOf(Outcome.Failed.class);
        var chaos = bench.query(Bench.message("example.org.", "ANY", DClass.CH));
        assertThat(any.handle(chaos, Bench.NOTHING)).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void argumentsAreMistakes() {
        assertThatThrownBy(() -> bench.setup(new Any(), "any example.org"))
                .hasMessageContaining("plugin/any: \"any\" takes no arguments");
    }
}
