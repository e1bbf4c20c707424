package dev.onoma.testkit;

import dev.onoma.api.ServerTls;
import dev.onoma.server.tls.PemTls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// An [ApiServer] with [ClusterData] as a process of its own, so that what it costs is not counted
/// for whoever measures: `ApiServerProcess SERVICES ENDPOINTS PODS [FOLDER]`.
///
/// With a folder it speaks TLS, and writes there who vouches for it (`ca.pem`). It prints its URL
/// when it is filled, then reads commands, a line each, and prints a line when one has been carried
/// out. The end of its input is its end.
///
/// | command | what it does |
/// |---|---|
/// | `put N`, `delete N` | service N |
/// | `change N C` | the first endpoint of service N gets address C |
/// | `churn RATE SECONDS` | changes slices at a rate, all but the last, one after the other, from now on |
/// | `churned` | waits for the end of it; prints how many changes there were |
/// | `calm` | ends it before its time |
/// | `expire` | ends all watches with 410, so that everything is listed again |
/// | `end`, `reset` | ends all watches as time-outs do; resets all connections |
/// | `stop`, `restart` | an outage and its end |
public final class ApiServerProcess {
    private final ApiServer server;
    private final ClusterData data;
    private Thread churn = new Thread(() -> {});
    private volatile int changes;

    private ApiServerProcess(ApiServer server, ClusterData data) {
        this.server = server;
        this.data = data;
    }

    public static void main(String... arguments) throws IOException, InterruptedException {
        var numbers = List.of(arguments).stream().limit(3).map(Integer::parseInt).toList();
        var data = new ClusterData(numbers.get(0), numbers.get(1), numbers.get(2));
        try (var server = new ApiServer()) {
            if (arguments.length > 3) {
                secure(server, Path.of(arguments[3]));
            }
            data.fill(server);
            server.encodeAll();
            System.out.println(server.url());
            var process = new ApiServerProcess(server, data);
            var in =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(process.command(List.of(line.split(" "))));
            }
        }
    }

    private static void secure(ApiServer server, Path folder) throws IOException {
        var authority = Authority.in(folder);
        authority.issue("api", "127.0.0.1");
        var tls = new PemTls(new HandTime(), Map.of());
        var certificate = folder.resolve("api.pem");
        var identity = tls.identity(certificate, folder.resolve("api.key"), Optional.empty());
        server.secure(
                tls.server(new ServerTls(() -> identity, ServerTls.ClientAuth.NOCERT, List.of())));
    }

    private String command(List<String> words) throws IOException, InterruptedException {
        int first = words.size() > 1 ? Integer.parseInt(words.get(1)) : 0;
        int second = words.size() > 2 ? Integer.parseInt(words.get(2)) : 0;
        switch (words.getFirst()) {
            case "put" -> server.put(data.service(first));
            case "delete" -> server.delete(data.service(first));
            case "change" -> server.put(data.slice(first, second));
            case "churn" -> churn = Thread.ofPlatform().daemon().start(() -> churn(first, second));
            case "calm" -> {
                churn.interrupt();
                churn.join();
            }
            case "churned" -> {
                churn.join();
                return "" + changes;
            }
            case "expire" -> server.expire();
            case "end" -> server.endWatches();
            case "reset" -> server.reset();
            case "stop" -> server.stop();
            case "restart" -> server.restart();
            default -> throw new IllegalArgumentException("no such command: " + words);
        }
        return "done";
    }

    private void churn(int rate, int seconds) {
        changes = 0;
        long began = System.nanoTime();
        try {
            for (int i = 0; i < rate * seconds && !Thread.interrupted(); i++) {
                server.put(data.slice(i % Math.max(1, data.services() - 1), i + 1));
                changes = i + 1;
                long due = began + i * (TimeUnit.SECONDS.toNanos(1) / rate);
                long ahead = due - System.nanoTime();
                if (ahead > TimeUnit.MILLISECONDS.toNanos(1)) {
                    TimeUnit.NANOSECONDS.sleep(ahead);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
