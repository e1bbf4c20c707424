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
        var keygen = Tools.tool("dnssec-keygen", "bind9-utils");
        var key =
                Tools.run(
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
