package dev.onoma.zone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.NameKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Versions that are made of the version before are in everything like those that are built anew.
final class ZonePatchTest {
    private static final Name APEX = Name.fromConstantString("z.test.");
    private static final String SOA = "@ 60 SOA ns h %d 2 3 4 5\n@ 60 NS ns\n";
    private static final String[] LABELS = {"a", "b", "*", "c"};
    private static final String[] DATA = {
        "A 192.0.2.1", "A 192.0.2.2", "TXT x", "NS ns.else.test.", "DNAME else.test.", "CNAME ns"
    };
    private static final int[] TYPES = {Type.A, Type.NS, Type.DS, Type.TXT, Type.NSEC};

    // Owner and record, in a zone whose records come and go at random.
    private final TreeMap<String, TreeSet<String>> records = new TreeMap<>();
    private final Random random = new Random(7);
    private int serial = 1;

    private static ZoneData built(String text) throws IOException, ZoneException {
        var builder = new ZoneBuilder(APEX);
        var octets = text.getBytes(StandardCharsets.ISO_8859_1);
        new ZoneReader(builder).read(new ByteArrayInputStream(octets), Path.of("zone"));
        return builder.build("zone");
    }

    /// How a zone proves denials.
    private enum Denial {
        NONE,
        NSEC,
        NSEC3
    }

    private String text(Denial denial) {
        var text = new StringBuilder(SOA.formatted(serial));
        switch (denial) {
            case NONE -> {}
            case NSEC -> text.append("@ 60 NSEC z.test. SOA NS NSEC\n");
            // Now and then another chain.
            case NSEC3 ->
                    text.append(
                            "@ 60 NSEC3PARAM 1 0 0 %s\n".formatted(serial % 50 < 45 ? "-" : "AB"));
        }
        records.forEach((owner, all) ->
                all.forEach(r -> text.append(owner).append(" 60 ").append(r).append('\n')));
        return text.toString();
    }

    private String randomOwner() {
        var owner = new StringBuilder(LABELS[random.nextInt(LABELS.length)]);
        for (int depth = random.nextInt(4); depth > 0; depth--) {
            owner.append('.').append(LABELS[random.nextInt(LABELS.length)]);
        }
        return owner.toString();
    }

    private String randomHash() {
        return "%c"
                        .formatted("0123456789ABCDEFGHIJKLMNOPQRSTUV".charAt(random.nextInt(32)))
                        .repeat(31)
                + "0";
    }

    private void change(Denial denial) {
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            var known = new ArrayList<>(records.keySet());
            if (known.size() > 12 || !known.isEmpty() && random.nextInt(3) == 0) {
                records.remove(known.get(random.nextInt(known.size())));
                continue;
            }
            var all = records.computeIfAbsent(randomOwner(), _ -> new TreeSet<>());
            all.add(DATA[random.nextInt(DATA.length)]);
            if (denial == Denial.NSEC && random.nextInt(3) > 0) {
                all.add("NSEC z.test. A NSEC");
            }
            if (denial == Denial.NSEC3) {
                var salt = random.nextInt(3) > 0 ? "-" : "AB";
                records.computeIfAbsent(randomHash(), _ -> new TreeSet<>())
                        .add("NSEC3 1 0 0 %s %s A".formatted(salt, randomHash()));
            }
        }
        serial++;
    }

    private ZoneEdit edit(ZoneData before, ZoneData after) throws ZoneException {
        var edit = new ZoneEdit(before);
        edit.apply(Objects.requireNonNull(ZoneDelta.between(before, after, 1 << 20)));
        return edit;
    }

    @Test
    void versionsMadeOfVersionsAreThoseThatAreBuilt() throws Exception {
        for (var denial : Denial.values()) {
            records.clear();
            var current = built(text(denial));
            int patched = 0;
            for (int round = 0; round < 1_500; round++) {
                change(denial);
                var wanted = built(text(denial));
                var edit = edit(current, wanted);
                var before = all(current);
                var made = edit.build("edit");
                isSame(made, wanted);
                assertThat(all(current)).isEqualTo(before);
                assertThat(edit.delta(made, 1 << 20)).isNotNull();
                patched += isPatched(made) ? 1 : 0;
                current = made;
            }
            assertThat(patched).isGreaterThan(700);
        }
    }

    private static boolean isPatched(ZoneData zone) {
        return Arrays.stream(zone.nodes()).anyMatch(block -> !zone.arena.isAdded(block));
    }

    private static List<String> all(ZoneData zone) {
        var all = new ArrayList<String>();
        var messages = new ZoneMessages(zone, NameKey.of(APEX));
        for (var next = messages.next(); next != null; next = messages.next()) {
            next.records(APEX, Section.ANSWER).forEach(r -> all.add(r.toString()));
        }
        all.removeFirst();
        all.sort(null);
        return all;
    }

    private static void isSame(ZoneData made, ZoneData wanted) {
        assertThat(all(made)).isEqualTo(all(wanted));
        assertThat(made.serial()).isEqualTo(wanted.serial());
        assertThat(made.records()).isEqualTo(wanted.records());
        assertThat(made.nameCount()).isEqualTo(wanted.nameCount());
        assertThat(made.nodes()).hasSize(wanted.nameCount());
        hashed(made, wanted);
        for (int block : wanted.nodes()) {
            var name = new NameKey();
            name.read(wanted.arena.page(block), Arena.at(block) + Node.NAME, Integer.MAX_VALUE);
            isSame(made, wanted, name.copy(), block);
            for (var below : List.of("x", "*", "a", "b.a")) {
                var longer = below + "." + name;
                located(made, wanted, NameKey.of(Name.fromConstantString(longer)));
            }
        }
    }

    private static void hashed(ZoneData made, ZoneData wanted) {
        var ours = made.hashes();
        var theirs = wanted.hashes();
        if (ours == null || theirs == null) {
            assertThat(ours).isEqualTo(theirs);
            return;
        }
        for (int i = 0; i < 256; i++) {
            // Of the owners, every eighth is one.
            var hash = new byte[20];
            Arrays.fill(hash, (byte) i);
            assertThat(name(made, ours.covering(hash)))
                    .isEqualTo(name(wanted, theirs.covering(hash)));
        }
        for (int block : wanted.nodes()) {
            var label = name(wanted, block).getLabelString(0);
            if (theirs.has(block)) {
                assertThat(label).hasSize(32);
            }
        }
    }

    private static void isSame(ZoneData made, ZoneData wanted, NameKey name, int block) {
        int other = made.find(name, 0);
        assertThat(other).as(name.toString()).isNotEqualTo(Arena.NOTHING);
        var page = made.arena.page(other);
        assertThat(Node.flags(page, Arena.at(other)))
                .as("flags of " + name)
                .isEqualTo(Node.flags(wanted.arena.page(block), Arena.at(block)));
        assertThat(Node.children(page, Arena.at(other)))
                .as("children of " + name)
                .isEqualTo(Node.children(wanted.arena.page(block), Arena.at(block)));
        located(made, wanted, name);
    }

    private static void located(ZoneData made, ZoneData wanted, NameKey name) {
        for (int type : TYPES) {
            long ours = made.locate(name, type);
            long theirs = wanted.locate(name, type);
            assertThat(ours >>> 32).as("%s %d", name, type).isEqualTo(theirs >>> 32);
            assertThat(name(made, (int) ours)).isEqualTo(name(wanted, (int) theirs));
        }
        if (!wanted.ordered().isEmpty()) {
            var wire = name.name().toWire();
            assertThat(name(made, made.ordered().atOrBefore(made, wire)))
                    .as("proof for " + name)
                    .isEqualTo(name(wanted, wanted.ordered().atOrBefore(wanted, wire)));
        }
    }

    private static Name name(ZoneData zone, int block) {
        return ZoneBuilder.name(zone.arena.page(block), Arena.at(block));
    }

    @Test
    void twoVersionsOfOneDoNotDisturbEachOther() throws Exception {
        var base = built(text(Denial.NONE));
        var first = edit(base, built(SOA.formatted(2) + "a 60 A 192.0.2.1\n")).build("edit");
        var second = edit(base, built(SOA.formatted(3) + "b 60 A 192.0.2.2\n")).build("edit");
        var third = edit(first, built(SOA.formatted(4) + "c 60 A 192.0.2.3\n")).build("edit");
        assertThat(all(base)).hasSize(2);
        assertThat(String.join(" ", all(first))).contains("a.z.test.").doesNotContain("b.z.test.");
        assertThat(String.join(" ", all(second))).contains("b.z.test.").doesNotContain("a.z.test.");
        assertThat(String.join(" ", all(third))).contains("c.z.test.").doesNotContain("a.z.test.");
    }

    @Test
    void aZoneThatIsChangedForLongDoesNotGrow() throws Exception {
        var current = built(text(Denial.NONE));
        for (int i = 2; i < 4_000; i++) {
            var edit = new ZoneEdit(current);
            var name = NameKey.of(Name.fromConstantString("h%d.z.test.".formatted(i % 100)));
            edit.removeAll(name, Type.A);
            edit.add(name, Type.A, 60, new byte[] {10, 0, (byte) (i >> 8), (byte) i});
            edit.nextSerial();
            current = edit.build("edit");
        }
        assertThat(current.nameCount()).isEqualTo(101);
        assertThat(current.records()).isEqualTo(102);
        assertThat(current.footprint()).isLessThan(512 << 10);
    }

    // Whatever is left at the end of a page.
    @Test
    void allBlocksAreFound() throws Exception {
        var data = new byte[60_000];
        for (int size = 0; size < 100; size++) {
            var builder = new ZoneBuilder(APEX);
            add(builder, "z.test.", Type.SOA, new byte[22]);
            add(builder, "first.z.test.", 65400, Arrays.copyOf(data, size));
            for (int i = 0; i < 17; i++) {
                add(builder, "h%d.z.test.".formatted(i), 65400, data);
            }
            for (int i = 1_000; i < 3_000; i++) {
                add(builder, "s%d.z.test.".formatted(i), 65400, new byte[4]);
            }
            var blocks = new Blocks(builder.build("zone"));
            int found = 0;
            while (blocks.next() != Arena.NOTHING) {
                found++;
            }
            assertThat(found).isEqualTo(2 + 17 + 2_000);
        }
    }

    private static void add(ZoneBuilder builder, String owner, int type, byte[] data)
            throws SyntaxException {
        var name = Name.fromConstantString(owner).toWire();
        builder.add(name, name.length, type, 60, data, data.length);
    }
}
