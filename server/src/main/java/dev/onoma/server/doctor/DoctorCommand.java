package dev.onoma.server.doctor;

import dev.onoma.api.Checkup;
import dev.onoma.api.CorefileException;
import dev.onoma.api.Endpoint;
import dev.onoma.server.AdminClient;
import dev.onoma.server.Command;
import dev.onoma.server.Flags;
import dev.onoma.server.Onoma;
import dev.onoma.server.corefile.CorefileSource;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `onoma doctor SERVICE`: looks along the way from a client to the pods for what is wrong.
public final class DoctorCommand implements Command {
    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");
    private static final Path MOUNTED = Path.of("/etc/coredns/Corefile");
    private static final int DNS_PORT = 53;
    private static final String USAGE =
            """
            Usage of onoma doctor: onoma doctor SERVICE[.NAMESPACE]
              -admin string
                \tAddress of the plugin admin, for the log (default "localhost:9154")
              -conf string
                \tCorefile of the server (default "Corefile", else "/etc/coredns/Corefile")
              -dns.port string
                \tPort of keys without one (default "53")
              -json
                \tReport as one JSON object
              -log string
                \tFile with the log of the server; - is standard input
              -p string
                \tPort of keys without one (default "53")
              -plugin-dir string
                \tDirectory with jars of plugins, as the server has it
              -resolv-conf string
                \tFile of the client (default "/etc/resolv.conf")
              -server string
                \tAddress of the server (default: what the cluster says)
              -timeout string
                \tMilliseconds to wait for each answer (default "2000")
            """;

    private static final Flags FLAGS =
            new Flags(
                    () -> USAGE,
                    Set.of(
                            "admin",
                            "conf",
                            "dns.port",
                            "log",
                            "plugin-dir",
                            "resolv-conf",
                            "server",
                            "timeout"),
                    Set.of("json"),
                    Map.of("p", "dns.port"));

    @Override
    public String name() {
        return "doctor";
    }

    @Override
    public String summary() {
        return "Tell why a service is not found: onoma doctor SERVICE[.NAMESPACE]";
    }

    @Override
    public int run(List<String> words, PrintStream out, PrintStream err)
            throws Flags.Stop, IOException {
        var found = FLAGS.parseAmongWords(words);
        if (found.words().size() != 1) {
            throw FLAGS.misuse(
                    found.words().isEmpty()
                            ? "SERVICE is missing"
                            : "one SERVICE at a time, not " + String.join(" ", found.words()));
        }
        var subject = found.words().getFirst();
        var checkup = new Checkup();
        var doctor =
                new Doctor(
                        subject,
                        checkup,
                        new Probe(patience(found)),
                        server(found),
                        found.text("admin", AdminClient.ADDRESS_DEFAULT));
        doctor.log(log(found));
        resolvConf(found, doctor);
        source(found, checkup).ifPresent(s -> examine(options(found, s), doctor, checkup));
        var report = new Report(subject, doctor.name(), checkup);
        out.print(found.isOn("json") ? report.json() : report.text());
        return checkup.isHealthy() ? 0 : 1;
    }

    private static void examine(Onoma.Options options, Doctor doctor, Checkup checkup) {
        try {
            Onoma.examine(options, doctor::look);
        } catch (IOException | CorefileException | IllegalArgumentException e) {
            checkup.wrong(
                    "Corefile",
                    String.valueOf(e.getMessage()),
                    "correct the Corefile; a server that runs goes on with what it read before");
        }
    }

    private static Onoma.Options options(Flags.Found found, CorefileSource source) {
        var plugins = found.text("plugin-dir", "");
        return Onoma.Options.of(
                source,
                found.text("dns.port", "" + DNS_PORT),
                plugins.isEmpty() ? null : Path.of(plugins));
    }

    private static Optional<CorefileSource> source(Flags.Found found, Checkup checkup) {
        var here = Path.of("").toAbsolutePath();
        var conf = found.text("conf", "");
        var problem = "there is neither a Corefile here nor " + MOUNTED;
        try {
            if (!conf.isEmpty()) {
                return Optional.of(CorefileSource.choose(conf, System.in, here));
            }
            for (var file : List.of(here.resolve("Corefile"), MOUNTED)) {
                if (Files.exists(file)) {
                    return Optional.of(CorefileSource.ofFile(file.toString(), file));
                }
            }
        } catch (IOException e) {
            problem = String.valueOf(e.getMessage());
        }
        checkup.wrong("Corefile", problem, "name the one of the server with -conf");
        return Optional.empty();
    }

    private static Duration patience(Flags.Found found) throws Flags.Stop {
        var text = found.text("timeout", "2000");
        if (!text.matches("[1-9][0-9]{0,4}")) {
            throw FLAGS.misuse("-timeout is 1 to 99999 milliseconds, not \"" + text + "\"");
        }
        return Duration.ofMillis(Integer.parseInt(text));
    }

    private static Optional<InetSocketAddress> server(Flags.Found found) throws Flags.Stop {
        var text = found.text("server", "");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                Endpoint.parse(text, DNS_PORT)
                        .flatMap(Endpoint::socketAddress)
                        .orElseThrow(() ->
                                FLAGS.misuse("-server is ADDRESS[:PORT], not \"" + text + "\"")));
    }

    private static List<String> log(Flags.Found found) throws Flags.Stop, IOException {
        var file = found.text("log", "");
        if (file.isEmpty()) {
            return List.of();
        }
        return file.equals("-")
                ? new String(System.in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                        .lines()
                        .toList()
                : Files.readAllLines(there("log", file));
    }

    /// The file that a flag names.
    private static Path there(String flag, String file) throws Flags.Stop {
        var path = Path.of(file);
        if (!Files.isReadable(path)) {
            throw FLAGS.misuse("-%s: %s is not there, or cannot be read".formatted(flag, file));
        }
        return path;
    }

    private static void resolvConf(Flags.Found found, Doctor doctor)
            throws Flags.Stop, IOException {
        var file = found.text("resolv-conf", "");
        if (!file.isEmpty()) {
            doctor.client(file, ResolvConf.read(there("resolv-conf", file)), true);
        } else if (Files.isReadable(RESOLV_CONF)) {
            doctor.client(RESOLV_CONF.toString(), ResolvConf.read(RESOLV_CONF), false);
        }
    }
}
