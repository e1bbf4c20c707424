package dev.onoma.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// Programs of this machine.
final class Tools {
    private static final long PATIENCE_SECONDS = 20;
    private static final long REPEATED_NANOS = TimeUnit.SECONDS.toNanos(30);

    private Tools() {}

    /// Where a program is; the test is skipped if it is not there.
    static String tool(String name, String pack) {
        return find(name, "apt-get install " + pack);
    }

    /// Where a program is that Go installs; the test is skipped if it is not there.
    static String goTool(String name, String module) {
        return find(name, "go install " + module + "@latest");
    }

    private static String find(String name, String remedy) {
        for (var folder : List.of(System.getenv("PATH").split(Pattern.quote(File.pathSeparator)))) {
            if (Files.isExecutable(Path.of(folder, name))) {
                return Path.of(folder, name).toString();
            }
        }
        assumeTrue(false, "no " + name + " here: " + remedy);
        return name;
    }

    /// Python with what speaks QUIC.
    static String pythonForQuic() throws IOException, InterruptedException {
        var python = tool("python3", "python3");
        var asked = new ProcessBuilder(python, "-c", "import aioquic, dns.quic, dns.edns");
        assumeTrue(asked.start().waitFor() == 0, "no aioquic: pip install dnspython aioquic");
        return python;
    }

    /// A program of the test's resources, as a file.
    static String script(Path folder, String name) throws IOException {
        var script = folder.resolve(name);
        try (var source = Tools.class.getResourceAsStream(name)) {
            Files.copy(Objects.requireNonNull(source), script);
        }
        return script.toString();
    }

    /// Runs a program.
    ///
    /// @return what it says, on either stream
    static String run(String... command) throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(new ArrayList<>(List.of(command)))
                        .redirectInput(new File("/dev/null"))
                        .redirectErrorStream(true)
                        .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return output;
    }

    /// Runs a program again and again, for half a minute at most, until it says something.
    ///
    /// @return what it said last, with or without the part
    static String runUntil(String part, String... command)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        var said = run(command);
        while (!said.contains(part) && System.nanoTime() - begin < REPEATED_NANOS) {
            said = run(command);
        }
        return said;
    }

    /// Waits until a server on the loopback address takes connections.
    static void awaitListening(int port) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (ConnectException e) {
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
    }
}
