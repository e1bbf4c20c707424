package dev.onoma.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Name;

final class ArgumentsTest {
    private final List<CorefileWarning> warnings = new ArrayList<>();

    @Test
    void wordsAreReadFromLeftToRight() {
        var arguments = arguments("one two three four");
        assertThat(arguments.size()).isEqualTo(4);
        assertThat(arguments.peek()).hasValue("one");
        assertThat(arguments.text("A")).isEqualTo("one");
        assertThat(arguments.textOr("B", "x")).isEqualTo("two");
        assertThat(arguments.remaining()).isEqualTo(2);
        assertThat(arguments.rest()).containsExactly("three", "four");
        assertThat(arguments.textOr("E", "x")).isEqualTo("x");
        assertThat(arguments.optionalText("F")).isEmpty();
        assertThat(arguments.rest()).isEmpty();
        arguments.expectEnd();
    }

    @Test
    void mistakesAreNamedAndPointedAt() {
        refused("", a -> a.text("TTL"), "1:1", "TTL is missing after \"p\"");
        refused("", a -> a.restNotEmpty("ZONES"), "1:1", "ZONES is missing after \"p\"");
        refused(
                "a b",
                a -> a.text("X"),
                a -> a.expectEnd(),
                "1:5",
                "\"b\" is one word too many after \"a\"");
        refused("x", a -> a.number("N"), "1:3", "N is a whole number, not \"x\"");
        refused(
                "9999999999",
                a -> a.number("N"),
                "1:3",
                "N is a whole number from -2147483648 to 2147483647, not 9999999999");
        refused("0", a -> a.number("N", 1), "1:3", "N is a whole number of at least 1, not 0");
        refused(
                "9223372036854775808",
                a -> a.number("N", 1),
                "1:3",
                "N is a whole number of at least 1, not 9223372036854775808");
        refused("7", a -> a.number("N", 1, 6), "1:3", "N is a whole number from 1 to 6, not 7");
        refused("x", a -> a.bool("B"), "1:3", "B is true or false, not \"x\"");
        refused(
                "10",
                a -> a.percent("P", 10, 90),
                "1:3",
                "P is a percentage from 10% to 90%, not \"10\"");
        refused(
                "x.y",
                a -> a.seconds("TTL", 1),
                "1:3",
                "TTL is a whole number of seconds, not \"x.y\"");
        refused(
                "0",
                a -> a.secondsIfNumber("TTL", 1),
                "1:3",
                "TTL is a whole number of at least 1, not 0");
        refused(
                "5",
                a -> a.duration("T"),
                "1:3",
                "T is a duration such as 500ms, 30s or 1h30m, not \"5\": missing unit");
        refused(
                "0s",
                a -> a.duration("T", Duration.ofMillis(1)),
                "1:3",
                "T is a duration of at least 1ms, not 0s");
        refused(
                "25h",
                a -> a.durationOrSeconds("T", Duration.ofSeconds(1), Duration.ofHours(24)),
                "1:3",
                "T is a duration from 1s to 24h0m0s, not 25h0m0s");
        refused(
                "1.2.3.4",
                a -> a.cidr("NET"),
                "1:3",
                "NET is a network such as 10.0.0.0/8 or 2001:db8::/32, not \"1.2.3.4\"");
        refused(
                "localhost",
                a -> a.ipAddress("IP"),
                "1:3",
                "IP is an IP address, not \"localhost\"");
        refused(
                "localhost:53",
                a -> a.hostPort("TO", 53),
                "1:3",
                "TO must specify an IP address such as 10.0.0.1 or [::1]:53, not \"localhost:53\"");
        refused(
                "8080",
                a -> a.httpAddress("ADDRESS"),
                "1:3",
                "ADDRESS is HOST:PORT or :PORT, not \"8080\"");
        refused(
                "a(",
                a -> a.regex("REGEX"),
                "1:3",
                "REGEX is a regular expression, not \"a(\": error parsing regexp: missing closing ): `a(`");
        refused(
                "x".repeat(10001),
                a -> a.regex("REGEX"),
                "1:3",
                "REGEX: regex pattern too long: 10001 > 10000");
        refused("a..b", a -> a.name("NAME"), "1:3", "NAME is a domain name, not \"a..b\"");
        refused(
                "/no/such/file",
                a -> a.addressOrFile("TO"),
                "1:3",
                "TO is an IP address or a file of name servers, not \"/no/such/file\"");
        refused(
                "red",
                a -> a.oneOf("COLOUR", "reddish", "rod"),
                "1:3",
                "COLOUR is one of reddish, rod, not \"red\"");
    }

    @Test
    void adviceTellsWhatToWrite() {
        assertThatThrownBy(() -> arguments("5").duration("T"))
                .hasMessageEndingWith("\n  did you mean: 5s?");
        assertThatThrownBy(() -> arguments("5m").seconds("T", 1))
                .hasMessageEndingWith("\n  did you mean: 300?");
        assertThatThrownBy(() -> arguments("10").percent("P", 0, 100))
                .hasMessageEndingWith("\n  did you mean: 10%?");
        assertThatThrownBy(() -> arguments("8080").httpAddress("A"))
                .hasMessageEndingWith("\n  did you mean: :8080?");
        assertThatThrownBy(() -> arguments("::1").cidr("N"))
                .hasMessageEndingWith("\n  did you mean: ::1/128?");
        assertThatThrownBy(() -> arguments("red").oneOf("C", "rod"))
                .hasMessageEndingWith("\n  did you mean: rod?");
    }

    @Test
    void numbersAndDurationsAreRead() throws Exception {
        assertThat(arguments("+5").number("N")).isEqualTo(5);
        assertThat(arguments("").numberOr("N", 0, 9)).isEqualTo(9);
        assertThat(arguments("4294967295").longNumber("N", 0, 4294967295L)).isEqualTo(4294967295L);
        assertThat(arguments("0.5").decimal("R", 0, 1)).isEqualTo(0.5);
        assertThat(arguments("15%").percent("P", 10, 90)).isEqualTo(15);
        assertThat(arguments("T").bool("B")).isTrue();
        assertThat(arguments("30").secondsIfNumber("TTL", 1)).hasValue(Duration.ofSeconds(30));
        assertThat(arguments("example.org").secondsIfNumber("TTL", 1)).isEmpty();
        assertThat(arguments("").secondsOr("TTL", 1, Duration.ofHours(1)))
                .isEqualTo(Duration.ofHours(1));
        assertThat(arguments("90").durationOrSeconds("T", Duration.ZERO, Duration.ofHours(1)))
                .isEqualTo(Duration.ofSeconds(90));
        assertThat(arguments("fe80::1").ipAddress("IP"))
                .isEqualTo(InetAddress.ofLiteral("fe80::1"));
        assertThat(arguments("[::1]:5353").hostPort("TO", 53))
                .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("::1"), 5353));
        assertThat(arguments("10.0.0.1").hostPort("TO", 53))
                .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 53));
        assertThat(arguments(":8080").httpAddress("A"))
                .isEqualTo(new Endpoint("dns", "", "", 8080));
        assertThat(arguments("10.1.2.3").cidrOrAddress("N")).hasToString("10.1.2.3/32");
        assertThat(arguments("(?P<a>x)(?<b>y)").regex("R").matcher("zxyz").find()).isTrue();
    }

    @Test
    void zonesLoseSchemeAndPortAndNetworksAreExpanded() throws Exception {
        var block = List.of(Name.fromString("block."));
        assertThat(arguments("").zonesOr(block)).isEqualTo(block);
        assertThat(arguments("Example.ORG tls://a.b:5353 10.1.2.0/23 bad..zone").zonesOr(block))
                .map(Name::toString)
                .containsExactly(
                        "example.org.", "a.b.", "2.1.10.in-addr.arpa.", "3.1.10.in-addr.arpa.");
        assertThat(warnings)
                .map(CorefileWarning::toString)
                .containsExactly(
                        "Corefile:1:42: plugin/p: \"bad..zone\" is ignored: zone is not a valid domain name: bad..zone");
    }

    @Test
    void upstreamsAreAddressesOrAFileOfThem(@TempDir Path folder) throws Exception {
        assertThat(arguments("tls://9.9.9.9%dns.quad9.net").addressOrFile("TO"))
                .hasToString("[tls://9.9.9.9%dns.quad9.net:853]");
        assertThat(arguments("::1").addressOrFile("TO")).hasToString("[[::1]:53]");
        assertThat(arguments("dns://[::1]:5353").addressOrFile("TO")).hasToString("[[::1]:5353]");
        assertThat(arguments("https://1.1.1.1").addressOrFile("TO"))
                .hasToString("[https://1.1.1.1:443]");
        var file = folder.resolve("resolv.conf");
        Files.writeString(
                file,
                "# x\nsearch a\nnameserver 10.0.0.1\n nameserver fe80::1%eth0\nnameserver x\n");
        assertThat(arguments(file.toString()).addressOrFile("TO"))
                .hasToString("[10.0.0.1:53, [fe80::1]:53]");
        Files.writeString(file, "search a\n");
        assertThatThrownBy(() -> arguments(file.toString()).addressOrFile("TO"))
                .hasMessageContaining("no nameservers found");
    }

    @ParameterizedTest
    @CsvSource({
        "30s, 30s", "90s, 1m30s", "60s, 1m0s", "25h, 25h0m0s", "1.5s, 1.5s", "500ms, 500ms",
                "1500us, 1.5ms", "1h30m, 1h30m0s",
        "0, 0s", "-5s, -5s", "+5s, 5s", ".5s, 500ms", "5.s, 5s", "7ns, 7ns", "1m0.001s, 1m0.001s",
                "1µs, 1µs"
    })
    void durationsAreReadAndWrittenAsInGo(String text, String written) {
        assertThat(Durations.format(Durations.parse(text))).isEqualTo(written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "5",
                "1d",
                "s",
                "-",
                "1s2",
                "9999999h",
                "1 s",
                "..s",
                "s1",
                "1s-1s"
            })
    void whatIsNoDurationIsRefused(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.3.7/22, 0.1.10 1.1.10 2.1.10 3.1.10",
        "10.1.2.3/32, 3.2.1.10",
        "10.0.0.0/8, 10",
        "172.16.0.0/15, 16.172 17.172",
    })
    void networksBecomeReverseZones(String network, String zones) {
        assertThat(Cidr.parse(network).orElseThrow().reverseZones())
                .map(zone -> zone.toString().replace(".in-addr.arpa.", ""))
                .containsExactly(zones.split(" "));
    }

    @Test
    void networksOfAnyLengthBecomeReverseZones() {
        assertThat(reverse("10.1.2.0/25"))
                .hasSize(128)
                .startsWith("0.2.1.10.in-addr.arpa.")
                .endsWith("127.2.1.10.in-addr.arpa.");
        assertThat(reverse("16.0.0.0/4"))
                .hasSize(16)
                .startsWith("16.in-addr.arpa.")
                .endsWith("31.in-addr.arpa.");
        assertThat(reverse("1.2.3.4/0")).containsExactly("in-addr.arpa.");
        assertThat(reverse("2001:db8::/33"))
                .hasSize(8)
                .startsWith("0.8.b.d.0.1.0.0.2.ip6.arpa.")
                .endsWith("7.8.b.d.0.1.0.0.2.ip6.arpa.");
        assertThat(reverse("2001:db8::/32")).containsExactly("8.b.d.0.1.0.0.2.ip6.arpa.");
    }

    private static List<String> reverse(String network) {
        return Cidr.parse(network).orElseThrow().reverseZones().stream()
                .map(Name::toString)
                .toList();
    }

    @Test
    void aNetworkContainsItsAddressesOnly() {
        var network = Cidr.parse("10.1.2.128/25").orElseThrow();
        assertThat(network.contains(InetAddress.ofLiteral("10.1.2.200"))).isTrue();
        assertThat(network.contains(InetAddress.ofLiteral("10.1.2.127"))).isFalse();
        assertThat(network.contains(InetAddress.ofLiteral("::1"))).isFalse();
        assertThat(Cidr.parse("::ffff:10.0.0.0/104").orElseThrow()).hasToString("10.0.0.0/8");
        assertThat(Cidr.parse("10.0.0.0/33")).isEmpty();
        assertThat(Cidr.parse("10.0.0/8")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.2.3",
                "01.2.3.4",
                "1.2.3.4.5",
                "256.1.1.1",
                "1.2.3.4.",
                "0x7f000001",
                "127.1",
                "[::1]",
                ":::",
                "a:b",
                "fe80::1%nosuch0",
                ""
            })
    void whatIsNoAddressIsRefused(String text) {
        assertThat(Addresses.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a{100}){11}",
                "((a{10}){10}){11}",
                "a{1001}",
                "(?:x|(a{50}b)){3,50}",
                "[]{}](a{40}){30}"
            })
    void expressionsThatRepeatTooOftenAreRefused(String text) {
        assertThatThrownBy(() -> Regexes.compile(text)).hasMessageContaining("invalid repeat");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a{100}){10}",
                "a{1000}b{1000}",
                "\\Q(a{2000}\\E",
                "[a{2000}]",
                "a{,2000}",
                "x{2,}y",
                "[[:alpha:]{]"
            })
    void otherExpressionsAreNot(String text) {
        assertThat(Regexes.compile(text)).isNotNull();
    }

    private Arguments arguments(String words) {
        return Directive.of(DirectiveTest.line(1, "p " + words), warnings::add).arguments("...");
    }

    private void refused(String words, Consumer<Arguments> read, String place, String message) {
        refused(words, _ -> {}, read, place, message);
    }

    private void refused(
            String words,
            Consumer<Arguments> before,
            Consumer<Arguments> read,
            String place,
            String message) {
        var arguments = arguments(words);
        before.accept(arguments);
        assertThatThrownBy(() -> read.accept(arguments))
                .isInstanceOf(CorefileException.class)
                .hasMessageStartingWith("Corefile:" + place + ": plugin/p: " + message + "\n");
    }
}
