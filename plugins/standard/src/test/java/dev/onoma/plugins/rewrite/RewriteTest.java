package dev.onoma.plugins.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Handler;
import dev.onoma.api.Names;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.testkit.Bench;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

final class RewriteTest {
    private final Bench bench = new Bench("example.org.");

    private Handler rewrite(String rules) {
        return bench.setup(new Rewrite(), rules);
    }

    /// Answers every question with its own text.
    private static final Next ECHO =
            query ->
                    query.reply()
                            .answer(
                                    new TXTRecord(
                                            query.name(),
                                            DClass.IN,
                                            60,
                                            query.name() + " " + Type.string(query.type())))
                            .build();

    private String asked(String rules, String name) {
        var query = bench.query(name, "TXT");
        var answer = bench.encoded(query, rewrite(rules).handle(query, ECHO));
        return Bench.records(answer, Section.ANSWER).getFirst();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name a.test b.test | A.test. | A.test. 60 IN TXT \"b.test. TXT\"",
                "name exact a.test b.test | c.test. | c.test. 60 IN TXT \"c.test. TXT\"",
                "name prefix a b | a.x.test. | b.x.test. 60 IN TXT \"b.x.test. TXT\"",
                "name suffix x.test y.net | a.x.test. | a.y.net. 60 IN TXT \"a.y.net. TXT\"",
                "name substring x.y z | a.x.y.x.y.t. | a.z.z.t. 60 IN TXT \"a.z.z.t. TXT\"",
                "name regex (a)(b)? {2}{1}x | ab.t. | bax. 60 IN TXT \"bax. TXT\"",
                "name regex ^(a)(b)? {1}{2}x | a.t. | ax. 60 IN TXT \"ax. TXT\"",
                "type TXT MX | a.t. | a.t. 60 IN TXT \"a.t. MX\"",
                "ttl a.t 5 | a.t. | a.t. 5 IN TXT \"a.t. TXT\"",
                "ttl a.t 4294967295 | a.t. | a.t. 2147483647 IN TXT \"a.t. TXT\"",
            })
    void questionsAreChanged(String rule, String name, String answer) {
        assertThat(asked("rewrite " + rule, name)).isEqualTo(answer);
    }

    @Test
    void rulesRunInTheirOrderUntilOneThatStops() {
        var rules =
                """
                rewrite continue name a.t b.t
                rewrite continue type TXT A
                rewrite name b.t c.t
                rewrite name c.t d.t
                """;
        assertThat(asked(rules, "a.t.")).isEqualTo("a.t. 60 IN TXT \"c.t. A\"");
    }

    @Test
    void aQueryThatNoRuleFitsIsPassedOnAsItIs() {
        var query = bench.query("a.example.org.", "A");
        var rewrite =
                rewrite(
                        "rewrite name b.test c.test\nrewrite name regex (.*)\\.x\\.org {1}.y\nrewrite ttl c 5");
        rewrite.handle(
                query,
                asked -> {
                    assertThat(asked).isSameAs(query);
                    return Bench.NOTHING.handle(asked);
                });
    }

    @Test
    void namesOfAnswersAreTurnedBackInAnyCase() {
        var query = bench.query("a.test.", "A");
        var answer =
                rewrite("rewrite name a.test b.test")
                        .handle(
                                query,
                                asked ->
                                        asked.reply()
                                                .answer(alias("B.Test.", "x.B.TEST."))
                                                .answer(alias("x.B.TEST.", "other."))
                                                .build());
        assertThat(Bench.records(bench.encoded(query, answer), Section.ANSWER))
                .containsExactly("a.test. 60 IN CNAME x.a.test.", "x.a.test. 60 IN CNAME other.");
    }

    private static CNAMERecord alias(String owner, String target) {
        return new CNAMERecord(Names.of(owner), DClass.IN, 60, Names.of(target));
    }

    @Test
    void aNameThatIsTooLongForTheAnswerStays() {
        var label = "x".repeat(60);
        var longest = String.join(".", label, label, label, label) + ".b.";
        var query = bench.query("a.very.long.name.test.", "A");
        var answer =
                rewrite("rewrite name a.very.long.name.test b")
                        .handle(query, q -> q.reply().answer(alias("b.", longest)).build());
        assertThat(Bench.records(bench.encoded(query, answer), Section.ANSWER))
                .containsExactly("a.very.long.name.test. 60 IN CNAME " + longest);
    }

    @Test
    void answersThatComeLaterAreTurnedBackToo() {
        var later = new CompletableFuture<Outcome>();
        var query = bench.query("a.test.", "TXT");
        var questions = new Query[1];
        var outcome =
                rewrite("rewrite name a.test b.test")
                        .handle(
                                query,
                                asked -> {
                                    questions[0] = asked;
                                    return new Outcome.Later(later);
                                });
        later.complete(ECHO.handle(questions[0]));
        var settled = outcome.toStage().toCompletableFuture().join();
        assertThat(Bench.records(bench.encoded(query, settled), Section.ANSWER))
                .containsExactly("a.test. 60 IN TXT \"b.test. TXT\"");
    }

    @Test
    void failuresKeepWhatTheySayUnlessTheirCodeIsChanged() {
        var query = bench.query("a.test.", "A");
        assertThat(rewrite("rewrite name a.test b.test").handle(query, Bench.NOTHING))
                .isInstanceOf(Outcome.Failed.class);
        var changed = rewrite("rewrite rcode a.test SERVFAIL NXDOMAIN");
        var outcome = changed.handle(query, Bench.NOTHING);
        assertThat(bench.encoded(query, outcome).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(changed.handle(query, _ -> Outcome.dropped("x")))
                .isInstanceOf(Outcome.Dropped.class);
    }

    @Test
    void aCnameRuleWhoseLookUpFailsLeavesTheAnswer() {
        var query = bench.query("a.test.", "A");
        var answer =
                rewrite("rewrite cname b.test c.test")
                        .handle(query, q -> q.reply().answer(alias("a.test.", "b.test.")).build());
        assertThat(Bench.records(bench.encoded(query, answer), Section.ANSWER))
                .containsExactly("a.test. 60 IN CNAME b.test.");
        assertThat(bench.logged().getFirst())
                .startsWith("[ERROR] plugin/rewrite: upstream lookup failed: ");
    }

    private String options(String rules, EDNSOption... options) {
        var message = Bench.message("Name.test.", "AAAA", DClass.IN);
        if (options.length > 0) {
            message.addRecord(new OPTRecord(1400, 0, 0, 0, options), Section.ADDITIONAL);
        }
        var query = bench.query(message);
        query.metadata("x/label", () -> "said");
        var seen = new StringBuilder();
        rewrite(rules)
                .handle(
                        query,
                        asked -> {
                            for (Response.Option o : asked.options()) {
                                seen.append(o.code()).append('=');
                                seen.append(HexFormat.of().formatHex(o.data())).append(' ');
                            }
                            seen.append(asked.optionsForUpstream().size());
                            return asked.reply().build();
                        });
        return seen.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "local set 0xffee abcd | 65518=61626364 1",
                "local set 65518 0x0a0B | 65518=0a0b 1",
                "local append 0xffee {qname} | 65518=4e616d652e746573742e 1",
                "local set 0xffee {qtype} | 65518=001c 1",
                "local set 0xffee {client_ip} | 65518=c0000264 1",
                "local set 0xffee {client_port} revert | 65518=9c40 1",
                "local set 0xffee {server_ip} | 65518=c0000235 1",
                "local set 0xffee {server_port} | 65518=0035 1",
                "local set 0xffee {protocol} | 65518=756470 1",
                "local set 0xffee {x/label} | 65518=73616964 1",
                "local set 0xffee {x/unsaid} | 0",
                "local replace 0xffee abcd | 0",
                "local unset 0xffee | 0",
                "nsid set | 3= 1",
                "nsid append revert | 3= 1",
                "nsid replace | 0",
                "subnet set 24 56 | 8=00011800c00002 1",
                "subnet set 20 56 | 8=00011400c00000 1",
                "subnet append 0 56 | 8=00010000 1",
            })
    void optionsArePutIntoQueriesWithout(String rule, String seen) {
        assertThat(options("rewrite edns0 " + rule)).isEqualTo(seen);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "local set 0xffee abcd | 3=01 65518=61626364 1",
                "local append 0xffee abcd | 3=01 65518=02 0",
                "local replace 0xffee abcd revert | 3=01 65518=61626364 1",
                "local unset 0xffee | 3=01 0",
                "nsid set | 3= 65518=02 1",
                "nsid unset | 65518=02 0",
                "subnet replace 24 56 | 3=01 65518=02 0",
                "subnet unset | 3=01 65518=02 0",
            })
    void optionsOfQueriesAreChanged(String rule, String seen) {
        var nsid = new GenericEDNSOption(3, new byte[] {1});
        var local = new GenericEDNSOption(0xffee, new byte[] {2});
        assertThat(options("rewrite edns0 " + rule, nsid, local)).isEqualTo(seen);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rewrite name a b { ; x ; } | \"rewrite\" takes no block",
                "rewrite { ; name ; a ; } | :2:1: plugin/rewrite: too few arguments for a name rule",
                "rewrite name regex (a b | invalid regex matching pattern \"(a\"",
                "rewrite edns0 local set 70000 x | CODE is a whole number from 0 to 65535, not \"70000\"",
                "rewrite edns0 local set 0xffee 0xabc | DATA that begins with 0x is pairs of hexadecimal digits",
                "rewrite edns0 nsid set x | \"x\" is one word too many",
                "rewrite edns0 subnet set x 5 | IPv4 bit mask length is a whole number",
                "rewrite ttl a.t 4294967296 | invalid TTL '4294967296'",
                "rewrite ttl a.t 30-10 | invalid TTL '30-10'",
                "rewrite ttl a b c d | too many arguments for a ttl rule",
                "rewrite ttl foo a 5 | ttl rule supports only exact, prefix",
                "rewrite cname foo a b | cname rule supports only exact",
            })
    void mistakesPointAtTheWord(String rules, String message) {
        assertThatThrownBy(() -> rewrite(rules.replace(" ; ", "\n"))).hasMessageContaining(message);
    }
}
