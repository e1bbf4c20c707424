package dev.onoma.server.corefile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.CorefileWarning;
import dev.onoma.api.Location;
import dev.onoma.api.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyTest {
    private static final Location HERE = new Location("Corefile", 1, 1, 1, "", null);

    private final List<CorefileWarning> warnings = new ArrayList<>();

    private String keys(String text) {
        var problems = new Problems();
        var keys = Key.parse(new Word(text, HERE), "1053", problems, warnings::add);
        problems.throwIfAny();
        return keys.stream().map(Key::toString).collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "., dns://.:1053",
        ".:53, dns://.:53",
        "Example.ORG, dns://example.org.:1053",
        "dns://a, dns://a.:1053",
        "tls://a, tls://a.:853",
        "quic://a, quic://a.:853",
        "grpc://a, grpc://a.:443",
        "https://a, https://a.:443",
        "https3://a, https3://a.:443",
        "https://a:8443, https://a.:8443",
        "a:0015353, dns://a.:15353",
        "a:+53, dns://a.:53",
        "a:0, dns://a.:0",
        "a.org:domain, dns://a.org:domain.:1053",
        "2001:db8::1, dns://2001:db8:.:1",
        "udp://.:53, dns://udp://.:53",
        "TLS://a, dns://tls://a.:1053",
        "*.a.org, dns://*.a.org.:1053",
        "_tcp.a.org, dns://_tcp.a.org.:1053",
        "@, 'dns://\\@.:1053'",
        "a\\046b, 'dns://a\\.b.:1053'",
        "é.org, 'dns://\\195\\169.org.:1053'",
        "10.0.0.0/8, dns://10.in-addr.arpa.:1053",
        "10.1.2.3/24:54, dns://2.1.10.in-addr.arpa.:54",
        "10.0.0.0/0, dns://in-addr.arpa.:1053",
        "10.1.2.3, dns://10.1.2.3.:1053",
        "2001:db8::/32, dns://8.b.d.0.1.0.0.2.ip6.arpa.:1053",
        "10.0.0.0/33, dns://10.0.0.0/33.:1053",
    })
    void keysAreRead(String text, String expected) {
        assertThat(keys(text)).isEqualTo(expected);
    }

    @Test
    void aNetworkWithinALabelIsSeveralZones() {
        assertThat(keys("10.1.3.7/22"))
                .isEqualTo(
                        "dns://0.1.10.in-addr.arpa.:1053 dns://1.1.10.in-addr.arpa.:1053"
                                + " dns://2.1.10.in-addr.arpa.:1053 dns://3.1.10.in-addr.arpa.:1053");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 'zone is not a valid domain name: '",
        ".:, 'expecting data after last colon: \".:\"'",
        "a..b, zone is not a valid domain name: a..b",
        ".a, zone is not a valid domain name: .a",
        "::/8, invalid CIDR ::/8",
        "0::/8, invalid CIDR 0::/8",
        "a:99999, address 99999: invalid port",
        "a:-1, address -1: invalid port",
        "unix://a, there is no listener for unix://",
    })
    void badKeysAreRefused(String text, String message) {
        assertThatThrownBy(() -> keys(text))
                .hasMessageStartingWith("Corefile:1:1: " + message + "\n");
    }

    @Test
    void longZonesAreRefused() {
        assertThatThrownBy(() -> keys("a.".repeat(152)))
                .hasMessageContaining("specified zone is too long: 304 > 255");
        assertThatThrownBy(() -> keys("a".repeat(64)))
                .hasMessageContaining("zone is not a valid domain name: aaa");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2001:db8::1",
                "10.1.2.3",
                "127.0.0.1:53",
                "[::1]:53",
                "udp://.:53",
                "example.org{"
            })
    void keysThatAreHardlyMeantGetAWarning(String text) {
        keys(text);
        assertThat(warnings).hasSize(1);
    }
}
