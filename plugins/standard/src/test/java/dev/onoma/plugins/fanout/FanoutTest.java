package dev.onoma.plugins.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Handler;
import dev.onoma.api.Outcome;
import dev.onoma.api.Plugins;
import dev.onoma.api.Query;
import dev.onoma.testkit.Bench;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Rcode;

final class FanoutTest {
    private final Bench bench = new Bench(".");
    private final List<String> made = new ArrayList<>();
    private final Map<String, Runner> runners = new LinkedHashMap<>();

    /// An upstream that answers when the test says so.
    private record Runner(List<Query> asked, CompletableFuture<Outcome> promise) {
        void reply(int rcode) {
            promise.complete(asked.getFirst().reply().rcode(rcode).build());
        }
    }

    @BeforeEach
    void upstreams() {
        bench.setting(
                Plugins.class,
                (line, _) -> {
                    made.add(line.text());
                    var runner = new Runner(new ArrayList<>(), new CompletableFuture<>());
                    runners.put(line.words().get(2).text(), runner);
                    Handler handler =
                            (query, _) -> {
                                runner.asked().add(query);
                                return new Outcome.Later(runner.promise());
                            };
                    return handler;
                });
    }

    private Runner runner(int last) {
        var runner = runners.get("192.0.2." + last + ":53");
        if (runner == null) {
            throw new AssertionError("no upstream " + last + " in " + runners.keySet());
        }
        return runner;
    }

    private CompletableFuture<Integer> ask(String properties) {
        var handler =
                bench.setup(
                        new Fanout(),
                        "fanout . 192.0.2.1 192.0.2.2 192.0.2.3 {\n"
                                + properties.replace(";", "\n")
                                + "\n}");
        var query = bench.query("a.test.", "A");
        return handler.handle(query, Bench.NOTHING)
                .toStage()
                .thenApply(settled ->
                        switch (settled) {
                            case Outcome.Reply(var r) -> r.rcode();
                            case Outcome.Failed(var failure) -> -failure.rcode();
                            case Outcome.Dropped _, Outcome.Later _ -> -100;
                        })
                .toCompletableFuture();
    }

    @Test
    void allAreAskedAndTheFirstGoodAnswerCounts() {
        var rcode = ask("");
        assertThat(runners.values()).allSatisfy(r -> assertThat(r.asked()).hasSize(1));
        runner(2).reply(Rcode.NXDOMAIN);
        assertThat(rcode).isNotDone();
        runner(3).reply(Rcode.NOERROR);
        assertThat(rcode).isCompletedWithValue(Rcode.NOERROR);
        runner(1).reply(Rcode.REFUSED);
        var rcodes =
                bench.metrics()
                        .counters("coredns_fanout_response_rcode_count_total", "", "to", "rcode");
        assertThat(rcodes.with("192.0.2.1:53", "REFUSED").value()).isEqualTo(1);
        assertThat(bench.time().waiting()).isZero();
    }

    @Test
    void whenNobodyHasAGoodAnswerTheBestCounts() {
        var rcode = ask("");
        runner(2).reply(Rcode.REFUSED);
        runner(1).reply(Rcode.NXDOMAIN);
        runner(3).reply(Rcode.SERVFAIL);
        assertThat(rcode).isCompletedWithValue(Rcode.NXDOMAIN);
    }

    @Test
    void inARaceTheFirstAnswerCounts() {
        var rcode = ask("race");
        runner(2).reply(Rcode.NXDOMAIN);
        assertThat(rcode).isCompletedWithValue(Rcode.NXDOMAIN);
    }

    @Test
    void workersAskTheNextWhenOneSaysNo() {
        var rcode = ask("worker-count 1");
        assertThat(runner(2).asked()).isEmpty();
        runner(1).reply(Rcode.NXDOMAIN);
        assertThat(runner(2).asked()).hasSize(1);
        assertThat(runner(3).asked()).isEmpty();
        runner(2).reply(Rcode.NOERROR);
        assertThat(rcode).isCompletedWithValue(Rcode.NOERROR);
    }

    @Test
    void whenTimeIsUpTheBestSoFarCountsOrItFails() {
        var failed = ask("timeout 2s");
        bench.time().advance(Duration.ofSeconds(2));
        assertThat(failed).isCompletedWithValue(-Rcode.SERVFAIL);
        runners.clear();
        var denied = ask("timeout 2s");
        runner(1).reply(Rcode.NXDOMAIN);
        bench.time().advance(Duration.ofSeconds(2));
        assertThat(denied).isCompletedWithValue(Rcode.NXDOMAIN);
    }

    @Test
    void someAreDrawnByTheirWeight() {
        int[] drawn = new int[4];
        for (int i = 0; i < 200; i++) {
            runners.clear();
            var _ =
                    ask(
                            "policy weighted-random; weighted-random-server-count 1;"
                                    + " weighted-random-load-factor 1 1 98");
            for (int last = 1; last <= 3; last++) {
                drawn[last] += runner(last).asked().size();
            }
        }
        assertThat(drawn[1] + drawn[2] + drawn[3]).isEqualTo(200);
        assertThat(drawn[3]).isGreaterThan(180);
    }

    @Test
    void optionsOfTheConnectionGoToForward() {
        bench.setup(new Fanout(), "fanout . 192.0.2.1 {\n network TCP\n tls-server dns.example\n}");
        bench.setup(new Fanout(), "fanout . 192.0.2.1 {\n network tcp-tls\n}");
        assertThat(made)
                .containsExactly(
                        "forward . 192.0.2.1:53 {\n    max_fails 0\n    force_tcp\n"
                                + "    tls_servername dns.example\n}",
                        "forward . tls://192.0.2.1:53 {\n    max_fails 0\n}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fanout . | TO is missing after \".\"",
                "fanout . x | TO is an IP address or a file of name servers",
                "fanout . 192.0.2.1 {; worker-count 0; } | NUMBER is a whole number from 1",
                "fanout . 192.0.2.1 {; policy best; } | the policy is one of sequential",
                "fanout . 192.0.2.1 {; network x; } | NETWORK is one of tcp, udp, tcp-tls",
                "fanout . 192.0.2.1 {; weighted-random-load-factor 1 2; } | 2 load factors for 1",
                "fanout . 192.0.2.1 {; except-file nosuch; } | is not read",
                "fanout . 192.0.2.1 {; foo; } | there is no property \"foo\"",
            })
    void mistakesInACorefileArePointedAt(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new Fanout(), directive.replace(";", "\n")))
                .hasMessageContaining(message);
    }
}
