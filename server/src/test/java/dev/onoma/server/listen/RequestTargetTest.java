package dev.onoma.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.AsciiString;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestTargetTest {
    private static final String PATH = "/dns-query";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/dns-query",
                "/dns-query?",
                "/dns-query?dns=AAAA",
                "/dns%2Dquery?dns=AAAA",
                "/dns%2dquery",
                "https://dns.example/dns-query?dns=AAAA",
                "HTTP://dns.example:8443/dns-query"
            })
    void thesePathsAreTheSame(String target) {
        assertThat(RequestTarget.isFor(PATH, target)).isTrue();
        assertThat(RequestTarget.isFor(PATH, new AsciiString(target))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "/",
                "/dns-quer",
                "/dns-query/",
                "/dns-queries",
                "/dns-query#dns=AAAA",
                "/dns%2Fquery",
                "/dns%2",
                "/dns%zzquery",
                "//dns-query",
                "/./dns-query",
                "dns-query",
                "https://dns.example",
                "https://dns.example?/dns-query",
                "ftp://dns.example/dns-query"
            })
    void theseAreOthers(String target) {
        assertThat(RequestTarget.isFor(PATH, target)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/dns-query?dns=AAAB, AAAB",
        "/dns-query?a=b&dns=AAAB&c, AAAB",
        "/dns-query?d%6Es=A%41AB, AAAB",
        "https://dns.example/dns-query?dns=AAAB, AAAB",
        "/dns-query?dns, ''",
        "/dns-query?dns=, ''",
        "/dns-query?dns=a=b, a=b",
        "/dns-query,",
        "/dns-query?,",
        "/dns-query?DNS=AAAB,",
        "/dns-query?dnssec=AAAB,",
        "/dns-query?dns=AAAB&dns=AAAB,",
        "/dns-query?dns&dns=AAAB,",
        "/dns-query?dns=AA%4,",
        "/dns-query?dns=AA%,"
    })
    void aParameterIsThereExactlyOnce(String target, String value) {
        assertThat(RequestTarget.parameter(target, "dns")).isEqualTo(value);
        var octets = RequestTarget.parameter(new AsciiString(target), "dns");
        assertThat(octets == null ? null : octets.toString()).isEqualTo(value);
    }
}
