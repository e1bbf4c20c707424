package dev.onoma.plugins.tls;

import dev.onoma.api.CertificateIssuer;
import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Log;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ServerTls;
import dev.onoma.api.ServerTls.ClientAuth;
import dev.onoma.api.Time;
import dev.onoma.api.Tls;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

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
        if (directive.words().size() == 1) {
            return acme(directive, block);
        }
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
                    new ServerTls(
                            files::identity,
                            options.clientAuth(),
                            authorities,
                            options.keyLog().map(file -> keyLog(file, block))));
            follow(files, options, metrics, block);
        } catch (IOException e) {
            throw directive.wrongAt(1, String.valueOf(e.getMessage()));
        }
        return Handler.PASS;
    }

    // Of the library nothing is loaded before there is something to order.
    private static Handler acme(Directive directive, ServerBlock block) {
        var options = AcmeOptions.read(directive, block);
        var issuer =
                ServiceLoader.load(CertificateIssuer.class).stream()
                        .findFirst()
                        .orElseThrow(() ->
                                directive.wrong(
                                        "acme is not in this build: plugins-acme.jar is missing"));
        CertificateIssuer lazy = (order, proofs) -> issuer.get().issue(order, proofs);
        try {
            var trust = block.service(Tls.class).client(Optional.empty(), options.trusted());
            var challenges = block.keep(Challenges.class, "", _ -> new Challenges());
            var certificate =
                    block.keep(
                            AcmeCertificate.class,
                            options.key(),
                            _ -> new AcmeCertificate(options, lazy, challenges, trust, block));
            block.everywhere(challenges);
            block.setting(
                    ServerTls.class, new ServerTls(certificate, ClientAuth.NOCERT, List.of()));
            block.onServing(certificate::begin);
        } catch (IOException e) {
            throw directive.wrong(String.valueOf(e.getMessage()));
        }
        return Handler.PASS;
    }

    private static Consumer<byte[]> keyLog(Path file, ServerBlock block) {
        var keys = new KeyLog(file);
        block.onStart(() -> {
            keys.open();
            block.log("tls").warning("Writing TLS Key Log to \"" + file + "\"");
        });
        block.onStop(keys::close);
        return keys;
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
