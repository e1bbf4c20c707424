package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Zones signed as a whole, checked by programs of others.
final class SignTest {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    @TempDir Path folder;

    private final String keygen = Tools.tool("dnssec-keygen", "bind9-utils");
    private final String verify = Tools.tool("dnssec-verify", "bind9-utils");
    private final String ldns = Tools.tool("ldns-verify-zone", "ldnsutils");
    private final String checkzone = Tools.tool("kzonecheck", "knot-dnssecutils");
    private final String dig = Tools.tool("dig", "bind9-dnsutils");

    private String key(String zone, String... options) throws IOException, InterruptedException {
        var command = new java.util.ArrayList<String>();
        command.add(keygen);
        command.addAll(java.util.List.of("-q", "-K", folder.toString(), "-a", "ECDSAP256SHA256"));
        command.addAll(java.util.List.of(options));
        command.add(zone);
        return Tools.run(command.toArray(String[]::new)).strip();
    }

    // Asks until the signed zone is served.
    private void await(int port, String zone) throws Exception {
        long begun = System.nanoTime();
        String said;
        do {
            said = Tools.run(dig, "@127.0.0.1", "-p", "" + port, "+dnssec", "+short", zone, "SOA");
        } while (!said.contains("SOA 13") && System.nanoTime() - begun < PATIENCE_NANOS);
        assertThat(said).contains("SOA 13");
    }

    /// @param keys which keys sign what: `-x` where keys for keys do nothing else, `-z` where each
    ///   signs everything
    private void check(String zone, String keys) throws IOException, InterruptedException {
        var file = folder.resolve("out/db." + zone + ".signed").toString();
        assertThat(Tools.run(verify, keys, "-o", zone, file)).contains("Zone fully signed");
        assertThat(Tools.run(ldns, file)).contains("Zone is verified and complete");
    }

    private Subject.Running onoma(String corefile, int port) throws Exception {
        return new OnomaSubject()
                .start(new Subject.Setup(folder, corefile, port, Cluster.none(folder)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zonemd",
                "nsec3\nzonemd sha384 sha512",
                "nsec3 iterations 3 salt abcdef\nzonemd"
            })
    void aZoneOfHardCasesIsSignedByKeysForKeysAndOthers(String options) throws Exception {
        try (var in = getClass().getResourceAsStream("hard.zone")) {
            Files.write(folder.resolve("hard.zone"), in.readAllBytes());
        }
        int port = Ports.free();
        key("hard.test", "-f", "KSK");
        key("hard.test");
        var corefile =
                """
                hard.test {
                    sign hard.zone {
                        key directory .
                        directory out
                        %s
                    }
                    file out/db.hard.test.signed {
                        reload 100ms
                        zonemd required
                    }
                }
                """
                        .formatted(options);
        try (var _ = onoma(corefile, port)) {
            await(port, "hard.test");
            check("hard.test", "-x");
            // The digest is there, and right.
            var file = folder.resolve("out/db.hard.test.signed").toString();
            assertThat(Tools.run(checkzone, "-d", "on", "-o", "hard.test", file)).isEmpty();
            assertThat(Tools.run(ldns, "-ZZ", file)).contains("Zone is verified and complete");
        }
    }

    @Test
    void severalZonesOfOneDirectiveHaveTheirOwnKeys() throws Exception {
        Files.writeString(
                folder.resolve("z"),
                "$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\nwww CNAME ns\n");
        int port = Ports.free();
        var corefile =
                """
                test {
                    sign z one.test two.test {
                        key file %s
                        directory out
                    }
                    file out/db.one.test.signed one.test {
                        reload 100ms
                    }
                    file out/db.two.test.signed two.test {
                        reload 100ms
                    }
                }
                """
                        .formatted(key("test", "-f", "KSK"));
        try (var _ = onoma(corefile, port)) {
            await(port, "one.test");
            await(port, "two.test");
            check("one.test", "-z");
            check("two.test", "-z");
        }
    }
}
