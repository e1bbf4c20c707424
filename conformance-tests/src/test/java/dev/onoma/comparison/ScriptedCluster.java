package dev.onoma.comparison;

import dev.onoma.testkit.ApiServerProcess;
import dev.onoma.testkit.ClusterData;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// A scripted API server that runs as a process of its own ([ApiServerProcess]).
final class ScriptedCluster implements AutoCloseable {
    private final ClusterData data;
    private final Process process;
    private final BufferedReader replies;
    private final BufferedWriter commands;
    private final String url;

    /// Starts it and waits until it is filled.
    ///
    /// @param core on which it runs; -1 for any
    ScriptedCluster(ClusterData data, int core) throws IOException {
        this.data = data;
        process =
                new ProcessBuilder(
                                "taskset",
                                "-c",
                                core < 0
                                        ? "0-" + (Runtime.getRuntime().availableProcessors() - 1)
                                        : "" + core,
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx4g",
                                "-XX:+UseParallelGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ApiServerProcess.class.getName(),
                                "" + data.services(),
                                "" + data.endpoints(),
                                "" + data.pods())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        replies = process.inputReader(StandardCharsets.US_ASCII);
        commands = process.outputWriter(StandardCharsets.US_ASCII);
        url = reply();
    }

    ClusterData data() {
        return data;
    }

    String url() {
        return url;
    }

    /// Has a command carried out.
    ///
    /// @return its result
    synchronized String tell(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        return reply();
    }

    private String reply() throws IOException {
        var line = replies.readLine();
        if (line == null) {
            throw new IOException("the scripted API server has ended; see its messages above");
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        commands.close();
        try {
            if (!process.waitFor(3, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
