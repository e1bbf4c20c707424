package dev.onoma.plugins.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Names;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Transport;
import dev.onoma.format.QueryFormat;
import dev.onoma.server.wire.WireQuery;
import dev.onoma.testkit.Bench;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

final class LogPluginTest {
    private static final Next ANSWERING =
            query -> {
                var address = InetAddress.ofLiteral("192.0.2.1");
                return query.reply()
                        .authoritative()
                        .answer(new ARecord(query.name(), DClass.IN, 5, address))
                        .build();
            };
    private static final Next FAILING =
            _ -> Outcome.failed(new Failure.Other(Rcode.SERVFAIL, Ede.NONE, "broken"));
    private static final Next DROPPING = _ -> Outcome.dropped("on purpose");
    private static final Next DENYING =
            query -> {
                var name = Names.of("org.");
                return query.reply()
                        .rcode(Rcode.NXDOMAIN)
                        .authority(new SOARecord(name, 1, 60, name, name, 1, 2, 3, 4, 5))
                        .build();
            };
    private static final Next EMPTY =
            query -> DENYING.handle(query).map(response -> response.rcode(Rcode.NOERROR));
    private static final Next DELEGATING =
            query ->
                    query.reply()
                            .authority(new NSRecord(query.name(), 1, 60, Names.of("ns.")))
                            .build();

    private final Bench bench = new Bench(".");

    private String line(String directives, Next next) {
        return line(directives, next, bench.query("WWW.example.org.", "A"));
    }

    private String line(String directives, Next next, WireQuery query) {
        var log = bench.setup(new LogPlugin(), directives);
        log.handle(
                query,
                asked -> {
                    bench.time().advance(Duration.ofNanos(297_563));
                    return next.handle(asked);
                });
        var logged = bench.logged();
        return logged.isEmpty() ? "" : logged.removeFirst();
    }

    @Test
    void theDefaultFormatIsTheCommonOne() {
        var common =
                "[INFO] 192.0.2.100:40000 - 7 \"A IN www.example.org. udp 33 false 512\" NOERROR"
                        + " qr,aa,rd 49 0.000297563s";
        assertThat(line("log", ANSWERING, seven())).isEqualTo(common);
        assertThat(line("log . {common}", ANSWERING, seven())).isEqualTo(common);
        assertThat(line("log . {combined}", ANSWERING, seven())).isEqualTo(common + " \"0\"");
    }

    private WireQuery seven() {
        var message = Bench.message("WWW.example.org.", "A", DClass.IN);
        message.getHeader().setID(7);
        return bench.query(message);
    }

    @Test
    void aFailureIsLoggedAsItWillBeSent() {
        assertThat(line("log . \"{rcode} {>rflags} {rsize}\"", FAILING))
                .isEqualTo("[INFO] SERVFAIL qr,rd 33");
        assertThat(line("log . \"{rcode} {>rflags} {rsize}\"", DROPPING)).isEqualTo("[INFO] - - 0");
    }

    @Test
    void unknownAndUnbalancedBracesAreText() {
        assertThat(line("log . \"{x} {{type} {name {class} } {Type} {/a} {//}\"", ANSWERING))
                .isEqualTo("[INFO] {x} {A {name IN } {Type} {/a} {//}");
    }

    @Test
    void flagsAndExtensionsOfTheQueryAreShown() {
        var message = new Message();
        message.getHeader().setFlag(Flags.CD);
        message.addRecord(
                org.xbill.DNS.Record.newRecord(Names.of("a."), Type.value("TYPE65280"), 3),
                Section.QUESTION);
        message.addRecord(new OPTRecord(1232, 0, 0, Flags.DO), Section.ADDITIONAL);
        Next next =
                query ->
                        query.reply()
                                .truncated(true)
                                .recursionAvailable(true)
                                .authenticData(true)
                                .build();
        assertThat(
                        line(
                                "log . \"{type} {class} {>do} {>bufsize} {>rflags} {>opcode}\"",
                                next,
                                bench.query(message)))
                .isEqualTo("[INFO] TYPE65280 CH true 1232 qr,tc,ra,ad,cd 0");
    }

    @Test
    void addressesOfVersionSixStandInBracketsAndStreamsHaveNoLimit() {
        var query = bench.query("a.", "A");
        var client = new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 5353);
        var local = new InetSocketAddress(InetAddress.ofLiteral("::"), 53);
        query.from(Transport.TLS, client, local, bench.time().nanos());
        assertThat(line("log . \"{remote} {port} {local} {proto} {>bufsize}\"", ANSWERING, query))
                .isEqualTo("[INFO] [2001:db8::1] 5353 [::] tcp 65535");
    }

    @Test
    void metadataIsShownOnOneLine() {
        var query = bench.query("a.", "A");
        query.metadata("forward/upstream", () -> "192.0.2.53\n[INFO] forged");
        query.metadata("x/empty", () -> "");
        assertThat(
                        line(
                                "log . \"{/forward/upstream} {/x/none} '{/x/empty}' {/log/type}"
                                        + " {/log/class}\"",
                                ANSWERING,
                                query))
                .isEqualTo("[INFO] 192.0.2.53?[INFO] forged - '' NOERROR success");
    }

    @Test
    void theFirstRuleWhoseNameFitsDecidesAlone() {
        var rules = "log EXAMPLE.org net. {\n class denial error\n}\nlog . \"{name} {/log/class}\"";
        assertThat(line(rules, ANSWERING)).isEmpty();
        assertThat(line(rules, DENYING)).startsWith("[INFO] 192.0.2.100:40000 - ");
        assertThat(line(rules, ANSWERING, bench.query("example.com.", "A")))
                .isEqualTo("[INFO] example.com. success");
        assertThat(line("log example.net", ANSWERING)).isEmpty();
    }

    @Test
    void aFormatAloneIsForAllNames() {
        assertThat(line("log {rcode}", ANSWERING)).isEqualTo("[INFO] NOERROR");
    }

    @ParameterizedTest
    @CsvSource({
        "success, answering|delegating|bare",
        "denial, denying|empty",
        "error, failing|dropping|refusing|transfer",
    })
    void responsesHaveClasses(String wanted, String names) {
        for (var name :
                List.of(
                        "answering",
                        "delegating",
                        "bare",
                        "denying",
                        "empty",
                        "failing",
                        "dropping",
                        "refusing",
                        "transfer")) {
            var type = name.equals("transfer") ? "AXFR" : "A";
            var line =
                    line(
                            "log {\n class " + wanted + "\n}",
                            next(name),
                            bench.query("www.example.org.", type));
            assertThat(!line.isEmpty())
                    .as(name)
                    .isEqualTo(List.of(names.split("\\|")).contains(name));
        }
    }

    private static Next next(String name) {
        return switch (name) {
            case "denying" -> DENYING;
            case "empty" -> EMPTY;
            case "delegating" -> DELEGATING;
            case "failing" -> FAILING;
            case "dropping" -> DROPPING;
            case "bare" -> query -> query.reply().build();
            case "refusing" -> query -> query.reply().rcode(Rcode.REFUSED).build();
            default -> ANSWERING;
        };
    }

    @Test
    void signaturesOutOfTheirTimeAreAnErrorForThoseWhoAskForThem() {
        var message = Bench.message("www.example.org.", "A", DClass.IN);
        message.addRecord(new OPTRecord(1232, 0, 0, Flags.DO), Section.ADDITIONAL);
        assertThat(kind(message, Duration.ofDays(1), false)).isEqualTo("[INFO] NOERROR");
        assertThat(kind(message, Duration.ofDays(-1), false)).isEqualTo("[INFO] OTHERERROR");
        assertThat(kind(message, Duration.ofDays(1), true)).isEqualTo("[INFO] NOERROR");
        assertThat(kind(message, Duration.ofDays(-1), true)).isEqualTo("[INFO] OTHERERROR");
        message.removeAllRecords(Section.ADDITIONAL);
        assertThat(kind(message, Duration.ofDays(-1), true)).isEqualTo("[INFO] NOERROR");
    }

    private String kind(Message message, Duration left, boolean ready) {
        Next signed =
                query -> {
                    var now = bench.time().now();
                    var signature =
                            new RRSIGRecord(
                                    query.name(),
                                    DClass.IN,
                                    5,
                                    Type.A,
                                    8,
                                    5,
                                    now.plus(left),
                                    now.minus(Duration.ofDays(2)),
                                    1,
                                    Names.of("org."),
                                    new byte[8]);
                    return ANSWERING
                            .handle(query)
                            .map(response -> response.answer(signature))
                            .map(r -> ready ? r.sections(r.sections()) : r);
                };
        return line("log . {/log/type}", signed, bench.query(message));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "297563, 0.000297563s",
        "1000000000, 1s",
        "1500000000, 1.5s",
        "10000000000, 10s",
        "1, 0.000000001s",
    })
    void durationsAreSecondsInTheShortestDecimalForm(long nanos, String text) {
        var into = new StringBuilder("in ");
        QueryFormat.seconds(into, nanos);
        assertThat(into).hasToString("in " + text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "log {; class foo; } | Corefile:2:8: plugin/log: CLASS is one of success, denial,",
                "log {; class; } | Corefile:2:2: plugin/log: CLASS is missing after \"class\"",
                "log {; clas all; } | Corefile:2:2: plugin/log: there is no property \"clas\"",
                "log a..b | Corefile:1:5: plugin/log: NAMES are domain names, \"a..b\" is none",
            })
    void mistakesInACorefileArePointedAt(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new LogPlugin(), directive.replace(";", "\n")))
                .hasMessageContaining(message);
    }
}
