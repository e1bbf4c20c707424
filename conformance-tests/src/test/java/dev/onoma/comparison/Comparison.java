package dev.onoma.comparison;

import dev.onoma.testkit.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Measures what a query costs each server, in CPU time of the server, and prints one table.
///
/// ```
/// COREDNS=/path/to/coredns conformance-tests/measure Comparison [--rounds 3] [--seconds 4] [--warmup 10] [--cells zone,hosts] [--peers nsd,coredns]
/// ```
///
/// Servers are pinned to core 0, dnsperf and the upstream of forwarders to core 1, all on loopback.
/// The servers of a cell start once, are loaded for the warm-up, which does not count (a JVM
/// compiles then, on the core it is measured on), and then loaded in turn, round after round, so
/// that whatever else the machine does hits all of them; the figures are medians of the rounds. NSD
/// with its zone runs in each cell, and the ratio is to its figure there. CPU time is `utime +
/// stime` of `/proc/PID/stat`, which counts in 10 ms: a load of a second is exact to about a
/// hundredth.
public final class Comparison {
    private static final int SERVER_CORE = 0;
    private static final int CLIENT_CORE = 1;
    private static final int QUERIES = 100_000;

    private final int rounds;
    private final int seconds;
    private final int warmup;
    private final List<Cell> cells;
    private final List<Peer> peers;
    private final Path folder;

    /// What one server showed in one cell.
    private static final class Figures {
        final List<Double> micros = new ArrayList<>();
        final List<Double> rates = new ArrayList<>();
        long lost;
        long idleMib;
        long loadedMib;
        long startMillis;
    }

    private record Contestant(Peer peer, Server server, int port, Cell cell, Path queries) {}

    private Comparison(Map<String, String> options, Path folder) {
        this.rounds = Integer.parseInt(options.getOrDefault("rounds", "3"));
        this.seconds = Integer.parseInt(options.getOrDefault("seconds", "4"));
        this.warmup = Integer.parseInt(options.getOrDefault("warmup", "10"));
        this.cells = chosen(Cell.values(), options.get("cells"));
        this.peers = chosen(Peer.values(), options.get("peers"));
        this.folder = folder;
    }

    private static <E extends Enum<E>> List<E> chosen(
            E[] all, @org.jspecify.annotations.Nullable String words) {
        var wanted = words == null ? List.<String>of() : List.of(words.split(","));
        return List.of(all).stream()
                .filter(value ->
                        words == null
                                || wanted.stream().anyMatch(w -> w.equalsIgnoreCase(value.name())))
                .toList();
    }

    public static void main(String... arguments) throws IOException, InterruptedException {
        var options =
                IntStream.range(0, arguments.length / 2)
                        .boxed()
                        .collect(
                                Collectors.toMap(
                                        i -> arguments[2 * i].replaceFirst("^--", ""),
                                        i -> arguments[2 * i + 1]));
        var folder = Files.createTempDirectory("comparison");
        System.out.print(new Comparison(options, folder).table());
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private String table() throws IOException, InterruptedException {
        var table = new StringBuilder();
        table.append(
                """
                | query | server | µs of CPU a query | × NSD | queries/s | lost | RSS idle, MiB | RSS loaded, MiB | first answer, ms |
                |---|---|---:|---:|---:|---:|---:|---:|---:|
                """);
        for (var cell : cells) {
            var upstream = start(Peer.NSD, Cell.ZONE, 0, CLIENT_CORE, "upstream");
            try {
                table.append(rows(cell, play(cell, upstream.port())));
            } finally {
                upstream.server().close();
            }
        }
        return table.toString();
    }

    private Map<Peer, Figures> play(Cell cell, int upstream)
            throws IOException, InterruptedException {
        var contestants = new ArrayList<Contestant>();
        var figures = new EnumMap<Peer, Figures>(Peer.class);
        try {
            for (var peer : peers) {
                enter(peer, cell, upstream, contestants, figures);
            }
            for (var contestant : contestants) {
                load(contestant, figuresOf(figures, contestant), warmup, false);
            }
            for (int round = 0; round < rounds; round++) {
                for (var contestant : contestants) {
                    load(contestant, figuresOf(figures, contestant), seconds, true);
                }
            }
        } finally {
            contestants.forEach(contestant -> contestant.server().close());
        }
        return figures;
    }

    private static Figures figuresOf(Map<Peer, Figures> figures, Contestant contestant) {
        return figures.computeIfAbsent(contestant.peer(), _ -> new Figures());
    }

    private void enter(
            Peer peer,
            Cell cell,
            int upstream,
            List<Contestant> contestants,
            Map<Peer, Figures> figures)
            throws IOException, InterruptedException {
        // NSD has only one kind of answer, and everybody is compared with it.
        var own = peer == Peer.NSD && !cell.tcp ? Cell.ZONE : cell;
        try {
            var contestant = start(peer, own, upstream, SERVER_CORE, cell.word());
            contestants.add(contestant);
            var entry = figuresOf(figures, contestant);
            entry.startMillis = contestant.server().startNanos / 1_000_000;
            entry.idleMib = contestant.server().residentMib();
        } catch (Absent e) {
            System.err.println(cell.word() + ": " + e.getMessage());
        }
    }

    /// A server that cannot take part, and why.
    private static final class Absent extends IOException {
        private static final long serialVersionUID = 1L;

        Absent(String message) {
            super(message);
        }
    }

    private Contestant start(Peer peer, Cell cell, int upstream, int core, String label)
            throws IOException, InterruptedException {
        int port = Ports.free();
        var place = Files.createDirectories(folder.resolve(label + "-" + peer));
        var command = peer.command(cell, new Peer.Place(place, port, upstream));
        if (command.isEmpty()) {
            throw new Absent(
                    peer.program().isEmpty()
                            ? peer.title() + " is not here (see COREDNS, ONOMA, packages)"
                            : peer.title() + " has no such answers");
        }
        try {
            var server = new Server(command.get(), place, port, core, cell.name(0));
            return new Contestant(peer, server, port, cell, queries(place, cell));
        } catch (IOException e) {
            throw new Absent(peer.title() + " did not start: " + e.getMessage());
        }
    }

    private static Path queries(Path folder, Cell cell) throws IOException {
        var random = new Random(7);
        var file = folder.resolve("queries");
        Files.writeString(
                file,
                IntStream.range(0, QUERIES)
                        .mapToObj(_ -> cell.name(random.nextInt(cell.names)) + " A")
                        .collect(Collectors.joining("\n", "", "\n")));
        return file;
    }

    private static void load(Contestant contestant, Figures figures, int seconds, boolean counts)
            throws IOException, InterruptedException {
        long before = contestant.server().cpuMicros();
        var load = Load.run(contestant.cell(), contestant.queries(), contestant.port(), seconds);
        long used = contestant.server().cpuMicros() - before;
        if (counts) {
            figures.micros.add((double) used / Math.max(1, load.answered()));
            figures.rates.add(load.queriesPerSecond());
            figures.lost += load.lost();
            figures.loadedMib = contestant.server().residentMib();
        }
    }

    private static String rows(Cell cell, Map<Peer, Figures> figures) {
        var nsd = figures.get(Peer.NSD);
        var rows = new StringBuilder();
        figures.forEach((peer, f) -> {
            double micros = median(f.micros);
            var ratio = nsd == null ? "" : "%.2f".formatted(micros / median(nsd.micros));
            rows.append(
                    "| %s | %s | %.2f | %s | %,.0f | %d | %d | %d | %d |\n"
                            .formatted(
                                    peer == Peer.NSD ? "**" + cell.title + "**" : "",
                                    peer.title(),
                                    micros,
                                    ratio,
                                    median(f.rates),
                                    f.lost,
                                    f.idleMib,
                                    f.loadedMib,
                                    f.startMillis));
        });
        return rows.toString();
    }

    private static double median(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
    }
}
