package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Zones that go to and come from servers of others, signed, whole and as differences (rows X08,
/// X09, X13 of the requirements).
final class PeersTest {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int NAMES = 3_000;
    private static final String KEY = "hmac-sha256:key.example:" + Peers.SECRET;
    private static final String TSIG = "tsig {\n secret key.example. " + Peers.SECRET + "\n }\n";

    @TempDir Path folder;
    private final String dig = Tools.tool("dig", "bind9-dnsutils");
    private int ours;
    private int theirs;

    @BeforeEach
    void ports() throws Exception {
        ours = Ports.free();
        theirs = Ports.free();
    }

    private Subject.Running onoma(String corefile) throws Exception {
        return new OnomaSubject()
                .start(new Subject.Setup(folder, corefile, ours, Cluster.none(folder)));
    }

    private void zone(String file, int serial) throws Exception {
        var zone = new StringBuilder("$ORIGIN peer.test.\n$TTL 300\n");
        zone.append("@ SOA ns host %d 3600 600 86400 60\n@ NS ns\n".formatted(serial));
        zone.append("ns A 192.0.2.1\n*.w MX 5 ns\nsrv SRV 1 2 3 Host1\n");
        zone.append("sub NS ns.sub\nns.sub A 192.0.2.2\n");
        for (int i = 0; i < NAMES; i++) {
            // Some names change from version to version.
            var name = i % 100 == 0 ? "v%d-host%d".formatted(serial, i) : "host" + i;
            zone.append(name).append(" TXT \"a text of %d\"\n".formatted(i));
        }
        var temporary = folder.resolve(file + ".new");
        Files.writeString(temporary, zone);
        Files.move(
                temporary,
                folder.resolve(file),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private void expectSerial(int port, int serial, Subject.Running onoma, Peers.Running peer)
            throws Exception {
        var wanted = " " + serial + " 3600 ";
        var said = Peers.soaUntil(wanted, dig, port, "peer.test");
        assertThat(said).as(onoma.log() + peer.log()).contains(wanted);
    }

    private Set<String> all(int port) throws Exception {
        var said =
                Tools.run(
                        dig,
                        "@127.0.0.1",
                        "-p",
                        "" + port,
                        "-y",
                        KEY,
                        "+tcp",
                        "+onesoa",
                        "+noall",
                        "+answer",
                        "peer.test",
                        "AXFR");
        return said.lines()
                .map(line -> line.replaceAll("\\s+", " ").toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void expectSame() throws Exception {
        var here = all(ours);
        var there = all(theirs);
        assertThat(here.size()).isGreaterThan(NAMES);
        var both = new TreeSet<>(here);
        both.retainAll(there);
        here.removeAll(both);
        there.removeAll(both);
        assertThat(here).isEmpty();
        assertThat(there).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void weAreTheirSecondary(Peers kind) throws Exception {
        zone("theirs.zone", 1);
        Files.createDirectory(folder.resolve("kept"));
        var corefile =
                """
                peer.test {
                    %s
                    transfer {
                        to *
                        key key.example.
                    }
                    secondary {
                        transfer from 127.0.0.1:%d
                        key key.example.
                        directory kept
                    }
                }
                """
                        .formatted(TSIG, theirs);
        try (var peer = kind.start(new Peers.Role(folder, theirs, ours, "peer.test", true))) {
            try (var onoma = onoma(corefile)) {
                expectSerial(ours, 1, onoma, peer);
                expectSame();
                for (int serial = 2; serial < 4; serial++) {
                    zone("theirs.zone", serial);
                    peer.reload();
                    expectSerial(ours, serial, onoma, peer); // far sooner than refresh: by NOTIFY
                    expectSame();
                }
                assertThat(onoma.log())
                        .contains("Notify from 127.0.0.1 for peer.test.")
                        .contains("differences");
            }
        }
        // The primary is gone, and so was our process: what was kept is served.
        try (var onoma = onoma(corefile)) {
            var said = Tools.run(dig, "@127.0.0.1", "-p", "" + ours, "+short", "peer.test", "SOA");
            assertThat(said).as(onoma.log()).contains(" 3 3600 ");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theyAreOurSecondary(Peers kind) throws Exception {
        zone("ours.zone", 1);
        var corefile =
                """
                peer.test {
                    %s
                    transfer {
                        to 127.0.0.1:%d
                        source 127.0.0.1
                        key key.example.
                    }
                    file ours.zone {
                        reload 1s
                    }
                }
                """
                        .formatted(TSIG, theirs);
        try (var onoma = onoma(corefile);
                var peer = kind.start(new Peers.Role(folder, theirs, ours, "peer.test", false))) {
            expectSerial(theirs, 1, onoma, peer);
            for (int serial = 2; serial < 4; serial++) {
                zone("ours.zone", serial);
                expectSerial(theirs, serial, onoma, peer);
            }
            assertThat(onoma.log())
                    .contains("Outgoing incremental transfer of zone \"peer.test.\"");
            if (kind != Peers.NSD) { // which gives nobody a zone unless told
                expectSame();
            }
        }
    }

    @Test
    void transfersComeOverTls() throws Exception {
        Authority.in(folder).issue("tls", "primary.example", "127.0.0.1");
        zone("ours.zone", 7);
        int dot = Ports.free();
        int other = Ports.free();
        var primary = Files.createDirectory(folder.resolve("primary"));
        Files.copy(folder.resolve("ours.zone"), primary.resolve("ours.zone"));
        for (var file : new String[] {"tls.pem", "tls.key"}) {
            Files.copy(folder.resolve(file), primary.resolve(file));
        }
        var theirs =
                """
                tls://peer.test:%d {
                    tls tls.pem tls.key
                    %s
                    transfer {
                        to *
                        key key.example.
                    }
                    file ours.zone
                }
                """
                        .formatted(dot, TSIG);
        var template =
                """
                peer.test {
                    %s
                    secondary {
                        transfer from 127.0.0.1:%d
                        key key.example.
                        tls %s
                        tls_servername %s
                    }
                }
                """;
        try (var _ =
                new OnomaSubject()
                        .start(new Subject.Setup(primary, theirs, other, Cluster.none(primary)))) {
            var right = template.formatted(TSIG, dot, "ca.pem", "primary.example");
            assertThat(logOf(right, "Transferred: peer.test.")).contains("Transferred: peer.test.");
            // Another name than that of the certificate.
            var wrong = template.formatted(TSIG, dot, "ca.pem", "other.example");
            assertThat(logOf(wrong, "Failed to transfer"))
                    .contains("Failed to transfer")
                    .doesNotContain("Transferred:");
        }
    }

    // What we say until a line comes.
    private String logOf(String corefile, String line) throws Exception {
        try (var onoma = onoma(corefile)) {
            long begin = System.nanoTime();
            while (!onoma.log().contains(line) && System.nanoTime() - begin < PATIENCE_NANOS) {
                Thread.onSpinWait();
            }
            return onoma.log();
        }
    }
}
