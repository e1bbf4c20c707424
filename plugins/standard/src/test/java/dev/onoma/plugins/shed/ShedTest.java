package dev.onoma.plugins.shed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Outcome;
import dev.onoma.testkit.Bench;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class ShedTest {
    private final Bench bench = new Bench("test.");

    @Test
    void queriesBeyondTheLimitAreDroppedUntilOthersHaveTheirAnswers() {
        var shed = bench.setup(new Shed(), "shed");
        var later = new CompletableFuture<Outcome>();
        for (int i = 0; i < ShedHandler.WAITING_MAX; i++) {
            var outcome = shed.handle(bench.query("a.test.", "A"), _ -> new Outcome.Later(later));
            assertThat(outcome).isInstanceOf(Outcome.Later.class);
        }
        var query = bench.query("a.test.", "A");
        assertThat(shed.handle(query, q -> q.reply().build())).isInstanceOf(Outcome.Dropped.class);
        var dropped =
                bench.metrics()
                        .registry()
                        .getSampleValue(
                                "coredns_shed_dropped_total",
                                new String[] {"server", "reason"},
                                new String[] {"", "query"});
        assertThat(dropped).isEqualTo(1);
        later.complete(Outcome.dropped("test"));
        assertThat(shed.handle(query, q -> q.reply().build())).isInstanceOf(Outcome.Reply.class);
    }

    @Test
    void itTakesNoOptions() {
        for (var text : new String[] {"shed 5", "shed {\nx\n}"}) {
            assertThatThrownBy(() -> bench.setup(new Shed(), text))
                    .hasMessageContaining("plugin/shed: shed takes no options");
        }
        assertThatThrownBy(() -> bench.setup(new Shed(), "shed\nshed"))
                .hasMessageContaining("only be used once");
    }
}
