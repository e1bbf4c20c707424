package dev.onoma.plugins.rrl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.Names;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Transport;
import dev.onoma.api.WireSections;
import dev.onoma.server.wire.WireQuery;
import dev.onoma.testkit.Bench;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

final class RrlTest {
    private static final InetSocketAddress SERVER = new InetSocketAddress("192.0.2.53", 53);

    private final Bench bench = new Bench(".");
    private final Next denied = query -> denial(query, Rcode.NXDOMAIN);
    private final Next answered =
            query ->
                    query.reply()
                            .sections(WireSections.ofAddresses(Type.A, 60, new byte[] {1, 2, 3, 4}))
                            .build();

    private static Outcome denial(Query query, int rcode) {
        try {
            var zone = Names.of("example.org.");
            var soa =
                    Record.fromString(
                            zone, Type.SOA, DClass.IN, 60, "a. b. 1 2 3 4 5", Names.of("."));
            return query.reply()
                    .rcode(rcode)
                    .sections(WireSections.of(query.name(), List.of(), List.of(soa), List.of()))
                    .build();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private WireQuery query(String name, String client, Transport transport) {
        var query = bench.query(name, "A");
        try {
            var from = new InetSocketAddress(InetAddress.getByName(client), 4000);
            query.from(transport, from, SERVER, bench.time().nanos());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return query;
    }

    private Handler rrl(String properties) {
        return bench.setup(new Rrl(), "rrl {\n" + properties.replace(";", "\n") + "\n}");
    }

    private int sent(Handler rrl, Next next, int times, String client, String name) {
        int sent = 0;
        for (int i = 0; i < times; i++) {
            var query = query(name.replace("*", "n" + i), client, Transport.UDP);
            sent += rrl.handle(query, next) instanceof Outcome.Dropped ? 0 : 1;
        }
        return sent;
    }

    @Test
    void aNetworkGetsItsAllowanceAndAsMuchAgainASecondLater() {
        var rrl = rrl("responses-per-second 10; slip-ratio 0");
        assertThat(sent(rrl, answered, 100, "192.0.2.1", "a.example.org.")).isEqualTo(10);
        assertThat(sent(rrl, answered, 100, "192.0.2.200", "a.example.org.")).isZero();
        assertThat(sent(rrl, answered, 100, "198.51.100.1", "a.example.org.")).isEqualTo(10);
        assertThat(sent(rrl, answered, 100, "192.0.2.1", "b.example.org.")).isEqualTo(10);
        bench.time().advance(Duration.ofSeconds(16));
        assertThat(sent(rrl, answered, 100, "192.0.2.1", "a.example.org.")).isEqualTo(10);
    }

    @Test
    void debtEndsWithTheWindow() {
        var rrl = rrl("responses-per-second 10; slip-ratio 0; window 2");
        assertThat(sent(rrl, answered, 1000, "192.0.2.1", "a.")).isEqualTo(10);
        bench.time().advance(Duration.ofMillis(1500));
        assertThat(sent(rrl, answered, 1, "192.0.2.1", "a.")).isZero();
        bench.time().advance(Duration.ofMillis(2200));
        assertThat(sent(rrl, answered, 1, "192.0.2.1", "a.")).isEqualTo(1);
    }

    @Test
    void randomNamesOfOneZoneShareAnAccount() {
        var rrl = rrl("nxdomains-per-second 5; slip-ratio 0");
        assertThat(sent(rrl, denied, 50, "192.0.2.1", "*.example.org.")).isEqualTo(5);
        assertThat(sent(rrl, denied, 50, "192.0.2.1", "*.very.deep.example.org.")).isZero();
        assertThat(sent(rrl, answered, 50, "192.0.2.1", "*.example.org.")).isEqualTo(50);
    }

    @Test
    void recordsThatAreNotReadyCountTheSame() {
        var rrl = rrl("nxdomains-per-second 5; slip-ratio 0");
        Next decoded =
                query -> {
                    var response = ((Outcome.Reply) denied.handle(query)).response();
                    response.authorities();
                    return response.build();
                };
        assertThat(sent(rrl, decoded, 50, "192.0.2.1", "*.example.org.")).isEqualTo(5);
        assertThat(sent(rrl, denied, 50, "192.0.2.1", "*.example.org.")).isZero();
    }

    @Test
    void errorsShareOneAccount() {
        var rrl = rrl("errors-per-second 3; slip-ratio 0");
        Next failing = _ -> Outcome.failed(new Failure.NotSynced("x"));
        assertThat(sent(rrl, failing, 50, "192.0.2.1", "*.")).isEqualTo(3);
        assertThat(sent(rrl, q -> denial(q, Rcode.REFUSED), 50, "192.0.2.1", "*.")).isZero();
    }

    @Test
    void everySecondSurplusAnswerSlipsEmptyAndTruncated() {
        var rrl = rrl("responses-per-second 1");
        assertThat(sent(rrl, answered, 101, "192.0.2.1", "a.")).isEqualTo(51);
        var slipped = bench.metrics().counters("coredns_rrl_slipped_total", "").with();
        assertThat(slipped.value()).isEqualTo(50);
        var query = query("a.", "192.0.2.1", Transport.UDP);
        var outcome = rrl.handle(query, answered);
        if (outcome instanceof Outcome.Dropped) {
            outcome = rrl.handle(query, answered);
        }
        var message = bench.encoded(query, outcome);
        assertThat(message.getHeader().getFlag(org.xbill.DNS.Flags.TC)).isTrue();
        assertThat(message.getSection(1)).isEmpty();
    }

    @Test
    void tcpAndValidCookiesAreNotLimited() {
        var rrl = rrl("responses-per-second 1; slip-ratio 0; requests-per-second 1");
        assertThat(sent(rrl, answered, 10, "192.0.2.1", "a.")).isEqualTo(1);
        var tcp = query("a.", "192.0.2.1", Transport.TCP);
        assertThat(rrl.handle(tcp, answered)).isInstanceOf(Outcome.Reply.class);
        var known = query("a.", "192.0.2.1", Transport.UDP);
        known.metadata("cookies/valid", () -> "true");
        assertThat(rrl.handle(known, answered)).isInstanceOf(Outcome.Reply.class);
    }

    @Test
    void requestsAreLimitedBeforeTheyAreAnswered() {
        var rrl = rrl("requests-per-second 4; slip-ratio 0");
        int[] asked = {0};
        Next counting =
                query -> {
                    asked[0]++;
                    return answered.handle(query);
                };
        assertThat(sent(rrl, counting, 50, "2001:db8::1", "*.")).isEqualTo(4);
        assertThat(sent(rrl, counting, 50, "2001:db8:0:ff::1", "*.")).isZero();
        assertThat(asked[0]).isEqualTo(4);
        var exceeded = bench.metrics().counters("coredns_rrl_requests_exceeded_total", "").with();
        assertThat(exceeded.value()).isEqualTo(96);
    }

    @Test
    void reportOnlyCountsAndHoldsNothingBack() {
        var rrl = rrl("responses-per-second 1; report-only");
        assertThat(sent(rrl, answered, 10, "192.0.2.1", "a.")).isEqualTo(10);
        var exceeded = bench.metrics().counters("coredns_rrl_responses_exceeded_total", "").with();
        assertThat(exceeded.value()).isEqualTo(9);
    }

    @Test
    void aFloodOfNetworksDoesNotFreeTheOneThatIsLimited() {
        var accounts = new Accounts(1000, Duration.ofSeconds(15));
        long interval = 100_000_000;
        long mine = 0x1234_5678_9abc_def0L;
        long now = 1_000_000_000_000L;
        while (accounts.debit(mine, interval, now)) {
            // until it is in debt
        }
        long key = 1;
        for (int i = 0; i < 100_000; i++) {
            key = key * 6364136223846793005L + 1442695040888963407L;
            accounts.debit(key, interval, now + i);
        }
        assertThat(accounts.debit(mine, interval, now + 100_000)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "rrl {; responses-per-second x; } | ALLOWANCE is a number from 0 to",
                "rrl {; window 0; } | SECONDS is a number from 0.001 to",
                "rrl {; ipv4-prefix-length 33; } | LENGTH is a whole number from 1 to 32",
                "rrl {; max-table-size 0; } | SIZE is a whole number from 1",
                "rrl {; slip-ratio 11; } | RATIO is a whole number from 0 to 10",
                "rrl {; respond; } | there is no property \"respond\"",
                "rrl; rrl | can only be used once",
            })
    void mistakesInACorefileArePointedAt(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new Rrl(), directive.replace(";", "\n")))
                .hasMessageContaining(message);
    }
}
