package dev.onoma.zone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.NameKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/// What is different between versions, and versions made of what is different.
final class ZoneDeltaTest {
    private static final Name APEX = Name.fromConstantString("z.test.");
    private static final int ALL = 1 << 20;

    @TempDir Path folder;

    private ZoneData zone(int serial, String lines) throws IOException, ZoneException {
        var file = folder.resolve("zone");
        Files.writeString(
                file,
                "@ 60 SOA ns.z.test. h.z.test. %d 2 3 4 5\n@ 60 NS ns\n%s\n"
                        .formatted(serial, lines));
        var builder = new ZoneBuilder(APEX);
        new ZoneReader(builder).read(file);
        return builder.build("zone");
    }

    private static Set<String> records(ZoneData zone) {
        var all = new TreeSet<String>();
        var messages = new ZoneMessages(zone, NameKey.of(APEX));
        for (var next = messages.next(); next != null; next = messages.next()) {
            next.records(APEX, Section.ANSWER).forEach(r -> all.add(r.toString()));
        }
        return all;
    }

    private static List<String> transferred(List<ZoneDelta> deltas) {
        var all = new ArrayList<String>();
        var messages = new DeltaMessages(deltas, NameKey.of(APEX));
        for (var next = messages.next(); next != null; next = messages.next()) {
            for (Record r : next.records(APEX, Section.ANSWER)) {
                all.add(r.toString().replaceAll("\\s+", " "));
            }
        }
        return all;
    }

    private static ZoneDelta between(ZoneData a, ZoneData b) {
        return Objects.requireNonNull(ZoneDelta.between(a, b, ALL));
    }

    @Test
    void aDeltaIsWhatRfc1995Has() throws Exception {
        var first = zone(1, "a 60 A 192.0.2.1\na 60 A 192.0.2.2\nb 60 A 192.0.2.3");
        var second = zone(2, "a 60 A 192.0.2.1\na 60 A 192.0.2.9\nc 60 TXT x");
        assertThat(transferred(List.of(between(first, second))))
                .containsExactly(
                        "z.test. 60 IN SOA ns.z.test. h.z.test. 2 2 3 4 5",
                        "z.test. 60 IN SOA ns.z.test. h.z.test. 1 2 3 4 5",
                        "a.z.test. 60 IN A 192.0.2.2",
                        "b.z.test. 60 IN A 192.0.2.3",
                        "z.test. 60 IN SOA ns.z.test. h.z.test. 2 2 3 4 5",
                        "a.z.test. 60 IN A 192.0.2.9",
                        "c.z.test. 60 IN TXT x",
                        "z.test. 60 IN SOA ns.z.test. h.z.test. 2 2 3 4 5");
    }

    @Test
    void whatIsTooLongIsNoDelta() throws Exception {
        var first = zone(1, "a 60 A 192.0.2.1");
        var second = zone(2, "b 60 A 192.0.2.1");
        assertThat(ZoneDelta.between(first, second, 100)).isNull();
    }

    // Random versions: applying what is different gives the later version, one by one or condensed.
    @Test
    void versionsAreMadeOfDeltas() throws Exception {
        var random = new Random(1995);
        for (int round = 0; round < 60; round++) {
            var versions = new ArrayList<ZoneData>();
            for (int serial = 1; serial <= 4; serial++) {
                var lines = new StringBuilder();
                for (int i = random.nextInt(12); i > 0; i--) {
                    var ttl = 60 + random.nextInt(2);
                    var name = "abc".charAt(random.nextInt(3)) + (random.nextBoolean() ? "" : ".x");
                    lines.append(
                            random.nextBoolean()
                                    ? "%s %d A 192.0.2.%d\n".formatted(name, ttl, random.nextInt(3))
                                    : "%s %d MX %d m\n".formatted(name, ttl, random.nextInt(3)));
                }
                versions.add(zone(serial, lines.toString()));
            }
            var deltas = new ArrayList<ZoneDelta>();
            for (int i = 1; i < versions.size(); i++) {
                deltas.add(between(versions.get(i - 1), versions.get(i)));
            }
            var edit = new ZoneEdit(versions.getFirst());
            for (var delta : deltas) {
                edit.apply(delta);
            }
            assertThat(records(edit.build("edit"))).isEqualTo(records(versions.getLast()));
            var atOnce = new ZoneEdit(versions.getFirst());
            atOnce.apply(ZoneDelta.condensed(deltas));
            assertThat(records(atOnce.build("edit"))).isEqualTo(records(versions.getLast()));
        }
    }

    @Test
    void whatIsNotThereCannotGo() throws Exception {
        var first = zone(1, "a 60 A 192.0.2.1");
        var second = zone(2, "");
        var edit = new ZoneEdit(zone(1, "a 60 A 192.0.2.2"));
        assertThatThrownBy(() -> edit.apply(between(first, second)))
                .isInstanceOf(ZoneException.class);
    }

    @Test
    void aServedZoneKeepsWhatChanged() throws Exception {
        var served = new ServedZone(APEX);
        served.serve(zone(1, "a 60 A 192.0.2.1"));
        served.serve(zone(2, "a 60 A 192.0.2.2"));
        assertThat(served.changes()).isEmpty(); // nobody wants to know
        served.keepChanges();
        for (int serial = 3; serial < 6; serial++) {
            served.serve(zone(serial, "a 60 A 192.0.2." + serial));
        }
        assertThat(served.changes()).hasSize(3);
        var version =
                new TransferredVersion(Objects.requireNonNull(served.data()), served.changes());
        assertThat(version.changes(1, NameKey.of(APEX))).isNull();
        var changes = Objects.requireNonNull(version.changes(3, NameKey.of(APEX)));
        assertThat(Objects.requireNonNull(changes.next()).records(APEX, Section.ANSWER))
                .hasSize(6); // condensed
        served.serve(zone(4, "")); // back
        assertThat(served.changes()).isEmpty();
    }
}
