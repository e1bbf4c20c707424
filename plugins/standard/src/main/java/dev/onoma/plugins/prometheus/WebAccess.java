package dev.onoma.plugins.prometheus;

import dev.onoma.api.FileStamp;
import dev.onoma.api.HttpEndpoint;
import dev.onoma.api.HttpPage;
import dev.onoma.api.Log;
import dev.onoma.api.Metrics;
import dev.onoma.api.Time;
import dev.onoma.api.Tls;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Lets those come to `/metrics` whom a web configuration file allows, which is read again when it
/// changes. While it cannot be used, what it said last stays; while it has never been there, nobody
/// is served.
final class WebAccess implements HttpEndpoint.Access {
    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

    private final Path file;
    private final Tls tls;
    private final Time time;
    private final Log log;
    private final Metrics.Family<Metrics.Counter> refused;
    private volatile @Nullable Rules rules;
    private @Nullable FileStamp stamp;
    private String told = "";
    private long lookedNanos;

    /// A file, as it was when it was read.
    private record Rules(
            Optional<WebTls> tls,
            Map<String, String> headers,
            Passwords passwords,
            Optional<Pace> pace) {}

    /// @throws IOException with a sentence for the operator, if the file is there and cannot be
    ///   used
    WebAccess(Path file, Tls tls, Time time, Log log, Metrics metrics) throws IOException {
        this.file = file;
        this.tls = tls;
        this.time = time;
        this.log = log;
        refused =
                metrics.counters(
                        "onoma_metrics_refused_total",
                        "Counter of connections and requests to /metrics that were refused, by reason.",
                        "reason");
        lookedNanos = time.nanos();
        try {
            read();
        } catch (NoSuchFileException _) {
            // Told when the server starts; as in CoreDNS, it starts nevertheless.
        }
    }

    /// Says it once if the file is not there.
    void tellIfMissing() {
        if (rules == null) {
            log.error("TLS config file does not exist: " + file);
        }
    }

    private void read() throws IOException {
        var now = FileStamp.of(file);
        if (now.equals(stamp)) {
            return;
        }
        stamp = now; // a file that cannot be used is not read again before it changes
        var read = WebConfiguration.read(file, Files.readAllBytes(file));
        var encryption = read.encryption();
        rules =
                new Rules(
                        encryption.isEmpty()
                                ? Optional.empty()
                                : Optional.of(WebTls.of(encryption.get(), tls)),
                        read.headers(),
                        new Passwords(read.users()),
                        read.rate().map(rate -> new Pace(rate, time.nanos())));
    }

    private Rules current() throws IOException {
        look();
        var now = rules;
        if (now == null) {
            throw new IOException("there are no rules yet");
        }
        return now;
    }

    private synchronized void look() {
        long now = time.nanos();
        if (now - lookedNanos < LOOK_NANOS) {
            return;
        }
        lookedNanos = now;
        try {
            read();
            var last = rules;
            if (last != null && last.tls().isPresent()) {
                last.tls().get().refresh();
            }
            told = "";
        } catch (IOException e) {
            var message = String.valueOf(e.getMessage());
            if (!message.equals(told)) {
                told = message;
                log.warning("Access to metrics stays as it was: " + message);
            }
        }
    }

    @Override
    public Socket accept(Socket connection) throws IOException {
        try {
            var encryption = current().tls();
            return encryption.isPresent() ? encryption.get().accept(connection) : connection;
        } catch (IOException e) {
            refused.with("connection").inc();
            throw e;
        }
    }

    @Override
    public HttpPage.Answer ask(HttpPage page, HttpPage.Request request) throws IOException {
        var now = current();
        if (now.pace().isPresent() && !now.pace().get().allows(time.nanos())) {
            refused.with("rate").inc();
            return HttpPage.Answer.text(429, "Too Many Requests\n");
        }
        if (!now.passwords().admit(request.header("authorization"))) {
            refused.with("password").inc();
            return HttpPage.Answer.text(401, "Unauthorized\n")
                    .with(now.headers())
                    .with(Map.of("WWW-Authenticate", "Basic"));
        }
        return page.get(request).with(now.headers());
    }
}
