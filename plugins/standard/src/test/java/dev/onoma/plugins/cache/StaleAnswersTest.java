package dev.onoma.plugins.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.server.wire.WireQuery;
import dev.onoma.testkit.Bench;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// `serve_stale`: what clients get when an answer has expired (RFC 8767).
final class StaleAnswersTest {
    private static final Duration TTL = Duration.ofSeconds(60);
    private static final Outcome SILENT =
            Outcome.failed(
                    new Failure.Silent(
                            new InetSocketAddress("192.0.2.53", 53), Duration.ofSeconds(4)));

    private final Bench bench = new Bench(".");
    private final Source source = new Source();

    /// The rest of the chain, which answers as it is told and counts how often it is asked.
    private static final class Source implements Next {
        private Function<Query, Outcome> answer = _ -> SILENT;
        private int asked;

        @Override
        public Outcome handle(Query query) {
            asked++;
            return answer.apply(query);
        }

        void address(String address, int ttl) {
            answer =
                    query ->
                            query.reply()
                                    .answer(record(query, "A", ttl, address))
                                    .recursionAvailable(true)
                                    .build();
        }

        void denial(int rcode) {
            var soa = "ns.test. admin.test. 1 2 3 4 60";
            answer =
                    query ->
                            query.reply()
                                    .rcode(rcode)
                                    .authority(record(query, "SOA", 60, soa))
                                    .build();
        }

        void fails(int rcode) {
            answer = query -> query.reply().rcode(rcode).build();
        }

        private static Record record(Query query, String type, int ttl, String data) {
            try {
                return Record.fromString(
                        query.name(), Type.value(type), DClass.IN, ttl, data, query.name());
            } catch (java.io.IOException e) {
                throw new IllegalArgumentException(e);
            }
        }
    }

    private Handler cache(String serveStale) {
        return bench.setup(new Cache(), "cache {\n" + serveStale + "\n}");
    }

    /// A cache that holds an answer which has just expired.
    private Handler expired(String serveStale) {
        var cache = cache(serveStale);
        source.address("192.0.2.1", (int) TTL.toSeconds());
        ask(cache);
        bench.time().advance(TTL);
        source.asked = 0;
        return cache;
    }

    private WireQuery query() {
        var message = Bench.message("www.test.", "A", DClass.IN);
        message.addRecord(new org.xbill.DNS.OPTRecord(1232, 0, 0), Section.ADDITIONAL);
        return bench.query(message);
    }

    private Message ask(Handler cache) {
        var query = query();
        return settled(query, cache.handle(query, source));
    }

    private Message settled(WireQuery query, Outcome outcome) {
        if (outcome instanceof Outcome.Later(var stage)) {
            assertThat(stage.toCompletableFuture()).isDone();
            return settled(query, stage.toCompletableFuture().join());
        }
        if (outcome instanceof Outcome.Failed(var failure)) {
            return bench.encoded(query, query.reply().rcode(failure.rcode()).build());
        }
        return bench.encoded(query, outcome);
    }

    private static void assertAddress(Message answer, String address, long ttl) {
        assertThat(Bench.records(answer, Section.ANSWER))
                .containsExactly("www.test. " + ttl + " IN A " + address);
    }

    private static int ede(Message answer) {
        return answer.getOPT().getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR).stream()
                .map(option -> ((ExtendedErrorCodeOption) option).getErrorCode())
                .findFirst()
                .orElse(Ede.NONE);
    }

    private static String edeText(Message answer) {
        return answer.getOPT().getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR).stream()
                .map(option -> ((ExtendedErrorCodeOption) option).getText())
                .findFirst()
                .orElse("");
    }

    private double servedStale() {
        return bench.metrics()
                .counters("coredns_cache_served_stale_total", "", "server", "zones", "view")
                .with("", ".", "")
                .value();
    }

    @Test
    void aStaleAnswerGoesOutAtOnceAndIsRefreshedBehindIt() {
        var cache = expired("serve_stale");
        source.address("192.0.2.2", 60);
        var stale = ask(cache);
        assertAddress(stale, "192.0.2.1", 30);
        assertThat(ede(stale)).isEqualTo(Ede.STALE_ANSWER);
        assertThat(servedStale()).isEqualTo(1);
        var fresh = ask(cache);
        assertAddress(fresh, "192.0.2.2", 60);
        assertThat(ede(fresh)).isEqualTo(Ede.NONE);
        assertThat(source.asked).isEqualTo(1);
    }

    @Test
    void oneRefreshIsOutAtATime() {
        var cache = expired("serve_stale");
        var later = new CompletableFuture<Outcome>();
        source.answer = _ -> new Outcome.Later(later);
        for (int i = 0; i < 5; i++) {
            assertAddress(ask(cache), "192.0.2.1", 30);
        }
        assertThat(source.asked).isEqualTo(1);
    }

    @Test
    void aSourceThatIsGoneIsAskedMoreAndMoreRarely() {
        var cache = expired("serve_stale");
        source.answer = _ -> SILENT;
        for (int second = 0; second < 20; second++) {
            assertAddress(ask(cache), "192.0.2.1", 30);
            bench.time().advance(Duration.ofSeconds(1));
        }
        // After 0, 1, 3, 7, 12 and 17 seconds: pauses double up to the 5 seconds of servfail.
        assertThat(source.asked).isEqualTo(6);
        assertThat(edeText(ask(cache))).isEqualTo("upstream did not answer");
    }

    @Test
    void afterAFailureTheSourceIsAskedWhenTheCorefileSays() {
        var cache = expired("serve_stale 1h immediate 10s 30s");
        source.fails(Rcode.SERVFAIL);
        for (int second = 0; second < 61; second++) {
            assertAddress(ask(cache), "192.0.2.1", 10);
            bench.time().advance(Duration.ofSeconds(1));
        }
        assertThat(source.asked).isEqualTo(3);
    }

    @Test
    void anAnswerIsNotServedLongerThanAllowed() {
        var cache = expired("serve_stale 10m");
        source.answer = _ -> SILENT;
        bench.time().advance(Duration.ofSeconds(599));
        assertAddress(ask(cache), "192.0.2.1", 30);
        bench.time().advance(Duration.ofSeconds(1));
        assertThat(ask(cache).getRcode()).isEqualTo(Rcode.SERVFAIL);
    }

    @Test
    void aDenialIsServedStaleAndSaysSo() {
        var cache = cache("serve_stale");
        source.denial(Rcode.NXDOMAIN);
        ask(cache);
        bench.time().advance(TTL);
        source.answer = _ -> SILENT;
        var stale = ask(cache);
        assertThat(stale.getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(stale.getSection(Section.AUTHORITY).getFirst().getTTL()).isEqualTo(30);
        assertThat(ede(stale)).isEqualTo(Ede.STALE_NXDOMAIN);
    }

    @Test
    void aFailureIsNeverServedStale() {
        var cache = cache("serve_stale");
        source.fails(Rcode.SERVFAIL);
        ask(cache);
        ask(cache);
        assertThat(source.asked).isEqualTo(1);
        bench.time().advance(Duration.ofSeconds(6));
        source.address("192.0.2.1", 60);
        assertAddress(ask(cache), "192.0.2.1", 60);
    }

    @Test
    void verifyAsksFirst() {
        var cache = expired("serve_stale 1h verify");
        source.address("192.0.2.2", 60);
        assertAddress(ask(cache), "192.0.2.2", 60);
        assertAddress(ask(cache), "192.0.2.2", 60);
        assertThat(source.asked).isEqualTo(1);
        assertThat(servedStale()).isZero();
    }

    @Test
    void verifyFallsBackOnFailuresOfAnyKind() {
        for (int rcode : new int[] {Rcode.SERVFAIL, Rcode.REFUSED, Rcode.NOTIMP}) {
            var cache = expired("serve_stale 1h verify 0 30s");
            source.fails(rcode);
            assertStale(ask(cache));
        }
        assertStale(silent("serve_stale 1h verify 0 30s"));
    }

    private void assertStale(Message stale) {
        assertAddress(stale, "192.0.2.1", 30);
        assertThat(ede(stale)).isEqualTo(Ede.STALE_ANSWER);
        bench.time().advance(Duration.ofHours(2));
    }

    @Test
    void verifyDoesNotWaitForeverAndWhatComesLateIsKept() {
        var cache = expired("serve_stale 1h verify 100ms");
        var later = new CompletableFuture<Outcome>();
        var asked = new Query[1];
        source.answer =
                query -> {
                    asked[0] = query;
                    return new Outcome.Later(later);
                };
        var query = query();
        var outcome = cache.handle(query, source);
        bench.time().advance(Duration.ofMillis(99));
        assertThat(((Outcome.Later) outcome).stage().toCompletableFuture()).isNotDone();
        bench.time().advance(Duration.ofMillis(1));
        assertAddress(settled(query, outcome), "192.0.2.1", 30);
        assertThat(query.isAbandoned()).isTrue();

        // Others do not wait meanwhile.
        assertAddress(ask(cache), "192.0.2.1", 30);
        source.address("192.0.2.2", 60);
        later.complete(source.answer.apply(asked[0]));
        assertAddress(ask(cache), "192.0.2.2", 60);
        assertThat(source.asked).isEqualTo(1);
    }

    @Test
    void verifyWithoutATimeoutWaitsNoLongerThanClientsDo() {
        var cache = expired("serve_stale 1h verify");
        source.answer = _ -> new Outcome.Later(new CompletableFuture<>());
        var query = query();
        var outcome = cache.handle(query, source);
        bench.time().advance(Duration.ofMillis(1800));
        assertAddress(settled(query, outcome), "192.0.2.1", 30);
    }

    @Test
    void aNewerDenialReplacesAnAnswer() {
        var cache = expired("serve_stale 1h verify");
        source.denial(Rcode.NXDOMAIN);
        assertThat(ask(cache).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        source.answer = _ -> SILENT;
        assertThat(ask(cache).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void anAnswerIsPreferredToNewerDenialsIfTheCorefileSaysSo() {
        for (var mode : List.of("immediate", "verify")) {
            var cache = expired("serve_stale 1h " + mode + "\nserve_stale_policy prefer_positive");
            source.denial(Rcode.NXDOMAIN);
            assertAddress(ask(cache), "192.0.2.1", 30);
            source.denial(Rcode.NOERROR);
            bench.time().advance(Duration.ofSeconds(5));
            assertAddress(ask(cache), "192.0.2.1", 30);
            source.address("192.0.2.2", 60);
            bench.time().advance(Duration.ofSeconds(5));
            ask(cache);
            assertAddress(ask(cache), "192.0.2.2", 60);
            bench.time().advance(Duration.ofHours(2));
        }
    }

    @Test
    void whatIsNotToBeKeptEndsWhatWasKept() {
        var cache = expired("serve_stale 1h immediate");
        source.address("192.0.2.2", 0);
        assertAddress(ask(cache), "192.0.2.1", 30);
        assertAddress(ask(cache), "192.0.2.2", 0);
    }

    @Test
    void theTtlOfStaleAnswersIsAsConfigured() {
        source.answer = _ -> SILENT;
        assertAddress(silent("serve_stale 1h immediate 5s"), "192.0.2.1", 5);
        assertAddress(silent("serve_stale 1h immediate 0s"), "192.0.2.1", 0);
        assertAddress(silent("serve_stale 1h\nkeepttl"), "192.0.2.1", 60);
        assertAddress(silent("serve_stale 1h verify 1s 7s\nkeepttl"), "192.0.2.1", 7);
    }

    private Message silent(String serveStale) {
        var cache = expired(serveStale);
        source.answer = _ -> SILENT;
        return ask(cache);
    }

    @Test
    void aQueryWithoutRecursionRefreshesNothing() {
        var cache = expired("serve_stale");
        var message = Bench.message("www.test.", "A", DClass.IN);
        message.getHeader().unsetFlag(Flags.RD);
        var query = bench.query(message);
        assertAddress(settled(query, cache.handle(query, source)), "192.0.2.1", 30);
        assertThat(source.asked).isZero();
    }

    @Test
    void answersWithAndWithoutDnssecAreStaleOnTheirOwn() {
        var cache = expired("serve_stale");
        var message = Bench.message("www.test.", "A", DClass.IN);
        message.addRecord(
                new org.xbill.DNS.OPTRecord(1232, 0, 0, ExtendedFlags.DO), Section.ADDITIONAL);
        source.answer = _ -> SILENT;
        var query = bench.query(message);
        assertThat(cache.handle(query, source)).isSameAs(SILENT);
    }
}
