package dev.onoma.zone;

import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.xbill.DNS.Name;

/// Measures how long a large zone takes to load, and what a name of it takes on the heap, the
/// tables beside the records included:
///
/// ```
/// java -Xmx1g -cp "$TEST_CLASS_PATH" dev.onoma.zone.MillionNames [NAMES]
/// ```
///
/// Of the names, each tenth has an IPv6 address too, each twentieth is a delegation with glue, each
/// fiftieth an alias. The first run is what a start of the server pays; the third shows compiled
/// code.
public final class MillionNames {
    private static final int RUNS = 3;

    private MillionNames() {}

    /// @param arguments the number of names; a million without
    public static void main(String[] arguments) throws Exception {
        int names = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        var file = Files.createTempFile("million", ".zone");
        try {
            write(file, names);
            System.out.printf("file: %,d octets%n", Files.size(file));
            for (int run = 0; run < RUNS; run++) {
                load(file);
            }
        } finally {
            Files.delete(file);
        }
    }

    private static void load(Path file) throws Exception {
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
    }

    private static long heap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void write(Path file, int names) throws Exception {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("$TTL 3600\n@ IN SOA ns hostmaster 1 7200 1800 86400 300\n@ IN NS ns\n");
            out.write("ns IN A 192.0.2.1\n");
            for (int i = 0; i < names; i++) {
                out.write(entry(i));
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
