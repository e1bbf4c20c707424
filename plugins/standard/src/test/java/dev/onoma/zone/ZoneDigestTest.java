package dev.onoma.zone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Names;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// RFC 8976, appendix A, with its errata.
final class ZoneDigestTest {
    private static final String SIMPLE =
            """
            example. 86400 IN SOA ns1 admin 2018031900 1800 900 604800 86400
                86400 IN NS ns1
                86400 IN NS ns2
                86400 IN ZONEMD 2018031900 1 1 (
                    c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3
                    a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c )
            ns1 3600 IN A 203.0.113.63
            ns2 3600 IN AAAA 2001:db8::63
            """;

    private static ZoneData zone(String text) throws IOException, ZoneException {
        var builder = new ZoneBuilder(Names.of("example."));
        new ZoneReader(builder)
                .read(
                        new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)),
                        Path.of("zone"));
        return builder.build("zone");
    }

    @Test
    void aSimpleZone() throws Exception {
        assertThat(ZoneDigest.problem(zone(SIMPLE), true)).isNull();
    }

    @Test
    void aZoneOfHardCases() throws Exception {
        var text =
                """
                example. 86400 IN SOA ns1 admin 2018031900 1800 900 604800 86400
                    86400 IN NS ns1
                    86400 IN NS ns2
                    86400 IN ZONEMD 2018031900 1 1 (
                        a3b69bad980a3504e1cffcb0fd6397f93848071c93151f55
                        2ae2f6b1711d4bd2d8b39808226d7b9db71e34b72077f8fe )
                ns1 3600 IN A 203.0.113.63
                NS2 3600 IN AAAA 2001:db8::63
                occluded.sub 7200 IN TXT "I'm occluded but must be digested"
                sub 7200 IN NS ns1
                duplicate 300 IN TXT "I must be digested just once"
                duplicate 300 IN TXT "I must be digested just once"
                foo.test. 555 IN TXT "out-of-zone data must be excluded"
                UPPERCASE 3600 IN TXT "canonicalize uppercase owner names"
                * 777 IN PTR dont-forget-about-wildcards
                mail 3600 IN MX 20 MAIL1
                mail 3600 IN MX 10 Mail2.Example.
                sortme 3600 IN AAAA 2001:db8::5:61
                sortme 3600 IN AAAA 2001:db8::3:62
                sortme 3600 IN AAAA 2001:db8::4:63
                sortme 3600 IN AAAA 2001:db8::1:65
                sortme 3600 IN AAAA 2001:db8::2:64
                non-apex 900 IN ZONEMD 2018031900 1 1 (
                    616c6c6f776564206275742069676e6f7265642e20616c6c
                    6f776564206275742069676e6f7265642e20616c6c6f7765 )
                """;
        assertThat(ZoneDigest.problem(zone(text), true)).isNull();
    }

    @Test
    void aZoneWithSeveralDigests() throws Exception {
        var text =
                """
                example. 86400 IN SOA ns1 admin 2018031900 1800 900 604800 86400
                    86400 IN NS ns1.example.
                    86400 IN NS ns2.example.
                    86400 IN ZONEMD 2018031900 1 1 (
                        62e6cf51b02e54b9b5f967d547ce43136792901f9f88e637
                        493daaf401c92c279dd10f0edb1c56f8080211f8480ee306 )
                    86400 IN ZONEMD 2018031900 1 2 (
                        08cfa1115c7b948c4163a901270395ea226a930cd2cbcf2f
                        a9a5e6eb85f37c8a4e114d884e66f176eab121cb02db7d65
                        2e0cc4827e7a3204f166b47e5613fd27 )
                    86400 IN ZONEMD 2018031900 1 240 e2d523f654b9422a96c5a8f44607bbee
                    86400 IN ZONEMD 2018031900 241 1 (
                        e1846540e33a9e4189792d18d5d131f605fc283eaaaaaaaa
                        aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa )
                ns1.example. 3600 IN A 203.0.113.63
                ns2.example. 86400 IN TXT "This example has multiple digests"
                NS2.EXAMPLE. 3600 IN AAAA 2001:db8::63
                """;
        assertThat(ZoneDigest.problem(zone(text), true)).isNull();
        var other = text.replace("e1cf51", "e1cf52").replace("62e6cf51", "62e6cf52");
        assertThat(ZoneDigest.problem(zone(other), true)).as("SHA-512 is enough").isNull();
        var both = other.replace("08cfa111", "08cfa112");
        assertThat(ZoneDigest.problem(zone(both), true))
                .contains("its SHA-384 digest is 62e6cf51")
                .contains("its SHA-512 digest is 08cfa111")
                .contains("scheme 1 with hash 240 is not known");
    }

    @Test
    void aZoneThatWasChangedIsFoundOut() throws Exception {
        assertThat(ZoneDigest.problem(zone(SIMPLE.replace("203.0.113.63", "203.0.113.64")), false))
                .contains("not that of the ZONEMD record");
        assertThat(ZoneDigest.problem(zone(SIMPLE.replace("admin 2018031900", "admin 2")), false))
                .contains("that of another serial");
    }

    @Test
    void aZoneWithoutADigestIsFineUnlessOneIsRequired() throws Exception {
        var plain = SIMPLE.replaceFirst("(?s) {4}86400 IN ZONEMD.*?\\)\n", "");
        assertThat(ZoneDigest.problem(zone(plain), false)).isNull();
        assertThat(ZoneDigest.problem(zone(plain), true)).isEqualTo("there is no ZONEMD record");
    }
}
