package dev.onoma.plugins.forward;

import dev.onoma.api.Addresses;
import dev.onoma.api.Tls;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/// A server that is asked, and what all event loops know about it.
///
/// The round-trip time is estimated as TCP does it (RFC 6298). Several loops write the estimate
/// without a lock: a lost sample does no harm.
final class Upstream {
    private static final long RETRY_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(50);
    static final long RETRY_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long RETRY_NANOS_UNKNOWN = TimeUnit.MILLISECONDS.toNanos(400);

    /// After so many questions in a row without any reply, others are asked first.
    private static final int SILENT_MAX = 2;

    /// For so long they are; then it gets another chance, even without health checks.
    private static final long SUSPECT_NANOS = TimeUnit.SECONDS.toNanos(5);

    /// Nothing from it for so long, and there is little hope.
    private static final long HOPELESS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long PLAIN_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final int index;
    private final Upstreams.Target target;
    private final ForwardOptions options;
    private final String label;
    private final ForwardMetrics.Labelled metrics;
    private final AtomicInteger fails = new AtomicInteger();
    private final AtomicBoolean checked = new AtomicBoolean();
    private volatile long smoothedNanos;
    private volatile long variationNanos;
    private volatile int silent;
    private volatile long silentSinceNanos;
    private volatile long silentNanos;
    private volatile boolean plain;
    private volatile long plainSinceNanos;
    private @Nullable Https https;

    /// @param index its place among the upstreams of the stanza
    Upstream(int index, Upstreams.Target target, ForwardOptions options, ForwardMetrics metrics) {
        this.index = index;
        this.target = target;
        this.options = options;
        label = Addresses.text(target.address());
        this.metrics = metrics.new Labelled(label, target.scheme());
    }

    int index() {
        return index;
    }

    InetSocketAddress address() {
        return target.address();
    }

    /// Whether it is talked to over TLS or HTTPS only.
    boolean isEncrypted() {
        return target.scheme() != Upstreams.Scheme.DNS;
    }

    boolean isHttps() {
        return target.scheme() == Upstreams.Scheme.HTTPS;
    }

    // What its certificate must be for.
    private String tlsName() {
        var name = target.tlsName();
        return name.isEmpty() ? address().getAddress().getHostAddress() : name;
    }

    /// Our side of a new TLS connection to it.
    SSLEngine engine() {
        return Tls.engine(options.encryption().context(), tlsName(), address().getPort());
    }

    /// Who talks to it over HTTPS; made with the first question.
    synchronized Https https() {
        var known = https;
        if (known == null) {
            known = new Https(address(), target.tlsName(), options);
            https = known;
        }
        return known;
    }

    /// Closes what all event loops share.
    synchronized void close() {
        if (https != null) {
            https.close();
        }
    }

    /// `HOST:PORT`, the label `to` of metrics.
    String label() {
        return label;
    }

    ForwardMetrics.Labelled metrics() {
        return metrics;
    }

    /// A reply came.
    void replied(long roundTripNanos) {
        silent = 0;
        sample(roundTripNanos);
    }

    /// Nothing came in the time after which another try is made. That says nothing about the
    /// round-trip time (Karn and Partridge, SIGCOMM 1987): the packet may be lost.
    void wasSilent(long nowNanos) {
        int before = silent;
        if (before == 0) {
            silentSinceNanos = nowNanos;
        }
        silentNanos = nowNanos;
        silent = Math.min(before + 1, SILENT_MAX);
    }

    /// Whether it has not said anything for a while, though it was asked.
    boolean isHopeless(long nowNanos) {
        return silent > 0 && nowNanos - silentSinceNanos > HOPELESS_NANOS;
    }

    private void sample(long nanos) {
        long smoothed = smoothedNanos;
        if (smoothed == 0) {
            smoothedNanos = Math.max(1, nanos);
            variationNanos = nanos / 2;
        } else {
            long difference = nanos - smoothed;
            long variation = variationNanos;
            variationNanos = variation + (Math.abs(difference) - variation) / 4;
            smoothedNanos = Math.max(1, smoothed + difference / 8);
        }
    }

    /// After how long another try is made.
    long retryNanos() {
        long smoothed = smoothedNanos;
        return smoothed == 0
                ? RETRY_NANOS_UNKNOWN
                : Math.clamp(smoothed + 4 * variationNanos, RETRY_NANOS_MIN, RETRY_NANOS_MAX);
    }

    /// Whether it should be asked after others: it has been silent, or fails its health checks.
    boolean isSuspect(long nowNanos) {
        return fails.get() > 0 || silent >= SILENT_MAX && nowNanos - silentNanos < SUSPECT_NANOS;
    }

    /// Whether more health checks have failed in a row than allowed.
    ///
    /// @param failsMax 0 to never say so
    boolean isDown(int failsMax) {
        return failsMax > 0 && fails.get() > failsMax;
    }

    /// Begins a series of health checks, unless one is running.
    boolean beginChecks() {
        return checked.compareAndSet(false, true);
    }

    void endChecks() {
        checked.set(false);
    }

    /// @return how many checks have failed in a row
    int checkFailed() {
        metrics.healthFailures.inc();
        return fails.incrementAndGet();
    }

    /// Any reply is a sign of health.
    void healthy() {
        if (fails.get() != 0) {
            fails.set(0);
        }
        silent = 0;
    }

    int fails() {
        return fails.get();
    }

    /// It does not understand EDNS (RFC 6891, section 7). Forgotten after a while.
    void plain(long nowNanos) {
        plainSinceNanos = nowNanos;
        plain = true;
    }

    boolean takesEdns(long nowNanos) {
        if (plain && nowNanos - plainSinceNanos > PLAIN_NANOS) {
            plain = false;
        }
        return !plain;
    }

    @Override
    public String toString() {
        return label;
    }
}
