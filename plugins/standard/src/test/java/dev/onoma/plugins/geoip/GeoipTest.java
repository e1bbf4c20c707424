package dev.onoma.plugins.geoip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.CorefileException;
import dev.onoma.plugins.LiveServer;
import dev.onoma.testkit.Bench;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Section;

@Timeout(60)
final class GeoipTest {
    private static final Map<String, Object> CAMBRIDGE =
            Map.of(
                    "city", Map.of("names", Map.of("en", "Cambridge", "fr", "Cambridge-FR")),
                    "country",
                            Map.of(
                                    "names",
                                    Map.of("en", "United Kingdom"),
                                    "iso_code",
                                    "GB",
                                    "is_in_european_union",
                                    false),
                    "continent", Map.of("names", Map.of("en", "Europe"), "code", "EU"),
                    "location",
                            Map.of(
                                    "latitude",
                                    52.2242,
                                    "longitude",
                                    0.1315,
                                    "time_zone",
                                    "Europe/London"),
                    "postal", Map.of("code", "CB4"),
                    "subdivisions", List.of(Map.of("iso_code", "ENG"), Map.of("iso_code", "CAM")));

    @TempDir Path folder;
    private final Bench bench = new Bench(".");

    private Path city(String client) throws IOException {
        return write("city.mmdb", new TinyDatabase("GeoLite2-City").with(client, CAMBRIDGE));
    }

    private Path write(String name, TinyDatabase database) throws IOException {
        var fresh = Files.write(folder.resolve("fresh"), database.file());
        return Files.move(fresh, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    private String of(String client, String label) {
        var query = bench.query("a.test.", "A");
        query.from(
                query.transport(),
                new InetSocketAddress(InetAddress.ofLiteral(client), 4000),
                query.local(),
                0);
        return bench.told(query).metadata(label).orElse("absent");
    }

    @Test
    void aCityIsToldWithAllItsLabels() throws IOException {
        bench.setup(new Geoip(), "geoip " + city("192.0.2.7"));
        assertThat(
                        List.of(
                                of("192.0.2.7", "geoip/city/name"),
                                of("192.0.2.7", "geoip/country/name"),
                                of("192.0.2.7", "geoip/country/code"),
                                of("192.0.2.7", "geoip/country/is_in_european_union"),
                                of("192.0.2.7", "geoip/continent/name"),
                                of("192.0.2.7", "geoip/continent/code"),
                                of("192.0.2.7", "geoip/latitude"),
                                of("192.0.2.7", "geoip/longitude"),
                                of("192.0.2.7", "geoip/timezone"),
                                of("192.0.2.7", "geoip/postalcode"),
                                of("192.0.2.7", "geoip/subdivisions/code")))
                .containsExactly(
                        "Cambridge",
                        "United Kingdom",
                        "GB",
                        "false",
                        "Europe",
                        "EU",
                        "52.2242",
                        "0.1315",
                        "Europe/London",
                        "CB4",
                        "ENG,CAM");
        assertThat(of("192.0.2.7", "geoip/asn/number")).isEqualTo("absent");
    }

    @Test
    void whoIsNotInTheDatabaseHasEmptyValues() throws IOException {
        bench.setup(new Geoip(), "geoip " + city("192.0.2.7"));
        assertThat(of("192.0.2.8", "geoip/city/name")).isEmpty();
        assertThat(of("192.0.2.8", "geoip/latitude")).isEmpty();
        assertThat(of("192.0.2.8", "geoip/country/is_in_european_union")).isEqualTo("false");
        assertThat(of("2001:db8::1", "geoip/city/name")).isEmpty();
    }

    @Test
    void severalDatabasesTellTogether() throws IOException {
        var known =
                Map.<String, Object>of(
                        "autonomous_system_number",
                        64_500,
                        "autonomous_system_organization",
                        "EXAMPLE");
        var networks =
                write("asn.mmdb", new TinyDatabase("GeoLite2-ASN").with("2001:db8::7", known));
        bench.setup(new Geoip(), "geoip %s\ngeoip %s".formatted(city("2001:db8::7"), networks));
        assertThat(of("2001:db8::7", "geoip/asn/number")).isEqualTo("64500");
        assertThat(of("2001:db8::7", "geoip/asn/org")).isEqualTo("EXAMPLE");
        assertThat(of("2001:db8::7", "geoip/city/name")).isEqualTo("Cambridge");
        assertThat(of("2001:db8::8", "geoip/asn/number")).isEqualTo("0");
    }

    @Test
    void theSubnetOfTheQueryCountsWhereItIsWanted() throws IOException {
        var message = Bench.message("a.test.", "A", DClass.IN);
        EDNSOption subnet = new GenericEDNSOption(8, new byte[] {0, 1, 32, 0, (byte) 192, 0, 2, 7});
        message.addRecord(new OPTRecord(1232, 0, 0, 0, List.of(subnet)), Section.ADDITIONAL);
        var with = new Bench(".");
        with.setup(new Geoip(), "geoip %s {\nedns-subnet\n}".formatted(city("192.0.2.7")));
        assertThat(with.told(with.query(message)).metadata("geoip/city/name"))
                .contains("Cambridge");
        bench.setup(new Geoip(), "geoip " + city("192.0.2.7"));
        assertThat(bench.told(bench.query(message)).metadata("geoip/city/name")).contains("");
    }

    @Test
    void aFileThatChangesIsFollowedAndABrokenOneIsNot() throws Exception {
        var file = city("192.0.2.7");
        var database = Database.open(file, bench.log("geoip"));
        assertThat(database.find(InetAddress.ofLiteral("192.0.2.9"))).isEmpty();
        assertThat(city("192.0.2.9")).isEqualTo(file);
        database.lookAgain();
        assertThat(database.find(InetAddress.ofLiteral("192.0.2.9"))).isNotEmpty();
        Files.writeString(folder.resolve("fresh"), "nonsense");
        Files.move(folder.resolve("fresh"), file, StandardCopyOption.REPLACE_EXISTING);
        database.lookAgain();
        assertThat(database.find(InetAddress.ofLiteral("192.0.2.9"))).isNotEmpty();
        assertThat(bench.logged())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("[INFO] plugin/geoip: ");
        assertThat(bench.logged().getLast())
                .startsWith("[WARNING] plugin/geoip: failed to open database file: ")
                .endsWith("; the version before stays in use");
    }

    @Test
    void aViewChoosesByCountry() throws Exception {
        var corefile =
                """
                .:0 {
                    view gb {
                        expr metadata('geoip/country/code') == 'GB'
                    }
                    metadata
                    geoip %s
                    hosts /dev/null {
                        192.0.2.1 www.test
                    }
                }
                .:0 {
                    hosts /dev/null {
                        192.0.2.2 www.test
                    }
                }
                """;
        try (var server = new LiveServer(folder, corefile.formatted(city("127.0.0.1")))) {
            assertThat(server.ask("www.test.").toString()).contains("192.0.2.1");
            server.reload(corefile.formatted(city("127.0.0.2")).replace("gb", "uk"));
            assertThat(server.ask("www.test.").toString()).contains("192.0.2.2");
        }
    }

    @Test
    void mistakesAreTold() throws IOException {
        assertMistake("geoip /no/such.mmdb", "failed to open database file: there is no file");
        assertMistake("geoip", "DBFILE");
        assertMistake("geoip " + city("192.0.2.7") + " {\nfoo\n}", "there is no property \"foo\"");
        var other =
                write("other.mmdb", new TinyDatabase("GeoIP2-Domain").with("192.0.2.7", Map.of()));
        assertMistake("geoip " + other, "does not provide any supported schema (city, asn)");
    }

    private void assertMistake(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new Geoip(), directive))
                .isInstanceOf(CorefileException.class)
                .hasMessageContaining(message);
    }
}
