package dev.onoma.plugins.forward;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Type;

/// Asks an upstream that has failed until it replies: at most twice a second, and more rarely the
/// longer it is gone, at times that differ a little so that many servers do not ask in step. Any
/// reply is a sign of health. Belongs to the event loop of its [Lane].
final class HealthCheck extends Wheel.Timer implements Exchange.Asker {
    static final long INTERVAL_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(500);
    static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// The interval grows up to so many times what is configured.
    private static final int GROWTH_MAX = 4;

    private final Upstream upstream;
    private final Flights flights;
    private final Lane lane;
    private final Question question;
    private final long intervalNanos;
    private int failed;
    private long beganNanos;
    private @Nullable Exchange exchange;

    HealthCheck(Upstream upstream, Flights flights, Lane lane) {
        this.upstream = upstream;
        this.flights = flights;
        this.lane = lane;
        var checks = flights.options().checks();
        question = Question.of(checks.domain(), Type.NS, checks.recursionDesired());
        intervalNanos = Math.max(INTERVAL_NANOS_MIN, checks.interval().toNanos());
    }

    void begin() {
        beganNanos = lane.nanos();
        boolean tcp = flights.options().connections().forceTcp() || upstream.isEncrypted();
        var sent = new Exchange(question, upstream, this, tcp, false, beganNanos);
        exchange = sent;
        lane.wheel().set(this, beganNanos + TIMEOUT_NANOS);
        lane.send(sent);
    }

    @Override
    public void replied(Exchange replied, byte[] message) {
        upstream.replied(lane.nanos() - replied.sentNanos);
        end();
    }

    @Override
    public void failed(Exchange broken, String cause, boolean stale) {
        pause();
    }

    @Override
    void expired() {
        var waited = exchange;
        if (waited == null) {
            begin();
            return;
        }
        waited.forget();
        pause();
    }

    private void pause() {
        exchange = null;
        if (flights.isClosed()) {
            end();
            return;
        }
        failed++;
        upstream.checkFailed();
        long interval = intervalNanos;
        for (int i = flights.options().checks().failsMax(); i < failed; i++) {
            interval = Math.min(interval * 3 / 2, intervalNanos * GROWTH_MAX);
            if (interval == intervalNanos * GROWTH_MAX) {
                break;
            }
        }
        // Up to a fifth later.
        long jitter = interval / 5 * lane.ids().below(1024) / 1024;
        lane.wheel().set(this, Math.max(lane.nanos(), beganNanos + interval + jitter));
    }

    private void end() {
        lane.wheel().cancel(this);
        upstream.healthy();
        upstream.endChecks();
    }
}
