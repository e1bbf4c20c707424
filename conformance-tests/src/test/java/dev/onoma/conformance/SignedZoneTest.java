package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A zone that others signed, served by *file* and asked by a validator: what does not validate
/// when CoreDNS serves it (wildcards without the type, aliases at wildcards, names that follow
/// glue, empty non-terminals), and the rest.
final class SignedZoneTest {
    private static final String ZONE =
            """
            $ORIGIN example.org.
            $TTL 3600
            @ IN SOA ns h 1 7200 1800 86400 300
            @ IN NS ns
            ns IN A 127.0.0.1
            www IN A 192.0.2.1
            a.b.ent IN TXT x
            *.wild IN A 192.0.2.3
            *.walias IN CNAME www
            x.*.wempty IN TXT x
            toabsent IN CNAME z.sub2
            sub IN NS zz.sub
            zz.sub IN A 192.0.2.53
            """;
    private static final List<String> QUESTIONS =
            List.of(
                    "example.org SOA",
                    "www.example.org A",
                    "www.example.org MX",
                    "x.wild.example.org A",
                    "x.wild.example.org MX", // wildcard without the type
                    "x.walias.example.org A", // alias at a wildcard
                    "x.walias.example.org MX",
                    "sub0.example.org A", // follows glue in canonical order
                    "sub2.example.org A",
                    "toabsent.example.org A",
                    "b.ent.example.org A", // empty non-terminals
                    "ent.example.org A",
                    "z.ent.example.org A",
                    "y.wempty.example.org TXT", // wildcard that is one
                    "sub.example.org DS");

    @TempDir Path folder;

    @ParameterizedTest
    // With opt-out, answers of wildcards are insecure (RFC 5155, section 9.2).
    @ValueSource(strings = {"", "-n"})
    void everyAnswerOfASignedZoneValidates(String options) throws Exception {
        var delv = Tools.tool("delv", "bind9-dnsutils");
        Files.writeString(folder.resolve("plain"), ZONE);
        var keygen = Tools.tool("ldns-keygen", "ldnsutils");
        var signzone = Tools.tool("ldns-signzone", "ldnsutils");
        var script =
                "cd '%s' && key=$(%s -a ECDSAP256SHA256 -k example.org) && %s -f z %s plain $key && cat $key.key"
                        .formatted(folder, keygen, signzone, options);
        var words = Tools.run("sh", "-c", script).strip().split("\\s+");
        var published = String.join("", List.of(words).subList(6, words.length)).split(";", 2)[0];
        Files.writeString(
                folder.resolve("anchor"),
                "trust-anchors {\n example.org. static-key 257 3 13 \"%s\";\n};\n"
                        .formatted(published));
        int port = Ports.free();
        var setup =
                new Subject.Setup(
                        folder, "example.org {\n file z\n}\n", port, Cluster.none(folder));
        try (var _ = new OnomaSubject().start(setup)) {
            for (var question : QUESTIONS) {
                var command =
                        new ArrayList<>(
                                List.of(
                                        delv,
                                        "@127.0.0.1",
                                        "-p",
                                        "" + port,
                                        "-a",
                                        folder.resolve("anchor").toString(),
                                        "+root=example.org"));
                command.addAll(List.of(question.split(" ")));
                assertThat(Tools.run(command.toArray(String[]::new)))
                        .as(question)
                        .contains("fully validated");
            }
        }
    }
}
