package dev.onoma.plugins.dnssec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Handler;
import dev.onoma.api.Names;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.WireSections;
import dev.onoma.server.wire.WireQuery;
import dev.onoma.testkit.Bench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

final class DnssecTest {
    static final String PUBLIC =
            "%s IN DNSKEY %d 3 13"
                    + " bzpbWWV9DVSEZWFykTmU/osLaiUqYvVmjCeMgCweJqdP4URagniOlQ4YdpU6cPtyKrkvFR4A11a6YWEdNKdH2w==\n";
    static final String SECRET =
            """
            Private-key-format: v1.3
            Algorithm: 13 (ECDSAP256SHA256)
            PrivateKey: fyWy/LgtCFFLRrW0e/BoXPyTW4nvPUKVZs9QkRZ8t7w=
            """;
    private static final String SOA =
            "example.org. 3600 SOA ns.example.org. h.example.org. 1 2 3 4 300";

    private final Bench bench = new Bench("example.org.");
    @TempDir Path directory;

    @BeforeEach
    void prepare() throws IOException {
        bench.root(directory);
        key("K", "example.org.", 257, SECRET);
    }

    private void key(String base, String owner, int flags, String secret) throws IOException {
        Files.writeString(directory.resolve(base + ".key"), PUBLIC.formatted(owner, flags));
        Files.writeString(directory.resolve(base + ".private"), secret);
    }

    private Handler dnssec() throws Exception {
        return bench.start(new Dnssec(), "dnssec {\nkey file K\n}");
    }

    private WireQuery query(String name, String type) {
        var message = Bench.message(name, type, DClass.IN);
        message.addRecord(new org.xbill.DNS.OPTRecord(1232, 0, 0, 0x8000), Section.ADDITIONAL);
        return bench.query(message);
    }

    private static Record read(String text) {
        try {
            var words = text.split(" ", 4);
            return Record.fromString(
                    Names.of(words[0]),
                    Type.value(words[2]),
                    DClass.IN,
                    Long.parseLong(words[1]),
                    words[3],
                    org.xbill.DNS.Name.root);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Outcome denied(Query query, int rcode) {
        return query.reply().authoritative().rcode(rcode).authority(read(SOA)).build();
    }

    private Message ask(Handler dnssec, String name, String type, Next next) {
        var query = query(name, type);
        var outcome = dnssec.handle(query, next).toStage().toCompletableFuture().join();
        return bench.encoded(query, outcome);
    }

    // Each set of a section has a signature, which the key verifies.
    private static void verify(Message response, int section) throws Exception {
        var key =
                (DNSKEYRecord)
                        read(
                                PUBLIC.formatted("example.org. 3600", 257)
                                        .replace(" IN ", " ")
                                        .strip());
        var signatures = new ArrayList<RRSIGRecord>();
        response.getSection(section).stream()
                .filter(RRSIGRecord.class::isInstance)
                .forEach(r -> signatures.add((RRSIGRecord) r));
        assertThat(signatures).isNotEmpty();
        for (var signature : signatures) {
            var set = new RRset();
            response.getSection(section).stream()
                    .filter(r ->
                            r.getType() == signature.getTypeCovered()
                                    && r.getName().equals(signature.getName()))
                    .forEach(set::addRR);
            DNSSEC.verify(set, signature, key, signature.getTimeSigned().plusSeconds(60));
        }
    }

    private static NSECRecord proof(Message response) {
        return response.getSection(Section.AUTHORITY).stream()
                .filter(NSECRecord.class::isInstance)
                .map(NSECRecord.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anAnswerIsSignedForThoseWhoWantIt() throws Exception {
        var dnssec = dnssec();
        Next next =
                q ->
                        q.reply()
                                .authoritative()
                                .answer(read("www.example.org. 60 A 192.0.2.1"))
                                .build();
        var signed = ask(dnssec, "www.example.org.", "A", next);
        verify(signed, Section.ANSWER);
        assertThat(signed.getSection(Section.ANSWER)).hasSize(2);
        var plain = bench.query("www.example.org.", "A");
        assertThat(bench.encoded(plain, dnssec.handle(plain, next)).getSection(Section.ANSWER))
                .hasSize(1);
    }

    @Test
    void whatIsGivenOutAgainIsFoundWithoutAThread() throws Exception {
        var dnssec = dnssec();
        var ready =
                WireSections.of(
                        Names.of("www.example.org."),
                        List.of(read("www.example.org. 60 A 192.0.2.1")),
                        List.of(),
                        List.of());
        Next next = q -> q.reply().authoritative().sections(ready).build();
        var first = ask(dnssec, "www.example.org.", "A", next);
        var query = query("WWW.example.org.", "A");
        var second = dnssec.handle(query, next);
        assertThat(second).isInstanceOf(Outcome.Reply.class);
        assertThat(bench.encoded(query, second).getSection(Section.ANSWER))
                .isEqualTo(first.getSection(Section.ANSWER));
        bench.time().advance(java.time.Duration.ofDays(7));
        assertThat(dnssec.handle(query("www.example.org.", "A"), next))
                .isInstanceOf(Outcome.Later.class);
    }

    @Test
    void aNameThatIsNotThereIsDeniedByItsOwnRecord() throws Exception {
        var signed = ask(dnssec(), "nx.example.org.", "A", q -> denied(q, Rcode.NXDOMAIN));
        assertThat(signed.getRcode()).isEqualTo(Rcode.NOERROR);
        verify(signed, Section.AUTHORITY);
        var proof = proof(signed);
        assertThat(proof.getName()).isEqualTo(Names.of("nx.example.org."));
        assertThat(proof.getTypes()).containsExactly(Type.RRSIG, Type.NSEC, Denials.NXNAME);
        assertThat(proof.getTTL()).isEqualTo(300);
    }

    @Test
    void anOrdinaryNameIsNeverProvedToBeADelegationWithoutKeys() throws Exception {
        var signed = ask(dnssec(), "www.example.org.", "DS", q -> denied(q, Rcode.NOERROR));
        verify(signed, Section.AUTHORITY);
        assertThat(proof(signed).hasType(Type.NS)).isFalse();
        assertThat(proof(signed).hasType(Type.DS)).isFalse();
        assertThat(proof(signed).hasType(Type.SOA)).isFalse();
    }

    @Test
    void aCutWithoutKeysIsProvedAtTheCut() throws Exception {
        Next next =
                q ->
                        q.type() == Type.DS
                                ? denied(q, Rcode.NOERROR)
                                : q.reply()
                                        .authority(read("sub.example.org. 60 NS ns.test."))
                                        .build();
        var referral = ask(dnssec(), "a.b.sub.example.org.", "A", next);
        assertThat(proof(referral).getName()).isEqualTo(Names.of("sub.example.org."));
        assertThat(proof(referral).getTypes()).containsExactly(Type.NS, Type.RRSIG, Type.NSEC);
        verify(referral, Section.AUTHORITY);
        var asked = ask(dnssec(), "sub.example.org.", "DS", next);
        assertThat(proof(asked).hasType(Type.NS)).isTrue();
    }

    private static Outcome address(Query query) {
        return query.reply().authoritative().answer(read(query.name() + " 60 A 192.0.2.1")).build();
    }

    // NOERROR with a signature, or SERVFAIL.
    private boolean isSigned(Handler dnssec, String name, Next next) {
        var query = query(name, "A");
        var outcome = dnssec.handle(query, next).toStage().toCompletableFuture().join();
        if (outcome instanceof Outcome.Failed(var failure)) {
            assertThat(failure.rcode()).isEqualTo(Rcode.SERVFAIL);
            assertThat(failure.edeText()).isEqualTo("too many signatures at once");
            return false;
        }
        return Stream.of(Section.ANSWER, Section.AUTHORITY)
                .flatMap(s -> bench.encoded(query, outcome).getSection(s).stream())
                .anyMatch(RRSIGRecord.class::isInstance);
    }

    private Handler dnssec(int perSecond) throws Exception {
        return bench.start(
                new Dnssec(),
                "dnssec {\nkey file K\nsignatures_per_second %d\n}".formatted(perSecond));
    }

    @Test
    void signaturesOfASecondAreLimited() throws Exception {
        var dnssec = dnssec(8);
        assertThat(isSigned(dnssec, "a.example.org.", DnssecTest::address)).isTrue();
        assertThat(isSigned(dnssec, "b.example.org.", DnssecTest::address)).isTrue();
        assertThat(isSigned(dnssec, "c.example.org.", DnssecTest::address)).isFalse();
        assertThat(isSigned(dnssec, "a.example.org.", DnssecTest::address)).isTrue();
        assertThat(bench.logged()).anyMatch(line -> line.contains("8 signatures a second"));
        bench.time().advance(java.time.Duration.ofMillis(125));
        assertThat(isSigned(dnssec, "c.example.org.", DnssecTest::address)).isTrue();
        assertThat(isSigned(dnssec, "d.example.org.", DnssecTest::address)).isFalse();
    }

    @Test
    void namesThatDoNotExistLeaveSignaturesForThoseThatDo() throws Exception {
        var dnssec = dnssec(80);
        long denied =
                IntStream.range(0, 100)
                        .filter(i ->
                                isSigned(
                                        dnssec,
                                        "nx" + i + ".example.org.",
                                        q -> denied(q, Rcode.NXDOMAIN)))
                        .count();
        assertThat(denied).isBetween(10L, 15L);
        assertThat(isSigned(dnssec, "www.example.org.", DnssecTest::address)).isTrue();
    }

    @Test
    void whatManyWaitForIsSignedOnce() throws Exception {
        var dnssec = dnssec(1);
        var outcomes =
                IntStream.range(0, 50)
                        .mapToObj(_ ->
                                dnssec.handle(query("www.example.org.", "A"), DnssecTest::address)
                                        .toStage()
                                        .toCompletableFuture())
                        .toList();
        assertThat(outcomes).allMatch(o -> o.join() instanceof Outcome.Reply);
    }

    @Test
    void signaturesOutliveAReloadWithTheSameKeys() throws Exception {
        assertThat(isSigned(dnssec(1), "www.example.org.", DnssecTest::address)).isTrue();
        assertThat(isSigned(dnssec(1), "www.example.org.", DnssecTest::address)).isTrue();
        key("K", "example.org.", 256, SECRET);
        assertThat(isSigned(dnssec(1), "www.example.org.", DnssecTest::address)).isFalse();
    }

    @Test
    void theLongestNamesHaveABoundedProof() {
        var label = "a".repeat(63) + ".";
        var name = Names.of(label.repeat(3) + "b".repeat(61) + ".");
        var next = Denials.noName(name, 60).getNext();
        assertThat(next.compareTo(name)).isPositive();
        assertThat(next.toString()).startsWith("a".repeat(62) + "b.");
    }

    // D14: what RFC 9904 has for no signing is refused; SHA-1, which CoreDNS takes, is warned of.
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 12})
    void algorithmsThatNobodyMaySignWithAreRefused(int algorithm) throws Exception {
        Files.writeString(
                directory.resolve("old.key"),
                PUBLIC.formatted("example.org.", 257).replace(" 13 ", " " + algorithm + " "));
        Files.writeString(
                directory.resolve("old.private"), SECRET.replace(": 13 ", ": " + algorithm + " "));
        assertThatThrownBy(() -> bench.start(new Dnssec(), "dnssec {\nkey file old\n}"))
                .hasMessageContaining("algorithm %d is not for signing".formatted(algorithm));
    }

    @Test
    void keysThatAreOfNoUseEndTheStart() throws Exception {
        key("other", "example.net.", 257, SECRET);
        key("wrong", "example.org.", 257, SECRET.replace("fyWy", "gyWy"));
        assertThatThrownBy(() -> bench.start(new Dnssec(), "dnssec {\nkey file other.key\n}"))
                .hasMessageContaining("can not sign any of the zones");
        bench.setup(new Dnssec(), "dnssec {\nkey file wrong\n}");
        bench.setup(new Dnssec(), "dnssec {\nkey file missing\n}");
        assertThat(bench.mistakes())
                .anyMatch(m -> m.contains("no key that signs for"))
                .anyMatch(m -> m.contains("open") && m.contains("missing.key"));
    }
}
