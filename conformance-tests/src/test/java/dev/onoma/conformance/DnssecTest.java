package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is signed on its way out, validated by a program of others (rows D01 to D18 of the
/// requirements), with each algorithm.
final class DnssecTest {
    private static final String ZONE =
            """
            $TTL 3600
            @ IN SOA ns h 1 7200 1800 86400 300
            @ IN NS ns
            ns IN A 127.0.0.1
            www IN A 192.0.2.1
            a.b.ent IN TXT x
            *.wild IN A 192.0.2.3
            *.walias IN CNAME www
            alias IN CNAME www
            dangling IN CNAME nothing
            insecure IN NS ns.insecure
            ns.insecure IN A 127.0.0.1
            secure IN NS ns.secure
            ns.secure IN A 127.0.0.1
            secure IN DS 12345 13 2 (
                aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa )
            dn IN DNAME ent
            """;
    private static final List<String> QUESTIONS =
            List.of(
                    "example.org SOA",
                    "example.org DNSKEY",
                    "example.org MX",
                    "www.example.org A",
                    "www.example.org MX",
                    "www.example.org DS",
                    "www.example.org NSEC",
                    "nx.example.org A",
                    "b.ent.example.org A",
                    "x.wild.example.org A",
                    "x.wild.example.org MX",
                    "x.walias.example.org A",
                    "alias.example.org A",
                    "dangling.example.org A",
                    "insecure.example.org DS",
                    "secure.example.org DS",
                    "a.b.dn.example.org TXT");

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RSASHA256",
                "RSASHA512",
                "ECDSAP256SHA256",
                "ECDSAP384SHA384",
                "ED25519",
                "ED448"
            })
    void everyAnswerValidates(String algorithm) throws Exception {
        var delv = Tools.tool("delv", "bind9-dnsutils");
        var key = key(algorithm);
        Files.writeString(folder.resolve("z"), ZONE);
        anchor(key);
        int port = Ports.free();
        var corefile = "example.org {\n dnssec {\n key file %s\n }\n file z\n}\n".formatted(key);
        try (var _ =
                new OnomaSubject()
                        .start(new Subject.Setup(folder, corefile, port, Cluster.none(folder)))) {
            for (var question : QUESTIONS) {
                var words = question.split(" ", 2);
                var said =
                        Tools.run(
                                delv,
                                "@127.0.0.1",
                                "-p",
                                "" + port,
                                "-a",
                                folder.resolve("anchor").toString(),
                                "+root=example.org",
                                words[0],
                                words[1]);
                assertThat(said).as(question).contains("fully validated");
            }
        }
    }

    /// Whoever is on the way between a validator and us exchanges an address, and passes everything
    /// else on: what we say about DS records must not make it an insecure one.
    @Test
    void aForgedAddressDoesNotPassAValidator() throws Exception {
        var unbound = Tools.tool("unbound", "unbound");
        var dig = Tools.tool("dig", "bind9-dnsutils");
        var key = key("ED25519");
        Files.writeString(folder.resolve("z"), ZONE);
        int port = Ports.free();
        int forger = Ports.free();
        int validator = Ports.free();
        var corefile =
                """
                example.org {
                    dnssec {
                        key file %s
                    }
                    file z
                }
                example.org:%d {
                    template IN A {
                        match ^www[.]
                        answer "{{ .Name }} 60 IN A 6.6.6.6"
                        fallthrough
                    }
                    forward . 127.0.0.1:%d
                }
                """
                        .formatted(key, forger, port);
        var resolver = resolver(unbound, validator, forger, key);
        try (var _ =
                new OnomaSubject()
                        .start(new Subject.Setup(folder, corefile, port, Cluster.none(folder)))) {
            Tools.awaitListening(validator);
            var good =
                    Tools.run(
                            dig,
                            "@127.0.0.1",
                            "-p",
                            "" + validator,
                            "ns.example.org",
                            "TXT",
                            "+dnssec");
            assertThat(good).containsPattern("flags:[^;]* ad");
            assertThat(Tools.run(dig, "@127.0.0.1", "-p", "" + forger, "+short", "www.example.org"))
                    .contains("6.6.6.6");
            assertThat(Tools.run(dig, "@127.0.0.1", "-p", "" + validator, "www.example.org"))
                    .contains("SERVFAIL")
                    .doesNotContain("6.6.6.6");
        } finally {
            resolver.destroy();
            resolver.waitFor();
        }
    }

    private Process resolver(String program, int validator, int forger, String key)
            throws IOException {
        Files.writeString(
                folder.resolve("unbound.conf"),
                """
                server:
                    interface: 127.0.0.1@%1$d
                    do-daemonize: no
                    username: ""
                    chroot: ""
                    directory: "%2$s"
                    pidfile: "%2$s/unbound.pid"
                    use-syslog: no
                    do-not-query-localhost: no
                    trust-anchor-file: "%2$s/%3$s.key"
                    module-config: "validator iterator"
                stub-zone:
                    name: "example.org"
                    stub-addr: 127.0.0.1@%4$d
                remote-control:
                    control-enable: no
                """
                        .formatted(validator, folder, key, forger));
        return new ProcessBuilder(program, "-c", folder.resolve("unbound.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("unbound.log").toFile())
                .start();
    }

    private String key(String algorithm) throws IOException, InterruptedException {
        var keygen = Tools.tool("dnssec-keygen", "bind9-utils");
        return Tools.run(
                        keygen,
                        "-q",
                        "-K",
                        folder.toString(),
                        "-a",
                        algorithm,
                        "-b",
                        "2048",
                        "-f",
                        "KSK",
                        "example.org")
                .strip();
    }

    private void anchor(String key) throws IOException {
        var words =
                Files.readAllLines(folder.resolve(key + ".key")).stream()
                        .filter(line -> !line.startsWith(";"))
                        .findFirst()
                        .orElseThrow()
                        .split(" ", 7);
        Files.writeString(
                folder.resolve("anchor"),
                "trust-anchors { example.org. static-key %s %s %s \"%s\"; };\n"
                        .formatted(words[3], words[4], words[5], words[6].replace(" ", "")));
    }
}
