package dev.onoma.plugins.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.CorefileException;
import dev.onoma.api.ServerTls;
import dev.onoma.api.ServerTls.ClientAuth;
import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Bench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsPluginTest {
    private final Bench bench = new Bench("example.org.");

    @TempDir private Path folder;
    private Authority authority;

    @BeforeEach
    void files() {
        bench.root(folder);
        authority = Authority.in(folder);
        authority.issue("tls", "dns.example");
    }

    private ServerTls tls() {
        return bench.setting(ServerTls.class).orElseThrow();
    }

    @Test
    void clientsAreNotAskedUnlessTheDirectiveSaysSo() {
        bench.setup(new TlsPlugin(), "tls tls.pem tls.key");
        assertThat(tls().clientAuth()).isEqualTo(ClientAuth.NOCERT);
        assertThat(tls().authorities()).isEmpty();
        bench.setup(
                new TlsPlugin(), "tls tls.pem tls.key ca.pem {\nclient_auth require_and_verify\n}");
        assertThat(tls().clientAuth()).isEqualTo(ClientAuth.REQUIRE_AND_VERIFY);
        assertThat(tls().authorities()).hasSize(1);
    }

    @Test
    void newFilesAreFollowedAndBrokenOnesAreToldOnce() throws Exception {
        bench.start(new TlsPlugin(), "tls tls.pem tls.key");
        var first = tls().identity().get();
        Files.writeString(folder.resolve("tls.key"), "nothing");
        bench.time().advance(Duration.ofSeconds(15));
        assertThat(tls().identity().get()).isSameAs(first);
        assertThat(bench.logged())
                .containsExactly(
                        "[WARNING] plugin/tls: The last certificate stays: could not load TLS cert:"
                                + " there is no private key in the file that should hold one");
        authority.issue("tls", "dns.example");
        bench.time().advance(Duration.ofSeconds(5));
        assertThat(tls().identity().get().key()).isNotEqualTo(first.key());
        assertThat(bench.logged()).last().asString().contains("tls.pem was read again");
    }

    @Test
    void aLaterDirectiveReplacesAnEarlierOneWithAWarning() {
        authority.issue("other", "other.example");
        bench.setup(new TlsPlugin(), "tls tls.pem tls.key\ntls other.pem other.key");
        assertThat(tls().identity().get().chain().getFirst().getSubjectX500Principal().getName())
                .isEqualTo("CN=other.example");
        assertThat(bench.warnings()).hasSize(1);
    }

    @Test
    void aKeyLogIsOpenedWhenTheServerStarts() {
        bench.setup(new TlsPlugin(), "tls tls.pem tls.key {\nkeylog keys.txt\n}");
        assertThat(bench.setting(ServerTls.class).orElseThrow().keyLog()).isPresent();
        assertThat(folder.resolve("keys.txt")).doesNotExist();
        assertThat(folder.resolve("keys.txt")).doesNotExist();
    }

    @Test
    void mistakesAreNamed() {
        refused("tls", "ACME requires at least one domain: write tls CERT KEY");
        refused("tls tls.pem", "KEY is missing after \"tls.pem\"");
        refused("tls a b c d", "\"d\" is one word too many");
        refused("tls nosuch.pem tls.key", "could not load TLS cert: open ");
        refused("tls tls.pem tls.key nosuch.pem", "error reading ");
        refused("tls tls.pem tls.key tls.key", "could not read root certs: ");
        refused("tls tls.pem tls.key {\nclient_auth maybe\n}", "MODE is one of nocert, request");
        refused("tls tls.pem tls.key {\nclient_atuh request\n}", "there is no property");
    }

    private void refused(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new TlsPlugin(), directive))
                .isInstanceOf(CorefileException.class)
                .hasMessageContaining(message);
    }
}
