package dev.onoma.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// Let's Encrypt's own test authority, as a process on loopback. A test is skipped where it is not
/// installed.
public final class Pebble implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final Path folder;
    private final int port;
    private final int dnsPort;
    private final Process process;

    /// Starts one.
    ///
    /// @param folder where `ca.pem` will be, which its certificate comes from
    /// @param dnsPort of the server that it asks for proofs
    public Pebble(Path folder, int dnsPort) throws IOException, InterruptedException {
        this.folder = folder;
        this.dnsPort = dnsPort;
        port = Ports.free();
        Authority.in(folder).issue("pebble", "127.0.0.1");
        Files.writeString(folder.resolve("pebble.json"), configuration(port, Ports.free()));
        process = start();
    }

    private static String configuration(int port, int managementPort) {
        return """
        {
          "pebble": {
            "listenAddress": "127.0.0.1:%d",
            "managementListenAddress": "127.0.0.1:%d",
            "certificate": "pebble.pem",
            "privateKey": "pebble.key",
            "httpPort": 1,
            "tlsPort": 1,
            "ocspResponderURL": "",
            "externalAccountBindingRequired": false,
            "retryAfter": {"authz": 1, "order": 1},
            "keyAlgorithm": "ecdsa",
            "profiles": {
              "default": {"description": "ninety days", "validityPeriod": 7776000}
            }
          }
        }
        """
                .formatted(port, managementPort);
    }

    private Process start() throws IOException, InterruptedException {
        var builder =
                new ProcessBuilder(
                        program(), "-config", "pebble.json", "-dnsserver", "127.0.0.1:" + dnsPort);
        builder.environment().put("PEBBLE_VA_NOSLEEP", "1");
        builder.environment().put("PEBBLE_AUTHZREUSE", "0");
        builder.environment().put("PEBBLE_WFE_NONCEREJECT", "20");
        builder.directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("pebble.log").toFile());
        var started = builder.start();
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!listens()) {
            if (!started.isAlive() || System.nanoTime() - end > 0) {
                throw new IOException(Files.readString(folder.resolve("pebble.log")));
            }
            Thread.onSpinWait();
        }
        return started;
    }

    private static String program() {
        for (var place : List.of(System.getenv("PATH").split(Pattern.quote(File.pathSeparator)))) {
            if (Files.isExecutable(Path.of(place, "pebble"))) {
                return Path.of(place, "pebble").toString();
            }
        }
        assumeTrue(
                false,
                "no pebble here: go install github.com/letsencrypt/pebble/v2/cmd/pebble@latest");
        return "pebble";
    }

    private boolean listens() {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// The URL of its directory.
    public String directory() {
        return "https://127.0.0.1:" + port + "/dir";
    }

    /// Ends it, as if it were away.
    public void stop() {
        process.destroy();
        process.onExit().join();
    }

    @Override
    public void close() {
        stop();
    }
}
