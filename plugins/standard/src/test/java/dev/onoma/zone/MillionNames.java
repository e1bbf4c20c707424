package dev.onoma.zone;

import dev.onoma.api.NameKey;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/// Measures how long a large zone takes to load, what a name of it takes on the heap, the tables
/// beside the records included, and how long a change of one name takes:
///
/// ```
/// java -Xmx1g -cp "$TEST_CLASS_PATH" dev.onoma.zone.MillionNames [NAMES [nsec3]]
/// ```
///
/// With `nsec3` each of the names has a record of an NSEC3 chain, and each change another one of
/// it. Of the names, each tenth has an IPv6 address too, each twentieth is a delegation with glue,
/// each fiftieth an alias. The first run is what a start of the server pays; the third shows
/// compiled code.
public final class MillionNames {
    private static final int RUNS = 3;
    private static final int CHANGES = 20_000;

    private static final long GOLDEN = 0x9E3779B97F4A7C15L; // spreads numbers over hashes

    private MillionNames() {}

    /// @param arguments the number of names; a million without
    public static void main(String[] arguments) throws Exception {
        int names = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        var file = Files.createTempFile("million", ".zone");
        try {
            boolean hashed = arguments.length > 1;
            write(file, names, hashed);
            System.out.printf("file: %,d octets%n", Files.size(file));
            var zone = load(file);
            for (int run = 1; run < RUNS; run++) {
                zone = null;
                zone = load(file);
            }
            change(zone, hashed);
        } finally {
            Files.delete(file);
        }
    }

    private static ZoneData load(Path file) throws Exception {
        long before = heap();
        long begun = System.nanoTime();
        var builder = new ZoneBuilder(Name.fromString("big.test."));
        new ZoneReader(builder).read(file);
        var zone = builder.build(file.toString());
        double seconds = (System.nanoTime() - begun) / 1e9;
        double perName = (double) (heap() - before) / zone.nameCount();
        System.out.printf(
                "%,d names, %,d records: %.2f s, %.0f octets a name on the heap, %.0f counted%n",
                zone.nameCount(),
                zone.records(),
                seconds,
                perName,
                (double) zone.footprint() / zone.nameCount());
        return zone;
    }

    // New names, other addresses and names that go, one at a time, as updates make them.
    private static void change(ZoneData loaded, boolean hashed) throws Exception {
        var current = loaded;
        var nanos = new long[CHANGES];
        for (int i = 0; i < CHANGES; i++) {
            long begun = System.nanoTime();
            var edit = new ZoneEdit(current);
            var known = key("host-%d-name".formatted(i * 40));
            var address = new byte[] {10, 9, (byte) (i >> 8), (byte) i};
            switch (i % 3) {
                case 0 -> edit.add(key("new-%d".formatted(i)), Type.A, 60, address);
                case 1 -> edit.removeAll(known, Type.A);
                default -> edit.add(known, Type.A, 60, address);
            }
            if (hashed) {
                int number = i * 40;
                edit.removeAll(key(hash(number)), Type.NSEC3);
                if (i % 2 == 0) {
                    edit.add(key(hash(-number)), Type.NSEC3, 60, proof(-number));
                }
            }
            edit.nextSerial();
            var next = edit.build("a change");
            if (edit.delta(next, 1 << 20) == null) {
                throw new IllegalStateException("a change of one name is not that long");
            }
            current = next;
            nanos[i] = System.nanoTime() - begun;
        }
        Arrays.sort(nanos);
        System.out.printf(
                "%,d changes of one name: %.1f us in the middle, %.1f us at 99 of 100, %.1f us at most; %,d octets for %,d before%n",
                CHANGES,
                nanos[CHANGES / 2] / 1e3,
                nanos[CHANGES / 100 * 99] / 1e3,
                nanos[CHANGES - 1] / 1e3,
                current.footprint(),
                loaded.footprint());
    }

    private static String hash(int number) {
        return "%016x%016x".formatted(number * GOLDEN, number);
    }

    // SHA-1, no iterations, no salt, any next hash, no types.
    private static byte[] proof(int number) {
        return java.nio.ByteBuffer.allocate(26)
                .put(new byte[] {1, 0, 0, 0, 0, 20})
                .putLong(number * GOLDEN + 1)
                .putInt(0)
                .putLong(number)
                .array();
    }

    private static NameKey key(String label) throws Exception {
        return NameKey.of(Name.fromString(label + ".big.test."));
    }

    private static long heap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void write(Path file, int names, boolean hashed) throws Exception {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("$TTL 3600\n@ IN SOA ns hostmaster 1 7200 1800 86400 300\n@ IN NS ns\n");
            out.write("ns IN A 192.0.2.1\n");
            if (hashed) {
                out.write("@ IN NSEC3PARAM 1 0 0 -\n");
            }
            for (int i = 0; i < names; i++) {
                out.write(entry(i));
                if (hashed) {
                    out.write("%s IN NSEC3 1 0 0 - %s A\n".formatted(hash(i), hash(i + 1)));
                }
            }
        }
    }

    private static String entry(int i) {
        var host = "host-%d-name".formatted(i);
        var address = "10.%d.%d.%d".formatted(i >> 16 & 255, i >> 8 & 255, i & 255);
        if (i % 20 == 19) {
            return "%s IN NS ns.%s\nns.%s IN A %s\n".formatted(host, host, host, address);
        }
        if (i % 50 == 7) {
            return "%s IN CNAME ns\n".formatted(host);
        }
        var a = "%s IN A %s\n".formatted(host, address);
        return i % 10 == 0 ? a + "%s IN AAAA 2001:db8::%x\n".formatted(host, i & 0xffff) : a;
    }
}
