package dev.onoma.conformance;

import dev.onoma.testkit.Nsd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Name servers of others, on the other side of a transfer: each with one zone and one key.
enum Peers {
    KNOT("knotd", "knot") {
        @Override
        String configuration(Role role) {
            return """
            server:
                listen: 127.0.0.1@%1$d
                rundir: %2$s
            database:
                storage: %2$s
            key:
              - id: key.example.
                algorithm: hmac-sha256
                secret: %3$s
            remote:
              - id: onoma
                address: 127.0.0.1@%4$d
                key: key.example.
            acl:
              - id: key
                key: key.example.
                action: [transfer, notify]
            zone:
              - domain: %5$s
                file: %6$s
                zonefile-load: %8$s
                zonefile-sync: %9$s
                journal-content: %10$s
                acl: key
                %7$s: onoma
            """
                    .formatted(
                            role.port,
                            role.folder,
                            SECRET,
                            role.other,
                            role.zone,
                            role.file(),
                            role.primary ? "notify" : "master",
                            role.primary ? "difference" : "none",
                            role.primary ? "-1" : "0",
                            role.primary ? "changes" : "all");
        }

        @Override
        String[] arguments(Path configuration) {
            return new String[] {"-c", configuration.toString()};
        }
    },
    BIND("named", "bind9") {
        @Override
        String configuration(Role role) {
            return """
            options {
                directory "%2$s";
                pid-file "%2$s/named.pid";
                session-keyfile "%2$s/session.key";
                listen-on port %1$d { 127.0.0.1; };
                listen-on-v6 { none; };
                recursion no;
                notify explicit;
                notify-delay 0;
                ixfr-from-differences yes;
                masterfile-format text;
            };
            controls { };
            key "key.example" { algorithm hmac-sha256; secret "%3$s"; };
            zone "%5$s" {
                type %7$s;
                file "%6$s";
                allow-transfer { key "key.example"; };
                %8$s { 127.0.0.1 port %4$d key "key.example"; };
            };
            """
                    .formatted(
                            role.port,
                            role.folder,
                            SECRET,
                            role.other,
                            role.zone,
                            role.file(),
                            role.primary ? "primary" : "secondary",
                            role.primary ? "also-notify" : "primaries");
        }

        @Override
        String[] arguments(Path configuration) {
            return new String[] {"-f", "-c", configuration.toString()};
        }
    },
    NSD("nsd", "nsd") {
        @Override
        String configuration(Role role) {
            return Nsd.configuration(role.folder, role.port)
                    + """
                    key:
                        name: key.example
                        algorithm: hmac-sha256
                        secret: "%s"
                    zone:
                        name: %s
                        zonefile: "%s"
                        %s
                    """
                            .formatted(SECRET, role.zone, role.file(), transfers(role));
        }

        private static String transfers(Role role) {
            var lines =
                    role.primary
                            ? """
                            store-ixfr: yes
                                create-ixfr: yes
                                notify: 127.0.0.1@%d key.example
                                provide-xfr: 127.0.0.1 key.example\
                            """
                            : """
                            allow-notify: 127.0.0.1 key.example
                                request-xfr: 127.0.0.1@%d key.example\
                            """;
            return lines.formatted(role.other);
        }

        @Override
        String[] arguments(Path configuration) {
            return new String[] {"-d", "-c", configuration.toString()};
        }
    };

    static final String SECRET = "NoTCJU+DMqFWywaPyxSijrDEA/eC3nK0xi3AMEZuPVk=";

    private final String program;
    private final String pack;

    Peers(String program, String pack) {
        this.program = program;
        this.pack = pack;
    }

    abstract String configuration(Role role);

    abstract String[] arguments(Path configuration);

    /// What a peer is to do.
    ///
    /// @param other the port of who is on the other side
    record Role(Path folder, int port, int other, String zone, boolean primary) {
        Path file() {
            return folder.resolve("theirs.zone");
        }
    }

    /// A peer that runs.
    record Running(Process process, Path said) implements AutoCloseable {
        /// Reads its files again.
        void reload() throws IOException, InterruptedException {
            Tools.run("kill", "-HUP", "" + process.pid());
        }

        String log() throws IOException {
            return Files.readString(said);
        }

        @Override
        public void close() {
            process.destroy();
            try {
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException _) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Starts it; the test is skipped if it is not on this machine.
    Running start(Role role) throws IOException {
        var file = role.folder.resolve(program + ".conf");
        Files.writeString(file, configuration(role));
        return run(role.folder, program, pack, arguments(file));
    }

    /// Asks for the SOA record of a zone, until something is in it or half a minute is over.
    ///
    /// @param dig the program
    /// @return what it said last
    static String soaUntil(String part, String dig, int port, String zone)
            throws IOException, InterruptedException {
        return Tools.runUntil(
                part,
                dig,
                "@127.0.0.1",
                "-p",
                "" + port,
                "+short",
                "+time=1",
                "+tries=1",
                zone,
                "SOA");
    }

    /// Runs a server, whose log goes to a file of the folder.
    static Running run(Path folder, String program, String pack, String... words)
            throws IOException {
        var command = new ArrayList<>(List.of(Tools.tool(program, pack)));
        command.addAll(List.of(words));
        var said = folder.resolve(program + ".out");
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        return new Running(process, said);
    }
}
