package dev.onoma.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/// A program that takes `-conf FILE -dns.port N`, as CoreDNS and Onoma do.
///
/// It counts as started when it prints its version, or some time after it accepts a TCP connection:
/// CoreDNS opens TCP before UDP, and a process may be quiet. It reloads on SIGUSR1. Time is real
/// here: [Subject.Running#advance] waits.
public final class ProcessSubject implements Subject {
    private static final Duration START_MAX = Duration.ofSeconds(20);
    private static final Duration QUIET = Duration.ofSeconds(3);
    private static final Duration RELOAD_MAX = Duration.ofSeconds(10);
    private static final Duration TERMINATION_MAX = Duration.ofSeconds(30);
    private static final Duration STOP_MAX = Duration.ofSeconds(3);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final String name;
    private final List<String> command;
    private final boolean reference;

    private ProcessSubject(String name, List<String> command, boolean reference) {
        this.name = name;
        this.command = List.copyOf(command);
        this.reference = reference;
    }

    /// A CoreDNS binary.
    public static ProcessSubject coreDns(Path binary) {
        return new ProcessSubject("CoreDNS", List.of(binary.toString()), true);
    }

    /// Any other program; arguments may follow.
    public static ProcessSubject of(String... command) {
        return new ProcessSubject(command[0], List.of(command), false);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean isReference() {
        return reference;
    }

    @Override
    public RunningProcess start(Setup setup) throws IOException, InterruptedException, StartFailed {
        var corefile = setup.folder().resolve("Corefile");
        Files.writeString(corefile, adapt(setup, setup.corefile(), reference));
        var arguments = new ArrayList<>(command);
        arguments.addAll(List.of("-conf", "Corefile", "-dns.port", "" + setup.port()));
        var process =
                new ProcessBuilder(arguments)
                        .directory(setup.folder().toFile())
                        .redirectErrorStream(true)
                        .start();
        var running = new RunningProcess(process, setup, reference);
        try {
            running.awaitStart();
            return running;
        } catch (IOException | InterruptedException | StartFailed e) {
            running.close();
            throw e;
        }
    }

    /// CoreDNS has no other source of Kubernetes objects than an API server.
    private static String adapt(Setup setup, String corefile, boolean reference)
            throws IOException {
        return reference ? setup.cluster().withEndpoint(corefile) : corefile;
    }

    /// A process that runs.
    public static final class RunningProcess implements Running {
        private final Process process;
        private final Setup setup;
        private final boolean reference;
        private final List<String> output = new CopyOnWriteArrayList<>();
        private final Thread reader;

        private RunningProcess(Process process, Setup setup, boolean reference) {
            this.process = process;
            this.setup = setup;
            this.reference = reference;
            reader = Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
                for (var line = in.readLine(); line != null; line = in.readLine()) {
                    output.add(line);
                }
            } catch (IOException _) {
                // The process has ended; what it wrote before is kept.
            }
        }

        void awaitStart() throws IOException, InterruptedException, StartFailed {
            long deadline = System.nanoTime() + START_MAX.toNanos();
            long accepted = 0;
            while (!saysVersion()) {
                long now = System.nanoTime();
                if (accepted == 0 && accepts()) {
                    accepted = now;
                } else if (accepted != 0 && now - accepted > QUIET.toNanos()) {
                    return;
                }
                if (process.waitFor(POLL_NANOS, TimeUnit.NANOSECONDS)) {
                    reader.join();
                    throw new StartFailed(log());
                }
                if (now > deadline) {
                    throw new StartFailed("did not start in " + START_MAX + ":\n" + log());
                }
            }
        }

        private boolean saysVersion() {
            return output.stream()
                    .anyMatch(line -> line.startsWith("CoreDNS-") || line.startsWith("Onoma-"));
        }

        private boolean accepts() {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(LOOPBACK, setup.port()), 100);
                return true;
            } catch (IOException _) {
                return false; // not yet
            }
        }

        @Override
        public void reload(String corefile) throws IOException, InterruptedException, StartFailed {
            Files.writeString(
                    setup.folder().resolve("Corefile"), adapt(setup, corefile, reference));
            int from = log().length();
            signal("USR1");
            long deadline = System.nanoTime() + RELOAD_MAX.toNanos();
            while (true) {
                var news = log().substring(from);
                if (news.contains("Reloading complete")) {
                    return;
                }
                if (news.contains("[ERROR]") && news.contains("SIGUSR1:")) {
                    throw new StartFailed(news);
                }
                if (!process.isAlive()) {
                    throw new StartFailed("the process has ended while reloading:\n" + news);
                }
                if (System.nanoTime() > deadline) {
                    throw new StartFailed("no sign of a reload in " + RELOAD_MAX + ":\n" + news);
                }
                TimeUnit.NANOSECONDS.sleep(POLL_NANOS);
            }
        }

        private void signal(String signal) throws IOException, InterruptedException {
            int code =
                    new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start().waitFor();
            if (code != 0) {
                throw new IOException(
                        "kill -" + signal + " " + process.pid() + " ended with " + code);
            }
        }

        /// Sends SIGTERM, as orchestrators do.
        ///
        /// @return the exit code; negative if it has not ended after 30 seconds
        public int terminate() throws IOException, InterruptedException {
            signal("TERM");
            if (!process.waitFor(TERMINATION_MAX.toNanos(), TimeUnit.NANOSECONDS)) {
                return -1;
            }
            reader.join();
            return process.exitValue();
        }

        @Override
        public void advance(Duration duration) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        }

        @Override
        public String log() {
            return String.join("\n", output) + "\n";
        }

        @Override
        public void close() {
            process.toHandle().destroy(); // and not its output, which tells of the end
            try {
                if (!process.waitFor(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            } catch (InterruptedException _) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
