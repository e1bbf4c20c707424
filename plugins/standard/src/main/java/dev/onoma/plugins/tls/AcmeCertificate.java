package dev.onoma.plugins.tls;

import dev.onoma.api.CertificateIssuer;
import dev.onoma.api.FileErrors;
import dev.onoma.api.Log;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Time;
import dev.onoma.api.Tls;
import java.io.IOException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A certificate that is got from an authority, and got anew before it ends. It outlives reloads.
///
/// It is renewed when a third of its life is left, or a little earlier, so that servers which began
/// together do not ask together. After a failure the authority is asked again in a minute, then in
/// twice the time, up to six hours, or when it says so itself; the certificate that is there stays
/// until there is a better one. One order at a time, on a virtual thread.
final class AcmeCertificate implements Supplier<Tls.Identity>, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PAUSE_MIN = Duration.ofMinutes(1);
    private static final Duration PAUSE_MAX = Duration.ofHours(6);

    /// Timers need not know more than that.
    private static final Duration WAIT_MAX = Duration.ofDays(1);

    private final AcmeOptions options;
    private final CertificateIssuer issuer;
    private final CertificateIssuer.Proofs proofs;
    private final AcmeStore store;
    private final SSLContext tls;
    private final TlsMetrics metrics;
    private final Time time;
    private final RandomGenerator random;
    private final Log log;
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile Tls.@Nullable Identity identity;
    private volatile boolean closed;
    private volatile Time.Task waiting = () -> {};

    // Of whoever orders, one at a time.
    private Duration pause = PAUSE_MIN;
    private Instant notBefore = Instant.MIN;

    /// @param trust for connecting to the authority
    AcmeCertificate(
            AcmeOptions options,
            CertificateIssuer issuer,
            CertificateIssuer.Proofs proofs,
            SSLContext trust,
            ServerBlock block) {
        this.options = options;
        this.issuer = issuer;
        this.proofs = proofs;
        store = new AcmeStore(options, block.service(Tls.class));
        tls = trust;
        metrics = new TlsMetrics(block.metrics());
        time = block.time();
        random = block.random();
        log = block.log("tls");
        load();
    }

    private void load() {
        try {
            store.load().ifPresent(this::use);
        } catch (IOException e) {
            log.warning("%s is not used: %s".formatted(store.file(), e.getMessage()));
        }
    }

    private void use(Tls.Identity next) {
        identity = next;
        metrics.notAfter(store.file(), next);
    }

    /// The present one.
    ///
    /// @throws IllegalStateException if there is none yet
    @Override
    public Tls.Identity get() {
        var present = identity;
        if (present == null) {
            throw new IllegalStateException(
                    "ACME certificate is not ready for " + options.domains());
        }
        return present;
    }

    /// Begins to look after it, once. Queries are answered by now.
    void begin() {
        if (begun.compareAndSet(false, true)) {
            plan(Duration.ZERO);
        }
    }

    private void plan(Duration wait) {
        if (!closed) {
            waiting =
                    time.after(wait.isNegative() ? Duration.ZERO : min(wait, WAIT_MAX), this::look);
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private void look() {
        if (!untilOrder().isPositive()) {
            order();
        }
        plan(untilOrder());
    }

    private Duration untilOrder() {
        var pausing = Duration.between(time.now(), notBefore);
        var renewal = untilRenewal();
        return pausing.compareTo(renewal) > 0 ? pausing : renewal;
    }

    // Zero or less if it is time.
    private Duration untilRenewal() {
        var present = identity;
        if (present == null || !isFor(present.chain().getFirst(), options.domains())) {
            return Duration.ZERO;
        }
        var first = present.chain().getFirst();
        var end = first.getNotAfter().toInstant();
        var life = Duration.between(first.getNotBefore().toInstant(), end);
        // Always the same for one certificate, so that looking again finds the same time.
        long jitterMillis = Math.floorMod(first.hashCode(), Math.max(1, life.toMillis() / 30));
        var at = end.minus(life.dividedBy(3)).minusMillis(jitterMillis);
        return Duration.between(time.now(), at);
    }

    private static boolean isFor(X509Certificate certificate, List<String> domains) {
        try {
            var names = new HashSet<String>();
            var all = certificate.getSubjectAlternativeNames();
            if (all != null) {
                all.forEach(name -> names.add(String.valueOf(name.get(1))));
            }
            return names.containsAll(domains);
        } catch (CertificateParsingException _) {
            return false;
        }
    }

    private void order() {
        var key = AcmeStore.newKey();
        try {
            var wanted =
                    new CertificateIssuer.Order(
                            options.authority(),
                            tls,
                            options.email(),
                            store.account(),
                            key,
                            options.domains(),
                            PATIENCE);
            take(new Tls.Identity(key.getPrivate(), issuer.issue(wanted, proofs)));
            pause = PAUSE_MIN;
            notBefore = time.now().plus(afterSuccess());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            notBefore = time.now().plus(PAUSE_MAX);
        } catch (IOException | RuntimeException | LinkageError e) {
            failed(e);
        }
    }

    // An authority whose clock is wrong is not asked again and again.
    private Duration afterSuccess() {
        var present = get().chain().getFirst();
        var life =
                Duration.between(
                        present.getNotBefore().toInstant(), present.getNotAfter().toInstant());
        var tenth = min(life.dividedBy(10), PAUSE_MAX);
        return tenth.compareTo(PAUSE_MIN) < 0 ? PAUSE_MIN : tenth;
    }

    private void take(Tls.Identity next) throws IOException {
        var first = next.chain().getFirst();
        if (!isFor(first, options.domains())) {
            throw new IOException("the authority has issued a certificate for other names");
        }
        use(next);
        metrics.ordered();
        log.info(
                "Certificate for %s was obtained from %s, until %s"
                        .formatted(options.domains(), options.authority(), end(next)));
        // In use already; that it cannot be kept is another trouble, and told as such.
        try {
            store.save(next);
        } catch (IOException e) {
            log.error("%s cannot be written: %s".formatted(store.file(), FileErrors.reason(e)));
        }
    }

    private static Instant end(Tls.Identity identity) {
        return identity.chain().getFirst().getNotAfter().toInstant();
    }

    private void failed(Throwable cause) {
        metrics.orderFailed();
        var wait = pause.plusMillis(random.nextLong(pause.toMillis() / 5));
        pause = min(pause.multipliedBy(2), PAUSE_MAX);
        if (cause instanceof CertificateIssuer.Refused refused && refused.until().isPresent()) {
            var told = Duration.between(time.now(), refused.until().get());
            wait = told.compareTo(wait) > 0 ? told : wait;
        }
        notBefore = time.now().plus(wait);
        var present = identity;
        log.error(
                "No certificate for %s from %s: %s; %s, next try in %ds"
                        .formatted(
                                options.domains(),
                                options.authority(),
                                cause instanceof IOException ? cause.getMessage() : cause,
                                present == null
                                        ? "there is none yet"
                                        : "the present one ends at " + end(present),
                                wait.toSeconds()));
    }

    @Override
    public void close() {
        closed = true;
        waiting.cancel();
    }
}
