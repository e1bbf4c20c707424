package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Catalog zones (RFC 9432) that others produce for us and we for others, and transfers over TLS
/// (RFC 9103) from and to others (rows X15 and X17 of the requirements).
final class CatalogPeersTest {
    @TempDir Path folder;
    private final String dig = Tools.tool("dig", "bind9-dnsutils");
    private int ours;
    private int theirs;

    @BeforeEach
    void zones() throws Exception {
        ours = Ports.free();
        theirs = Ports.free();
        for (var name : List.of("one.test", "two.test")) {
            Files.writeString(
                    folder.resolve(name),
                    "$ORIGIN %s.\n$TTL 60\n@ SOA ns h 7 3600 600 86400 60\n@ NS ns\nns A 192.0.2.1\n"
                            .formatted(name));
        }
        Files.writeString(
                folder.resolve("catalog.zone"),
                """
                $ORIGIN catalog.test.
                $TTL 0
                @ SOA invalid. invalid. 1 60 10 86400 0
                @ NS invalid.
                version TXT "2"
                a1.zones PTR one.test.
                b2.zones PTR two.test.
                """);
    }

    private Subject.Running onoma(String corefile) throws Exception {
        return new OnomaSubject()
                .start(new Subject.Setup(folder, corefile, ours, Cluster.none(folder)));
    }

    private Peers.Running bind(String lines) throws IOException {
        var configuration =
                """
                options {
                    directory "%2$s";
                    pid-file "%2$s/named.pid";
                    session-keyfile "%2$s/session.key";
                    listen-on port %1$d { 127.0.0.1; };
                    listen-on-v6 { none; };
                    recursion no;
                    allow-transfer { any; };
                    notify no;
                %3$s
                """
                        .formatted(theirs, folder, lines);
        Files.writeString(folder.resolve("named.conf"), configuration);
        return Peers.run(
                folder, "named", "bind9", "-f", "-c", folder.resolve("named.conf").toString());
    }

    private Peers.Running knot(String lines) throws IOException {
        Files.writeString(
                folder.resolve("knot.conf"),
                """
                server:
                    listen: 127.0.0.1@%d
                    rundir: %2$s
                database:
                    storage: %2$s
                acl:
                  - id: all
                    address: 127.0.0.1
                    action: [transfer, notify]
                %3$s
                """
                        .formatted(theirs, folder, lines));
        return Peers.run(folder, "knotd", "knot", "-c", folder.resolve("knot.conf").toString());
    }

    private void expect(int port, Subject.Running onoma, Peers.Running peer, String... zones)
            throws Exception {
        for (var zone : zones) {
            var said = Peers.soaUntil(" 7 3600 ", dig, port, zone);
            assertThat(said)
                    .as("%s\nours:\n%s\ntheirs:\n%s", zone, onoma.log(), peer.log())
                    .contains(" 7 3600 ");
        }
    }

    private static final String CONSUMER =
            """
            . {
                secondary catalog.test {
                    transfer from 127.0.0.1:%d
                    catalog test
                }
            }
            """;

    private static final String PRODUCER =
            """
            . {
                transfer {
                    to *
                }
                file catalog.zone catalog.test
                file one.test one.test
                file two.test two.test
            }
            """;

    @Test
    void weTakeTheCatalogOfKnot() throws Exception {
        var zones = new StringBuilder("zone:\n  - domain: catalog.test\n");
        zones.append("    catalog-role: generate\n    acl: all\n");
        for (var name : List.of("one.test", "two.test")) {
            zones.append("  - domain: %1$s\n    file: %2$s/%1$s\n".formatted(name, folder));
            zones.append("    catalog-role: member\n    catalog-zone: catalog.test\n");
            zones.append("    acl: all\n    zonefile-sync: -1\n");
        }
        try (var peer = knot(zones.toString());
                var onoma = onoma(CONSUMER.formatted(theirs))) {
            expect(ours, onoma, peer, "one.test", "two.test");
        }
    }

    @Test
    void weTakeTheCatalogOfBind() throws Exception {
        var zones = new StringBuilder("};\ncontrols { };\n");
        zones.append("zone \"catalog.test\" { type primary; file \"catalog.zone\"; };\n");
        for (var name : List.of("one.test", "two.test")) {
            zones.append("zone \"%1$s\" { type primary; file \"%1$s\"; };\n".formatted(name));
        }
        try (var peer = bind(zones.toString());
                var onoma = onoma(CONSUMER.formatted(theirs))) {
            expect(ours, onoma, peer, "one.test", "two.test");
        }
    }

    @Test
    void knotTakesOurCatalog() throws Exception {
        var zones =
                """
                remote:
                  - id: onoma
                    address: 127.0.0.1@%d
                template:
                  - id: member
                    storage: %s
                    master: onoma
                    acl: all
                zone:
                  - domain: catalog.test
                    master: onoma
                    acl: all
                    catalog-role: interpret
                    catalog-template: member
                """
                        .formatted(ours, Files.createDirectory(folder.resolve("members")));
        try (var onoma = onoma(PRODUCER);
                var peer = knot(zones)) {
            expect(theirs, onoma, peer, "one.test", "two.test");
        }
    }

    @Test
    void bindTakesOurCatalog() throws Exception {
        var zones =
                """
                    catalog-zones {
                        zone "catalog.test" default-primaries { 127.0.0.1 port %1$d; }
                            in-memory yes min-update-interval 1;
                    };
                };
                controls { };
                zone "catalog.test" {
                    type secondary; file "got"; primaries { 127.0.0.1 port %1$d; };
                };
                """
                        .formatted(ours);
        try (var onoma = onoma(PRODUCER);
                var peer = bind(zones)) {
            expect(theirs, onoma, peer, "one.test", "two.test");
        }
    }

    @Test
    void aZoneComesFromBindOverTls() throws Exception {
        Authority.in(folder).issue("tls", "primary.example", "127.0.0.1");
        int dot = Ports.free();
        var zones =
                """
                    listen-on port %d tls here { 127.0.0.1; };
                };
                controls { };
                tls here { cert-file "tls.pem"; key-file "tls.key"; };
                zone "one.test" { type primary; file "one.test"; };
                """
                        .formatted(dot);
        var corefile =
                """
                one.test {
                    secondary {
                        transfer from 127.0.0.1:%d
                        tls ca.pem
                        tls_servername primary.example
                    }
                }
                """
                        .formatted(dot);
        try (var peer = bind(zones);
                var onoma = onoma(corefile)) {
            expect(ours, onoma, peer, "one.test");
        }
    }

    @Test
    void aZoneGoesToBindOverTls() throws Exception {
        Authority.in(folder).issue("tls", "primary.example", "127.0.0.1");
        int dot = Ports.free();
        var corefile =
                """
                dns://one.test tls://one.test:%d {
                    tls tls.pem tls.key
                    transfer {
                        to *
                    }
                    file one.test
                }
                """
                        .formatted(dot);
        var zones =
                """
                };
                controls { };
                tls there { ca-file "ca.pem"; remote-hostname "primary.example"; };
                zone "one.test" {
                    type secondary; file "got"; primaries { 127.0.0.1 port %d tls there; };
                };
                """
                        .formatted(dot);
        try (var onoma = onoma(corefile);
                var peer = bind(zones)) {
            expect(theirs, onoma, peer, "one.test");
        }
    }
}
