package dev.onoma.comparison;

import dev.onoma.testkit.ApiServerProcess;
import dev.onoma.testkit.ClusterData;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A scripted API server that runs as a process of its own ([ApiServerProcess]).
final class ScriptedCluster implements AutoCloseable {
    private final ClusterData data;
    private final Optional<Path> folder;
    private final Process process;
    private final BufferedReader replies;
    private final BufferedWriter commands;
    private final String url;

    /// Starts it and waits until it is filled.
    ///
    /// @param core on which it runs; -1 for any
    /// @param folder for its certificate, if it is to speak TLS
    ScriptedCluster(ClusterData data, int core, Optional<Path> folder) throws IOException {
        this.data = data;
        this.folder = folder;
        int last = Runtime.getRuntime().availableProcessors() - 1;
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(List.of("taskset", "-c", core < 0 ? "0-" + last : "" + core));
        command.addAll(List.of(java, "-Xmx4g", "-XX:+UseParallelGC"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(ApiServerProcess.class.getName());
        command.addAll(List.of("" + data.services(), "" + data.endpoints(), "" + data.pods()));
        folder.ifPresent(path -> command.add(path.toString()));
        process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        replies = process.inputReader(StandardCharsets.US_ASCII);
        commands = process.outputWriter(StandardCharsets.US_ASCII);
        url = reply();
        if (folder.isPresent()) {
            Files.writeString(folder.get().resolve("kubeconfig"), kubeconfig(folder.get()));
        }
    }

    private String kubeconfig(Path certificates) {
        return """
        apiVersion: v1
        kind: Config
        current-context: here
        contexts: [{name: here, context: {cluster: here, user: dns}}]
        clusters: [{name: here, cluster: {server: "%s", certificate-authority: "%s"}}]
        users: [{name: dns, user: {token: token-of-dns}}]
        """
                .formatted(url, certificates.resolve("ca.pem"));
    }

    ClusterData data() {
        return data;
    }

    /// The line of a Corefile that leads here.
    String directive() {
        return folder.map(path -> "kubeconfig " + path.resolve("kubeconfig"))
                .orElse("endpoint " + url);
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
