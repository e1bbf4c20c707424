package dev.onoma.comparison;

import dev.onoma.testkit.Nsd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A server to compare: how it is configured for a cell, and started.
enum Peer {
    NSD("nsd"),
    KNOT("knotd"),
    UNBOUND("unbound"),
    COREDNS("coredns"),
    ONOMA("onoma");

    private final String program;

    Peer(String program) {
        this.program = program;
    }

    /// @param folder for its files
    /// @param upstream the port of a server that knows all names, for those that forward
    record Place(Path folder, int port, int upstream) {}

    /// The command that runs it in the foreground, or nothing if it has no such answers or is not
    /// installed here.
    Optional<List<String>> command(Cell cell, Place place) throws IOException {
        if (program().isEmpty()) {
            return Optional.empty();
        }
        return switch (this) {
            case NSD -> authoritative(cell, nsd(place), "nsd.conf", place, "-d", "-c");
            case KNOT -> authoritative(cell, knot(place), "knot.conf", place, "-c");
            case UNBOUND -> unbound(cell, place);
            case COREDNS, ONOMA -> corefile(cell, place);
        };
    }

    /// Where the program is: `COREDNS` and `ONOMA` name binaries, the others come from packages.
    Optional<String> program() {
        return switch (this) {
            case COREDNS -> Optional.ofNullable(System.getenv("COREDNS"));
            case ONOMA -> Optional.ofNullable(System.getenv("ONOMA"));
            default ->
                    List.of("/usr/sbin/", "/usr/local/sbin/", "/usr/bin/").stream()
                            .map(folder -> folder + program)
                            .filter(path -> Files.isExecutable(Path.of(path)))
                            .findFirst();
        };
    }

    /// The command that starts a program that is installed here, without its arguments. `ONOMA` may
    /// also name the root of an image.
    List<String> launch() throws IOException {
        var path = program().orElseThrow();
        return this == ONOMA && Files.isDirectory(Path.of(path))
                ? ImageCommand.of(Path.of(path))
                : List.of(path);
    }

    private Optional<List<String>> authoritative(
            Cell cell, String configuration, String file, Place place, String... options)
            throws IOException {
        if (cell != Cell.ZONE && cell != Cell.TCP) {
            return Optional.empty();
        }
        Files.writeString(place.folder().resolve("bench.zone"), zone(cell));
        var path = place.folder().resolve(file);
        Files.writeString(path, configuration);
        var command = new java.util.ArrayList<>(List.of(program().orElseThrow()));
        command.addAll(List.of(options));
        command.add(path.toString());
        return Optional.of(command);
    }

    static String zone(Cell cell) {
        return """
        $ORIGIN bench.test.
        $TTL 3600
        @ IN SOA ns.bench.test. admin.bench.test. 1 7200 1800 86400 300
        @ IN NS ns.bench.test.
        ns IN A 10.0.0.53
        """
                + lines(cell, n -> "h" + n + " IN A " + Cell.address(n));
    }

    private static String lines(Cell cell, java.util.function.IntFunction<String> line) {
        return IntStream.range(0, cell.names)
                .mapToObj(line)
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String nsd(Place place) {
        return Nsd.configuration(
                        place.folder(), place.port(), "rrl-ratelimit: 0", "tcp-timeout: 60")
                + """
                zone:
                    name: bench.test
                    zonefile: "%s/bench.zone"
                """
                        .formatted(place.folder());
    }

    private static String knot(Place place) {
        return """
        server:
            listen: 127.0.0.1@%d
            rundir: "%2$s"
            udp-workers: 1
            tcp-workers: 1
            background-workers: 1
            tcp-idle-timeout: 60
        database:
            storage: "%2$s"
        log:
          - target: stderr
            any: warning
        zone:
          - domain: bench.test
            storage: "%2$s"
            file: bench.zone
        """
                .formatted(place.port(), place.folder());
    }

    private Optional<List<String>> unbound(Cell cell, Place place) throws IOException {
        var head =
                """
                server:
                    num-threads: 1
                    interface: 127.0.0.1@%d
                    access-control: 127.0.0.0/8 allow
                    username: ""
                    chroot: ""
                    directory: "%2$s"
                    pidfile: "%2$s/unbound.pid"
                    use-syslog: no
                    logfile: ""
                    do-daemonize: no
                    do-not-query-localhost: no
                    module-config: "iterator"
                    local-zone: "test." nodefault
                    ip-ratelimit: 0
                    tcp-idle-timeout: 60000
                """
                        .formatted(place.port(), place.folder());
        var data =
                switch (cell) {
                    case HOSTS, TCP ->
                            "    local-zone: bench.test. static\n"
                                    + lines(
                                            cell,
                                            n ->
                                                    "    local-data: \"%s 3600 IN A %s\""
                                                            .formatted(
                                                                    cell.name(n), Cell.address(n)));
                    case CACHED ->
                            "forward-zone:\n    name: .\n    forward-addr: 127.0.0.1@"
                                    + place.upstream()
                                    + "\nremote-control:\n    control-enable: no\n";
                    default -> "";
                };
        if (data.isEmpty()) {
            return Optional.empty();
        }
        var file = place.folder().resolve("unbound.conf");
        Files.writeString(file, head + data);
        return Optional.of(List.of(program().orElseThrow(), "-d", "-c", file.toString()));
    }

    private Optional<List<String>> corefile(Cell cell, Place place) throws IOException {
        var forward = "forward . 127.0.0.1:" + place.upstream();
        var plugins =
                switch (cell) {
                    case ZONE -> "file bench.zone bench.test";
                    case HOSTS, TCP -> "hosts bench.hosts {\n reload 0\n }";
                    case CACHED -> "cache 3600\n" + forward;
                    case CHAIN ->
                            "errors\nprometheus 127.0.0.1:0\ncache 3600\nloadbalance\n" + forward;
                    case UNCACHED -> forward;
                    case CLUSTER -> Manifests.plugin(this, place);
                };
        if (plugins.isEmpty()) {
            return Optional.empty();
        }
        Files.writeString(place.folder().resolve("bench.zone"), zone(cell));
        Files.writeString(
                place.folder().resolve("bench.hosts"),
                lines(cell, n -> Cell.address(n) + " " + cell.name(n)));
        if (cell == Cell.CLUSTER) {
            Manifests.write(place.folder().resolve("manifests"), cell);
        }
        var block = cell == Cell.CLUSTER ? "cluster.local" : ".";
        var file = place.folder().resolve("Corefile");
        Files.writeString(file, block + " {\n" + plugins + "\n}\n");
        var command = new java.util.ArrayList<>(launch());
        command.addAll(List.of("-conf", file.toString(), "-dns.port", "" + place.port()));
        return Optional.of(command);
    }

    String title() {
        return switch (this) {
            case NSD -> "NSD";
            case KNOT -> "Knot DNS";
            case UNBOUND -> "Unbound";
            case COREDNS -> "CoreDNS";
            case ONOMA -> "Onoma";
        };
    }
}
