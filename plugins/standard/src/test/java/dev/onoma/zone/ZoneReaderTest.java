package dev.onoma.zone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// RFC 1035, section 5: master files.
final class ZoneReaderTest {
    private static final String HEAD =
            """
            $TTL 300
            @ IN SOA ns hostmaster 7 7200 1800 86400 60
            @ IN NS ns
            """;

    @TempDir Path folder;

    private static ZoneData read(String text) throws IOException, ZoneException {
        var builder = new ZoneBuilder(Names.of("example.org."));
        var reader = new ZoneReader(builder);
        reader.read(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)),
                Path.of("zone"));
        return builder.build("zone");
    }

    private static List<String> ask(ZoneData zone, String name, int type) {
        var question = Names.of(name);
        var answer = new ZoneAnswers(zone).answer(NameKey.of(question), type, false);
        return answer.sections().records(question, Section.ANSWER).stream()
                .map(ZoneReaderTest::text)
                .toList();
    }

    private static String text(Record record) {
        return record.toString().replaceAll("\\s+", " ");
    }

    @Test
    void ownersTtlsAndClassesMayBeLeftOut() throws Exception {
        var zone =
                read(
                        HEAD
                                + """
                                a      A 192.0.2.1
                                    60 A 192.0.2.2
                                b IN 1h30m A 192.0.2.3
                                c 1d IN A 192.0.2.4 ; a comment
                                d ( A
                                    192.0.2.5 )
                                """);
        assertThat(ask(zone, "a.example.org.", Type.A))
                .containsExactly(
                        "a.example.org. 60 IN A 192.0.2.1", "a.example.org. 60 IN A 192.0.2.2");
        assertThat(ask(zone, "b.example.org.", Type.A))
                .containsExactly("b.example.org. 5400 IN A 192.0.2.3");
        assertThat(ask(zone, "c.example.org.", Type.A))
                .containsExactly("c.example.org. 86400 IN A 192.0.2.4");
        assertThat(ask(zone, "d.example.org.", Type.A)).hasSize(1);
        assertThat(zone.warnings()).hasSize(1); // the TTLs of a's addresses differ
        assertThat(zone.serial()).isEqualTo(7);
    }

    @Test
    void originAndGenerateMakeNames() throws Exception {
        var zone =
                read(
                        HEAD
                                + """
                                $ORIGIN sub
                                $GENERATE 1-3/2 host${9,3,d} 60 A 192.0.2.$
                                @ TXT "here"
                                """);
        assertThat(ask(zone, "host010.sub.example.org.", Type.A))
                .containsExactly("host010.sub.example.org. 60 IN A 192.0.2.1");
        assertThat(ask(zone, "host012.sub.example.org.", Type.A)).hasSize(1);
        assertThat(ask(zone, "sub.example.org.", Type.TXT)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "AAAA | 2001:db8::1 | 2001:db8:0:0:0:0:0:1",
                "MX | 10 mail | 10 mail.example.org.",
                "TXT | \"a b\" c | \"a b\" c",
                "TXT | \"q\\\"\\059\" | \"q\\\";\"",
                "SRV | 0 5 80 www | 0 5 80 www.example.org.",
                "CAA | 0 issue \"ca.test\" | 0 issue \"ca.test\"",
                "HTTPS | 1 . alpn=h2,h3 port=8443 | 1 . alpn=h2,h3 port=8443",
                "TYPE65400 | \\# 3 010203 | \\# 3 010203",
                "A | \\# 4 C0000201 | 192.0.2.1",
                "TLSA | 3 1 1 00ff | 3 1 1 00FF",
                "SSHFP | 1 1 0102030405060708090a0b0c0d0e0f1011121314 | "
                        + "1 1 0102030405060708090A0B0C0D0E0F1011121314",
                "NAPTR | 1 2 \"s\" \"x\" \"\" sip | 1 2 \"s\" \"x\" \"\" sip.example.org.",
                "DS | 1 13 2 0123 4567 | 1 13 2 01234567",
            })
    void dataIsThatOfItsType(String type, String written, String read) throws Exception {
        var zone = read(HEAD + "x.y " + type + " " + written + "\n");
        assertThat(ask(zone, "x.y.example.org.", Types.value(type)))
                .containsExactly("x.y.example.org. 300 IN " + type + " " + read);
    }

    @Test
    void includedFilesChangeNothingOutside() throws Exception {
        Files.writeString(folder.resolve("more"), "$ORIGIN deep\n$TTL 5\na A 192.0.2.9\n");
        var main = folder.resolve("zone");
        Files.writeString(main, HEAD + "$INCLUDE more inc\nb A 192.0.2.8\n");
        var builder = new ZoneBuilder(Names.of("example.org."));
        var reader = new ZoneReader(builder);
        reader.read(main);
        var zone = builder.build("zone");
        assertThat(ask(zone, "a.deep.inc.example.org.", Type.A))
                .containsExactly("a.deep.inc.example.org. 5 IN A 192.0.2.9");
        assertThat(ask(zone, "b.example.org.", Type.A))
                .containsExactly("b.example.org. 300 IN A 192.0.2.8");
        assertThat(reader.files()).containsExactly(main, folder.resolve("more"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a A 1.2.3 | 4",
                "a A | 4",
                "a NOSUCH x | there is no type \"NOSUCH\"",
                "a..b A 1.2.3.4 | empty label",
                "a\\300 A 1.2.3.4 | escape",
                "$FOO x | there is no directive",
                "a TXT \"open | a quote is not closed",
                "a A ( 1.2.3.4 | a parenthesis is not closed",
                "a A 1.2.3.4 ) | a parenthesis is closed",
                "a 5x A 1.2.3.4 | 1h30m",
                "$INCLUDE nosuch | cannot read",
                "$GENERATE 3-1 a$ A 1.2.3.4 | a range goes up",
                "a A \\# 3 010203 | zone:4",
                "a MX 70000 b | zone:4",
            })
    void aMistakeIsNamedWithItsLine(String line, String said) {
        assertThatThrownBy(() -> read(HEAD + line + "\nb A 1.2.3.4\n"))
                .isInstanceOf(ZoneException.class)
                .hasMessageContaining("zone:4")
                .hasMessageContaining(said);
    }

    @Test
    void allMistakesAreNamedAtOnce() {
        assertThatThrownBy(() -> read(HEAD + "a A x\nb AAAA y\n"))
                .hasMessageContaining("zone:4")
                .hasMessageContaining("zone:5");
    }

    @Test
    void aZoneNeedsASoa() {
        assertThatThrownBy(() -> read("$TTL 5\na A 1.2.3.4\n")).hasMessageContaining("SOA");
    }

    @Test
    void recordsOutsideOfTheZoneAreLeftOut() throws Exception {
        var zone = read(HEAD + "www.elsewhere.test. A 192.0.2.1\n");
        assertThat(zone.records()).isEqualTo(2);
        assertThat(zone.warnings().getFirst().toString()).contains("zone:4", "elsewhere");
    }

    @Test
    void noTextMakesTheReaderFailOtherThanByItsOwnException() throws IOException {
        var random = new Random(7);
        var seed =
                (HEAD
                                + "a 60 IN TXT \"x\\\"y\" ( z )\n$GENERATE 1-3 g$ A 192.0.2.$\n"
                                + "h HTTPS 1 . alpn=h2 ipv4hint=192.0.2.1\nt TYPE9 \\# 2 0102\n")
                        .getBytes(StandardCharsets.ISO_8859_1);
        var odd = "\"\\();$@.\n\t 09aZ#{},*".getBytes(StandardCharsets.ISO_8859_1);
        int served = 0;
        for (int i = 0; i < 20_000; i++) {
            var text = Arrays.copyOf(seed, seed.length);
            for (int k = 1 + random.nextInt(4); k > 0; k--) {
                text[random.nextInt(text.length)] = odd[random.nextInt(odd.length)];
            }
            try {
                read(new String(text, StandardCharsets.ISO_8859_1));
                served++;
            } catch (ZoneException e) {
                assertThat(e.problems()).isNotEmpty();
            }
        }
        assertThat(served).isPositive();
    }
}
