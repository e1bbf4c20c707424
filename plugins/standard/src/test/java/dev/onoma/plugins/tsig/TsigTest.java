package dev.onoma.plugins.tsig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.CorefileException;
import dev.onoma.api.Handler;
import dev.onoma.api.Outcome;
import dev.onoma.testkit.Bench;
import dev.onoma.tsig.TsigKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TSIGRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/// RFC 8945, judged by dnsjava's side of it.
final class TsigTest {
    private static final String SECRET = "NoTCJU+DMqFWywaPyxSijrDEA/eC3nK0xi3AMEZuPVk=";
    private static final Name NAME = Name.fromConstantString("www.example.org.");

    private final Bench bench = new Bench("example.org.");

    @TempDir Path folder;

    private Handler tsig(String lines) {
        return bench.setup(new Tsig(), lines.replace(";;", "\n"));
    }

    private Handler tsig() {
        return tsig("tsig {;; secret Key.Example. " + SECRET + ";; require AXFR;; }");
    }

    private TSIG theirs(String algorithm, String secret, Instant now) {
        return new TSIG(
                Name.fromConstantString(algorithm + "."),
                Name.fromConstantString("key.example."),
                new SecretKeySpec(Base64.getDecoder().decode(secret), algorithm),
                Clock.fixed(now, ZoneOffset.UTC));
    }

    private Message query() {
        return Bench.message("www.example.org.", "A", DClass.IN);
    }

    private Message asked(Handler handler, Message query) {
        var asked = bench.query(query);
        return bench.encoded(
                asked, handler.handle(asked, q -> q.reply().rcode(Rcode.NXDOMAIN).build()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"})
    void aSignedQueryGetsASignedAnswer(String algorithm) {
        var tsig = theirs(algorithm, SECRET, bench.time().now());
        var query = query();
        query.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
        tsig.apply(query, null);
        var answer = asked(tsig(), query);
        assertThat(answer.getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(answer.getSection(Section.ADDITIONAL).getLast()).isInstanceOf(TSIGRecord.class);
        assertThat(tsig.verify(answer, answer.toWire(), query.getTSIG())).isEqualTo(Rcode.NOERROR);
    }

    @Test
    void whatIsNotSignedGoesOnUnlessItHasToBe() {
        assertThat(asked(tsig(), query()).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(asked(tsig(), query()).getTSIG()).isNull();
        var transfer = Bench.message("example.org.", "AXFR", DClass.IN);
        assertThat(asked(tsig(), transfer).getRcode()).isEqualTo(Rcode.REFUSED);
        var elsewhere = Bench.message("example.net.", "AXFR", DClass.IN);
        assertThat(asked(tsig(), elsewhere).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    private Message refused(Message query, int error) {
        var answer = asked(tsig(), query);
        assertThat(answer.getRcode()).isEqualTo(Rcode.NOTAUTH);
        assertThat(answer.getTSIG().getError()).isEqualTo(error);
        return answer;
    }

    @Test
    void anUnknownKeyIsRefusedWithoutASignature() {
        var query = query();
        new TSIG(TSIG.HMAC_SHA256, "other.example.", SECRET).apply(query, null);
        var answer = refused(query, Rcode.BADKEY);
        assertThat(answer.getTSIG().getSignature()).isEmpty();
        assertThat(answer.getTSIG().getTimeSigned()).isEqualTo(bench.time().now());
    }

    @Test
    void anUnknownAlgorithmIsAnUnknownKey() {
        var query = query();
        new TSIG(TSIG.HMAC_MD5, "key.example.", SECRET).apply(query, null);
        refused(query, Rcode.BADKEY);
    }

    @Test
    void aForgedSignatureIsRefusedWithoutOne() {
        var query = query();
        theirs("hmac-sha256", "AAAA" + SECRET.substring(4), bench.time().now()).apply(query, null);
        assertThat(refused(query, Rcode.BADSIG).getTSIG().getSignature()).isEmpty();
    }

    @Test
    void aChangedMessageIsRefused() {
        var query = query();
        theirs("hmac-sha256", SECRET, bench.time().now()).apply(query, null);
        var wire = query.toWire();
        wire[13] ^= 1; // another name
        var asked = bench.query(query());
        System.arraycopy(wire, 0, asked.buffer(wire.length), 0, wire.length);
        asked.read(wire.length);
        var answer = bench.encoded(asked, tsig().handle(asked, Bench.NOTHING));
        assertThat(answer.getRcode()).isEqualTo(Rcode.NOTAUTH);
        assertThat(answer.getTSIG().getError()).isEqualTo(Rcode.BADSIG);
    }

    @ParameterizedTest
    @CsvSource({"-301, true", "-300, false", "300, false", "301, true"})
    void theTimeMayBeOffByTheFudge(int seconds, boolean isRefused) {
        var now = bench.time().now();
        var tsig = theirs("hmac-sha256", SECRET, now.plusSeconds(seconds));
        var query = query();
        tsig.apply(query, null);
        if (!isRefused) {
            assertThat(asked(tsig(), query).getRcode()).isEqualTo(Rcode.NXDOMAIN);
            return;
        }
        var answer = refused(query, Rcode.BADTIME);
        var record = answer.getTSIG();
        // Their time and ours, signed, so that a client can believe it.
        assertThat(record.getTimeSigned()).isEqualTo(now.plusSeconds(seconds));
        assertThat(new java.math.BigInteger(1, record.getOther()).longValue())
                .isEqualTo(now.getEpochSecond());
        assertThat(record.getSignature()).hasSize(32);
        assertThat(tsig.verify(answer, answer.toWire(), query.getTSIG()))
                .isNotEqualTo(Rcode.BADSIG);
    }

    @ParameterizedTest
    @CsvSource({"16, 9, 22", "31, 9, 22", "15, 1, 0", "9, 1, 0", "33, 1, 0", "0, 9, 16"})
    void aTruncatedSignatureIsRefused(int octets, int rcode, int error) {
        var query = query();
        theirs("hmac-sha256", SECRET, bench.time().now()).apply(query, null);
        var whole = query.getTSIG();
        query.removeRecord(whole, Section.ADDITIONAL);
        query.addRecord(
                new TSIGRecord(
                        whole.getName(),
                        DClass.ANY,
                        0,
                        whole.getAlgorithm(),
                        whole.getTimeSigned(),
                        whole.getFudge(),
                        java.util.Arrays.copyOf(whole.getSignature(), octets),
                        whole.getOriginalID(),
                        0,
                        null),
                Section.ADDITIONAL);
        var answer = asked(tsig(), query);
        assertThat(answer.getRcode()).isEqualTo(rcode);
        if (error != 0) {
            assertThat(answer.getTSIG().getError()).isEqualTo(error);
        } else {
            assertThat(answer.getTSIG()).isNull();
        }
    }

    @Test
    void anAnswerThatIsCutLeavesRoomForItsSignature() {
        var tsig = theirs("hmac-sha512", SECRET, bench.time().now());
        var query = query();
        tsig.apply(query, null);
        var asked = bench.query(query);
        var outcome =
                tsig().handle(
                                asked,
                                q -> {
                                    var reply = q.reply();
                                    for (int i = 0; i < 40; i++) {
                                        reply.answer(
                                                new TXTRecord(NAME, DClass.IN, 5, "text " + i));
                                    }
                                    return reply.build();
                                });
        var answer = bench.encoded(asked, outcome);
        var wire = answer.toWire();
        assertThat(wire.length).isLessThanOrEqualTo(512);
        assertThat(answer.getHeader().getFlag(org.xbill.DNS.Flags.TC)).isTrue();
        assertThat(answer.getSection(Section.ANSWER)).hasSizeBetween(10, 20);
        assertThat(tsig.verify(answer, wire, query.getTSIG())).isEqualTo(Rcode.NOERROR);
    }

    @Test
    void lookUpsForASignedQueryNeedNoSignature() {
        var handler = tsig("tsig {;; secret key.example. " + SECRET + ";; require all;; }");
        var query = query();
        theirs("hmac-sha256", SECRET, bench.time().now()).apply(query, null);
        var asked = bench.query(query);
        var outcome =
                handler.handle(
                        asked,
                        q -> {
                            var inner = q.asking(NAME, Type.TXT, DClass.IN);
                            return handler.handle(
                                    inner, i -> i.reply().rcode(Rcode.NXDOMAIN).build());
                        });
        assertThat(((Outcome.Reply) outcome).response().rcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(asked(handler, query()).getRcode()).isEqualTo(Rcode.REFUSED);
    }

    @Test
    void resultsAreCountedAndLogged() {
        var query = query();
        new TSIG(TSIG.HMAC_SHA256, "other.example.", SECRET).apply(query, null);
        asked(tsig(), query);
        assertThat(
                        bench.metrics()
                                .registry()
                                .getSampleValue(
                                        "onoma_tsig_requests_total",
                                        new String[] {"server", "result"},
                                        new String[] {"", "BADKEY"}))
                .isEqualTo(1);
        assertThat(bench.logged()).contains("[DEBUG] plugin/tsig: TSIG validation failed: BADKEY");
    }

    @Test
    void keysAreReadFromAFile() throws Exception {
        Files.writeString(
                folder.resolve("keys"),
                """
                // what tsig-keygen writes
                key "one.example" {
                \talgorithm hmac-sha512;
                \tsecret "%1$s";
                };
                /* and what
                   people write */ key two.example. { secret "%1$s"; } # end
                """
                        .formatted(SECRET));
        bench.root(folder);
        tsig("tsig {;; secrets keys;; secret three.example %s;; }".formatted(SECRET));
        var keys = bench.setting(TsigKeys.class).orElseThrow();
        assertThat(keys.count()).isEqualTo(3);
        var one = keys.key(Name.fromConstantString("ONE.example.")).orElseThrow();
        assertThat(one.algorithm()).hasToString("hmac-sha512");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tsig {;; secret a;; } | SECRET",
                "tsig {;; secret a b c;; } | not base64",
                "tsig {;; secret a AAAA;; secret A. AAAA;; } | key \"a.\" redefined",
                "tsig {;; secrets nowhere;; } | cannot be read",
                "tsig {;; require;; } | QTYPE",
                "tsig {;; require NOSUCH;; } | unknown query type \"NOSUCH\"",
                "tsig {;; require_opcode NOSUCH;; } | unknown opcode \"NOSUCH\"",
                "tsig {;; key a;; } | there is no property \"key\"",
            })
    void mistakesAreReported(String lines, String message) {
        assertThatThrownBy(() -> tsig(lines))
                .isInstanceOf(CorefileException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "key a { secret }; | line 1: a value was expected",
                "key a { secret \"AAAA\" }; | line 1: ; was expected",
                "key a { algorithm hmac-sha256; }; | the key a has no secret",
                "key a { secret \"AAAA\"; | algorithm or secret was expected where the file ends",
                "lock a { }; | line 1: key was expected, not \"lock\"",
                "key a { secret \"!\"; }; | not base64",
            })
    void mistakesInFilesSayWhereTheyAre(String text, String message) {
        assertThatThrownBy(() -> KeyFile.read(text)).hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "key a { secret Zm9v QmFy; };",
                "key a { secret Zm9v } QmFy;",
                "key a { Zm9v QmFy; };",
                "Zm9v QmFy",
            })
    void mistakesInFilesShowNoPartOfASecret(String text) {
        assertThatThrownBy(() -> KeyFile.read(text))
                .hasMessageStartingWith("line 1: ")
                .hasMessageNotContainingAny("Zm9v", "QmFy");
    }

    @Test
    void aLaterLineReplacesAnEarlierOneUnlessThatSaysAll() {
        var secret = "secret key.example. " + SECRET;
        var none = tsig("tsig {;; " + secret + ";; require A AXFR;; require none;; }");
        assertThat(asked(none, query()).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        var all = tsig("tsig {;; " + secret + ";; require all;; require none;; }");
        assertThat(asked(all, query()).getRcode()).isEqualTo(Rcode.REFUSED);
        var opcode = tsig("tsig {;; " + secret + ";; require_opcode QUERY;; }");
        assertThat(asked(opcode, query()).getRcode()).isEqualTo(Rcode.REFUSED);
    }

    @Test
    void replayIsPossibleOnlyWithinTheFudge() {
        var query = query();
        theirs("hmac-sha256", SECRET, bench.time().now()).apply(query, null);
        assertThat(asked(tsig(), query).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        bench.time().advance(Duration.ofSeconds(301));
        refused(query, Rcode.BADTIME);
    }
}
