package dev.onoma.plugins.tls;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Log;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ServerTls;
import dev.onoma.api.Time;
import dev.onoma.api.Tls;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/// Gives the encrypted listeners of a block their certificate, and follows its files.
public final class TlsPlugin implements Plugin {
    private static final Duration LOOK_PERIOD = Duration.ofSeconds(5);

    @Override
    public String name() {
        return "tls";
    }

    /// The last one of a block counts.
    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        for (var earlier : occurrences.subList(0, occurrences.size() - 1)) {
            earlier.warn("this one is ignored, as the block has another further down");
        }
        return setup(occurrences.getLast(), block);
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var options = TlsOptions.read(directive, block);
        var metrics = new TlsMetrics(block.metrics());
        try {
            var tls = block.service(Tls.class);
            var files = tls.follow(options.certificate(), options.key(), options.password());
            List<X509Certificate> authorities =
                    options.authorities().isEmpty()
                            ? List.of()
                            : tls.certificates(options.authorities().get());
            metrics.notAfter(options.certificate(), files.identity());
            block.setting(
                    ServerTls.class,
                    new ServerTls(files::identity, options.clientAuth(), authorities));
            follow(files, options, metrics, block);
        } catch (IOException e) {
            throw directive.wrongAt(1, String.valueOf(e.getMessage()));
        }
        return Handler.PASS;
    }

    private static void follow(
            Tls.Following files, TlsOptions options, TlsMetrics metrics, ServerBlock block) {
        var task = new AtomicReference<Time.Task>(() -> {});
        var log = block.log("tls");
        var last = new AtomicReference<>("");
        block.onStart(() ->
                task.set(
                        block.time()
                                .every(
                                        LOOK_PERIOD,
                                        () -> look(files, options, metrics, log, last))));
        block.onStop(() -> task.get().cancel());
    }

    // A mistake is told once, not every five seconds.
    private static void look(
            Tls.Following files,
            TlsOptions options,
            TlsMetrics metrics,
            Log log,
            AtomicReference<String> last) {
        try {
            if (files.refresh()) {
                metrics.notAfter(options.certificate(), files.identity());
                log.info("Certificate " + options.certificate() + " was read again");
            }
            last.set("");
        } catch (IOException e) {
            var message = String.valueOf(e.getMessage());
            if (!message.equals(last.getAndSet(message))) {
                metrics.failed();
                log.warning("The last certificate stays: " + message);
            }
        }
    }
}
