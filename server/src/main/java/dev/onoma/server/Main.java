package dev.onoma.server;

import dev.onoma.api.CorefileException;
import dev.onoma.server.LineFormat.Level;
import dev.onoma.server.chain.PluginOrder;
import dev.onoma.server.corefile.CorefileSource;
import dev.onoma.server.discovery.PluginFolder;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The process. Same flags, signals and exit codes as CoreDNS.
public final class Main {

    private final CommandLine line;
    private final PrintStream out;
    private final PrintStream err;

    private Main(CommandLine line, PrintStream out, PrintStream err) {
        this.line = line;
        this.out = out;
        this.err = err;
    }

    /// Starts, and ends with the exit code.
    public static void main(String[] words) {
        var out =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        var err =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        System.setOut(out);
        // A name that moves, or comes back, is found within seconds; the resolver has caches too.
        Security.setProperty("networkaddress.cache.ttl", "3");
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
        InternalLoggerFactory.setDefaultFactory(new NettyLog(out, LineFormat.text()));
        int code = run(List.of(words), out, err);
        out.flush();
        err.flush();
        Runtime.getRuntime().halt(code);
    }

    private static int run(List<String> words, PrintStream out, PrintStream err) {
        try {
            if (!words.isEmpty() && !words.getFirst().startsWith("-")) {
                var command = Commands.named(words.getFirst());
                if (command.isPresent()) {
                    return command.get().run(words.subList(1, words.size()), out, err);
                }
                var advice = Commands.advice(words.getFirst());
                if (!advice.isEmpty()) {
                    err.println("there is no sub-command \"" + words.getFirst() + "\"; " + advice);
                    return 1;
                }
            }
            return new Main(CommandLine.parse(words), out, err).run();
        } catch (Flags.Stop e) {
            err.println(e.getMessage());
            return e.exitCode();
        } catch (IOException e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    private int run() {
        if (line.logFormat().hasFields()) {
            InternalLoggerFactory.setDefaultFactory(new NettyLog(out, line.logFormat()));
        }
        if (line.version()) {
            versionLines().forEach(out::println);
            return 0;
        }
        try {
            if (line.plugins()) {
                var found = new PluginFolder(pluginDirectory()).find();
                found.problems().forEach(err::println);
                PluginOrder.of(found.plugins()).listed().forEach(out::println);
                out.println();
                return 0;
            }
            var source =
                    CorefileSource.choose(line.conf(), System.in, Path.of("").toAbsolutePath());
            var options = options(source);
            return line.validate() ? validate(options, source) : serve(options);
        } catch (CorefileException | IOException | IllegalArgumentException e) {
            var message = String.valueOf(e.getMessage());
            boolean text = line.validate() || !line.logFormat().hasFields();
            err.println(text ? message : line.logFormat().line(Level.ERROR, message));
            return 1;
        }
    }

    private void say(Level level, String message) {
        out.println(line.logFormat().line(level, message));
    }

    // CoreDNS writes these without a level.
    private void announce(String message) {
        out.println(
                line.logFormat().hasFields()
                        ? line.logFormat().line(Level.INFO, message)
                        : message);
    }

    private Onoma.Options options(CorefileSource source) {
        var usual = Onoma.Options.of(source, line.dnsPort(), pluginDirectory());
        return new Onoma.Options(
                source,
                line.dnsPort(),
                Map.copyOf(System.getenv()),
                usual.pluginDirectory(),
                out,
                line.logFormat(),
                usual.directory(),
                usual.loops(),
                true);
    }

    private @Nullable Path pluginDirectory() {
        return line.pluginDirectory().isEmpty() ? null : Path.of(line.pluginDirectory());
    }

    private int validate(Onoma.Options options, CorefileSource source) throws IOException {
        for (var warning : Onoma.validate(options)) {
            err.println("warning: " + warning);
        }
        out.println(source.name() + " is valid");
        return 0;
    }

    private int serve(Onoma.Options options) throws IOException {
        var server = Onoma.start(options);
        if (!line.quiet()) {
            server.banner().forEach(this::announce);
        }
        writePid();
        var ended = new CountDownLatch(1);
        onSignals(server, ended);
        if (!line.quiet()) {
            versionLines().forEach(this::announce);
        }
        await(ended);
        return 0;
    }

    private void onSignals(Onoma server, CountDownLatch ended) {
        var interrupts = new AtomicInteger();
        Signals.inTurn(
                "TERM",
                () -> {
                    say(Level.INFO, "SIGTERM: Shutting down servers then terminating");
                    end(server, ended);
                });
        Signals.atOnce(
                "INT",
                () -> {
                    if (interrupts.getAndIncrement() > 0) {
                        say(Level.INFO, "SIGINT: Force quit");
                        Runtime.getRuntime().halt(2);
                    }
                    say(Level.INFO, "SIGINT: Shutting down");
                    end(server, ended);
                });
        Signals.inTurn(
                "USR1",
                () -> {
                    say(Level.INFO, "SIGUSR1: Reloading");
                    var cause = server.reload();
                    if (cause != null) {
                        say(
                                Level.ERROR,
                                "SIGUSR1: starting with listener file descriptors: " + cause);
                    }
                });
        Signals.ignore("HUP");
    }

    private void end(Onoma server, CountDownLatch ended) {
        removePid();
        server.shutdown();
        ended.countDown();
    }

    private static void await(CountDownLatch ended) {
        while (ended.getCount() > 0) {
            try {
                ended.await();
            } catch (InterruptedException _) {
                // Nobody interrupts the main thread; the process ends by a signal.
            }
        }
    }

    private void writePid() {
        if (line.pidfile().isEmpty()) {
            return;
        }
        try {
            Files.writeString(Path.of(line.pidfile()), ProcessHandle.current().pid() + "\n");
        } catch (IOException e) {
            say(Level.ERROR, "Could not write pidfile: " + e.getMessage());
        }
    }

    private void removePid() {
        if (!line.pidfile().isEmpty()) {
            try {
                Files.deleteIfExists(Path.of(line.pidfile()));
            } catch (IOException e) {
                say(Level.ERROR, "Could not remove pidfile: " + e.getMessage());
            }
        }
    }

    private static List<String> versionLines() {
        var platform =
                "%s/%s, java%s, "
                        .formatted(
                                System.getProperty("os.name", "")
                                        .toLowerCase(java.util.Locale.ROOT),
                                System.getProperty("os.arch", ""),
                                Runtime.version().toString());
        return List.of(BuildInfo.LINE, platform);
    }
}
