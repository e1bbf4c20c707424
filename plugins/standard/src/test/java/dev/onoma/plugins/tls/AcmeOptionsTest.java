package dev.onoma.plugins.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.CorefileException;
import dev.onoma.testkit.Bench;
import dev.onoma.testkit.Directives;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AcmeOptionsTest {
    private final Bench bench = new Bench(".");

    @TempDir private Path folder;

    private AcmeOptions read(String text) {
        bench.root(folder);
        return AcmeOptions.read(Directives.parse(text), bench);
    }

    @Test
    void domainsAreAsciiAndOnce() {
        var options =
                read(
                        "tls {\nacme DNS.example.org. *.example.org bücher.example dns.example.org\n}");
        assertThat(options.domains())
                .containsExactly("dns.example.org", "*.example.org", "xn--bcher-kva.example");
        assertThat(options.authority()).hasToString(AcmeOptions.AUTHORITY);
        assertThat(options.storage()).isEqualTo(folder.resolve(".coredns/acme"));
        assertThat(options.email()).isEmpty();
    }

    @Test
    void theSameInAnotherOrderIsTheSame() {
        assertThat(read("tls {\nacme a.example b.example\n}").key())
                .isEqualTo(read("tls {\nacme b.example a.example\n}").key())
                .isNotEqualTo(read("tls {\nacme a.example\n}").key());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "email a@b.example | ACME requires at least one domain",
                "acme | DOMAIN is missing",
                "acme 192.0.2.1 | invalid ACME domain \"192.0.2.1\"",
                "acme 2001:db8::1 | invalid ACME domain",
                "acme a.*.example | invalid ACME domain",
                "acme *. | invalid ACME domain",
                "acme a_b.example | invalid ACME domain",
                "acme a.example;acme b.example | acme",
                "acme a.example;ca foo | invalid ACME CA URL \"foo\"",
                "acme a.example;ca ftp://a.example/ | invalid ACME CA URL",
                "acme a.example;ca_root none.pem | reading ACME CA root",
                "acme a.example;resolver 192.0.2.1 | invalid ACME resolver \"192.0.2.1\"",
                "acme a.example;resolver :53 | host is empty",
                "acme a.example;resolver 192.0.2.1:0 | invalid ACME resolver port \"0\"",
                "acme a.example;mail x | there is no property",
            })
    void mistakesAreNamed(String properties, String message) {
        assertThatThrownBy(() -> read("tls {\n" + properties.replace(';', '\n') + "\n}"))
                .isInstanceOf(CorefileException.class)
                .hasMessageContaining(message.strip());
    }
}
