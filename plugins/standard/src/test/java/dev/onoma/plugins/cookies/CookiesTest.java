package dev.onoma.plugins.cookies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.plugins.cookies.ServerCookie.Worth;
import dev.onoma.server.wire.WireQuery;
import dev.onoma.testkit.Bench;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

final class CookiesTest {
    private static final String SECRET = "e5e973e5a6b2a43f48e7dc849e37bfcf";
    private static final String OTHER = "000102030405060708090a0b0c0d0e0f";
    private static final HexFormat HEX = HexFormat.of();

    @TempDir Path directory;
    private final Bench bench = new Bench(".");
    private final Next ok = query -> query.reply().build();

    private static ServerCookie cookies(String... secrets) {
        return new ServerCookie(List.of(secrets).stream().map(HEX::parseHex).toList());
    }

    private WireQuery query(String cookie) {
        var message = Bench.message("www.example.org.", "A", DClass.IN);
        var options =
                cookie.isEmpty()
                        ? List.<EDNSOption>of()
                        : List.<EDNSOption>of(new GenericEDNSOption(10, HEX.parseHex(cookie)));
        message.addRecord(new OPTRecord(1232, 0, 0, 0, options), Section.ADDITIONAL);
        return bench.query(message);
    }

    private Message answer(Handler handler, String cookie) {
        var query = query(cookie);
        return bench.encoded(query, handler.handle(query, ok));
    }

    private static String cookie(Message message) {
        return message.getOPT().getOptions(10).stream()
                .map(o -> HEX.formatHex(o.toWire()).substring(8))
                .findFirst()
                .orElse("");
    }

    /// RFC 9018, appendices A.1, A.2 and A.4, and what A.3 gives in place of a cookie with reserved
    /// bits.
    @ParameterizedTest
    @CsvSource({
        "e5e973e5a6b2a43f48e7dc849e37bfcf, 198.51.100.100, 1559731985,"
                + " 2464c4abcf10c957010000005cf79f111f8130c3eee29480",
        "e5e973e5a6b2a43f48e7dc849e37bfcf, 198.51.100.100, 1559734385,"
                + " 2464c4abcf10c957010000005cf7a871d4a564a1442aca77",
        "e5e973e5a6b2a43f48e7dc849e37bfcf, 203.0.113.203, 1559734700,"
                + " fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e",
        "dd3bdf9344b678b185a6f5cb60fca715, 2001:db8:220:1:59de:d0f4:8769:82b8, 1559741817,"
                + " 22681ab97d52c298010000005cf7c57926556bd0934c72f8",
        "445536bcd2513298075a5d379663c962, 2001:db8:220:1:59de:d0f4:8769:82b8, 1559741961,"
                + " 22681ab97d52c298010000005cf7c609a6bb79d16625507a"
    })
    void theServersPartIsThatOfTheStandard(String secret, String client, long now, String whole)
            throws IOException {
        var address = InetAddress.ofLiteral(client);
        var octets = HEX.parseHex(whole);
        var cookies = cookies(secret);
        assertThat(HEX.formatHex(cookies.make(octets, address, now))).isEqualTo(whole);
        assertThat(cookies.check(octets, address, now)).isEqualTo(Worth.FRESH);
        assertThat(cookies.check(octets, address, now + 1801)).isEqualTo(Worth.OLD);
        assertThat(cookies.check(octets, address, now + 3601)).isEqualTo(Worth.NONE);
        assertThat(cookies.check(octets, address, now - 301)).isEqualTo(Worth.NONE);
        assertThat(cookies.check(octets, InetAddress.ofLiteral("192.0.2.1"), now))
                .isEqualTo(Worth.NONE);
        assertThat(cookies(OTHER, secret).check(octets, address, now)).isEqualTo(Worth.OLD);
        assertThat(cookies(OTHER).check(octets, address, now)).isEqualTo(Worth.NONE);
    }

    @Test
    void aClientGetsACookieAndIsKnownByIt() {
        var handler = bench.setup(new Cookies(), "cookies {\n secret " + SECRET + "\n}");
        var given = cookie(answer(handler, "0102030405060708"));
        assertThat(given).hasSize(48).startsWith("0102030405060708" + "01000000");
        var query = query(given);
        assertThat(cookie(bench.encoded(query, handler.handle(query, ok)))).isEqualTo(given);
        assertThat(query.metadata("cookies/valid")).contains("true");
        assertThat(cookie(answer(handler, "0102030405060708" + "11".repeat(16)))).isEqualTo(given);
        assertThat(cookie(answer(handler, ""))).isEmpty();
        var queries = bench.metrics().counters("coredns_cookies_queries_total", "", "cookie");
        assertThat(queries.with("new").value()).isEqualTo(1);
        assertThat(queries.with("valid").value()).isEqualTo(1);
        assertThat(queries.with("invalid").value()).isEqualTo(1);
    }

    @Test
    void failuresHaveACookieToo() {
        var handler = bench.setup(new Cookies(), "cookies");
        var query = query("0102030405060708");
        var failed = Outcome.failed(new Failure.NotSynced("kubernetes"));
        var message = bench.encoded(query, handler.handle(query, _ -> failed));
        assertThat(message.getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(cookie(message)).hasSize(48);
    }

    @Test
    void whoKnowsCookiesMustShowOursIfTheCorefileSaysSo() {
        var handler = bench.setup(new Cookies(), "cookies {\n require\n}");
        var refused = answer(handler, "0102030405060708");
        assertThat(refused.getRcode()).isEqualTo(CookieHandler.BADCOOKIE);
        var again = answer(handler, cookie(refused));
        assertThat(again.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(answer(handler, "").getRcode()).isEqualTo(Rcode.NOERROR);
    }

    @Test
    void aSecretOfTheProcessStaysOverReloads() {
        var first = bench.setup(new Cookies(), "cookies");
        var second = bench.setup(new Cookies(), "cookies");
        assertThat(cookie(answer(first, "0102030405060708")))
                .isEqualTo(cookie(answer(second, "0102030405060708")));
    }

    @Test
    void secretsOfAFileAreReadAgainAndAMistakeChangesNothing() throws Exception {
        var file = directory.resolve("secrets");
        Files.writeString(file, "# shared\n" + SECRET + "\n");
        var handler = bench.start(new Cookies(), "cookies {\n secret_file " + file + "\n}");
        bench.time().advance(SecretFile.PERIOD);
        var given = cookie(answer(handler, "0102030405060708"));
        Files.writeString(file, OTHER + "\n" + SECRET + "\n");
        bench.time().advance(SecretFile.PERIOD);
        var renewed = cookie(answer(handler, given));
        assertThat(renewed).hasSize(48).isNotEqualTo(given);
        Files.writeString(file, "nonsense\n");
        bench.time().advance(SecretFile.PERIOD);
        bench.time().advance(SecretFile.PERIOD);
        assertThat(cookie(answer(handler, renewed)).substring(16, 24)).isEqualTo("01000000");
        assertThat(bench.logged())
                .anyMatch(line -> line.contains("Secrets read again from"))
                .filteredOn(line -> line.contains("the secrets stay as they are"))
                .hasSize(1);
        bench.stop();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "cookies x | \"cookies\" takes no arguments",
                "cookies {; secret abc; } | Corefile:2:9: plugin/cookies: a secret is 32 hex",
                "cookies {; secret_file nosuch; } | nosuch",
                "cookies {; foo; } | there is no property \"foo\"",
                "cookies {; require now; } | takes no arguments",
                "cookies; cookies | can only be used once",
            })
    void mistakesInACorefileArePointedAt(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new Cookies(), directive.replace(";", "\n")))
                .hasMessageContaining(message);
    }
}
