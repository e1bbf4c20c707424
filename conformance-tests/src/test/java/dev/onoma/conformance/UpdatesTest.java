package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A zone that *nsupdate* changes, signed, and that is as it was after a start (row X19 of the
/// requirements).
final class UpdatesTest {
    private static final String SECRET = Peers.SECRET;
    private static final String KEY = "hmac-sha256:key.example:" + SECRET;

    @TempDir Path folder;
    private final String nsupdate = Tools.tool("nsupdate", "bind9-dnsutils");
    private final String dig = Tools.tool("dig", "bind9-dnsutils");
    private int port;

    @BeforeEach
    void seed() throws Exception {
        port = Ports.free();
        Files.writeString(
                folder.resolve("seed"),
                "$TTL 60\n@ IN SOA ns host 1 3600 600 86400 60\n@ IN NS ns\nns IN A 192.0.2.1\n");
    }

    private Subject.Running onoma() throws Exception {
        var corefile =
                """
                up.test {
                    tsig {
                        secret key.example. %s
                        secret txt.example. %1$s
                        require_opcode UPDATE
                    }
                    cache
                    transfer {
                        to *
                        key key.example.
                    }
                    dynupdate {
                        file seed
                        database up.db
                        allow key.example. * *
                        allow txt.example. _acme-challenge.up.test. TXT
                    }
                }
                """
                        .formatted(SECRET);
        return new OnomaSubject()
                .start(new Subject.Setup(folder, corefile, port, Cluster.none(folder)));
    }

    private String update(String key, String... lines) throws Exception {
        var script = folder.resolve("script");
        Files.writeString(
                script,
                "server 127.0.0.1 %d\nzone up.test.\n%s\nsend\n"
                        .formatted(port, String.join("\n", lines)));
        return key.isEmpty()
                ? Tools.run(nsupdate, script.toString())
                : Tools.run(nsupdate, "-y", key, script.toString());
    }

    private String answer(String name, String type) throws Exception {
        return Tools.run(dig, "@127.0.0.1", "-p", "" + port, "+short", name, type).strip();
    }

    private Stream<String> changesSince(int serial) throws Exception {
        var question = "IXFR=" + serial;
        return Tools.run(dig, "@127.0.0.1", "-p", "" + port, "-y", KEY, "up.test", question)
                .lines();
    }

    @Test
    void nsupdateChangesAZoneAndTheChangesStay() throws Exception {
        try (var _ = onoma()) {
            assertThat(answer("www.up.test", "A")).isEmpty();
            assertThat(
                            update(
                                    KEY,
                                    "prereq nxdomain www.up.test.",
                                    "add www.up.test. 60 A 192.0.2.9"))
                    .isEmpty();
            assertThat(answer("www.up.test", "A")).isEqualTo("192.0.2.9"); // despite the cache
            assertThat(
                            update(
                                    KEY,
                                    "prereq nxdomain www.up.test.",
                                    "add www.up.test. 60 A 192.0.2.8"))
                    .contains("YXDOMAIN");
            assertThat(update(KEY, "del www.up.test. A", "add www.up.test. 60 A 192.0.2.7"))
                    .isEmpty();
            assertThat(answer("www.up.test", "A")).isEqualTo("192.0.2.7");
            assertThat(answer("up.test", "SOA")).contains(" 3 3600 ");
            assertThat(changesSince(2).filter(l -> l.contains("192.0.2."))).hasSize(2);
        }
        try (var _ = onoma()) {
            assertThat(answer("www.up.test", "A")).isEqualTo("192.0.2.7");
            assertThat(answer("up.test", "SOA")).contains(" 3 3600 ");
            assertThat(changesSince(2).filter(l -> l.contains("192.0.2."))).hasSize(2);
        }
    }

    @Test
    void whoMayNotIsRefused() throws Exception {
        var add = "add www.up.test. 60 A 192.0.2.9";
        try (var _ = onoma()) {
            assertThat(update("", add)).contains("REFUSED");
            assertThat(update("hmac-sha256:txt.example:" + SECRET, add)).contains("REFUSED");
            assertThat(update("hmac-sha256:key.example:AAAA" + SECRET.substring(4), add))
                    .contains("BADSIG");
            assertThat(
                            update(
                                    "hmac-sha256:txt.example:" + SECRET,
                                    "add _acme-challenge.up.test. 60 TXT token"))
                    .isEmpty();
            assertThat(answer("_acme-challenge.up.test", "TXT")).isEqualTo("\"token\"");
            assertThat(answer("www.up.test", "A")).isEmpty();
        }
    }
}
