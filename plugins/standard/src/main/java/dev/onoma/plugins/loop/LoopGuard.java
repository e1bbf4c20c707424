package dev.onoma.plugins.loop;

import dev.onoma.api.Addresses;
import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.Log;
import dev.onoma.api.Metrics;
import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Time;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Asks this server for a name that nobody else can know, and counts how often that name is seen.
///
/// Once is the question itself; a third time means that it came back. Then queries end here with
/// SERVFAIL, instead of going round until something breaks, while everything in front of this
/// plugin goes on answering. The probe is repeated: a circle that appears later is found, and one
/// that is gone lets queries through again. CoreDNS looks only at its start, and ends the process.
final class LoopGuard implements Handler {
    /// How often a probe is seen when there is a circle.
    static final int SIGHTINGS = 3;

    private static final Duration AGAIN = Duration.ofMinutes(5);
    private static final Duration AGAIN_IN_A_LOOP = Duration.ofSeconds(10);
    private static final int TRIES_MAX = 30;
    private static final int PATIENCE_MILLIS = 1000;

    private final Name zone;
    private final InetSocketAddress server;
    private final Log log;
    private final Time time;
    private final RandomGenerator random;
    private final Metrics.Gauge detected;
    private final AtomicInteger sightings = new AtomicInteger();
    private volatile @Nullable NameKey probe;
    private volatile boolean looping;
    private volatile boolean ended;

    LoopGuard(Name zone, InetSocketAddress server, ServerBlock block) {
        this.zone = zone;
        this.server = server;
        log = block.log("loop");
        time = block.time();
        random = block.random();
        detected =
                block.metrics()
                        .gauges(
                                "coredns_loop_detected",
                                "1 while queries that are forwarded come back.",
                                "zone")
                        .with(zone.toString());
    }

    @Override
    public Outcome handle(Query query, Next next) {
        var mine = probe;
        if (mine != null && query.type() == Type.HINFO && query.key().equals(mine)) {
            if (sightings.incrementAndGet() >= SIGHTINGS) {
                found(query);
                return failed();
            }
            return next.handle(query);
        }
        return looping ? failed() : next.handle(query);
    }

    private Outcome failed() {
        return Outcome.failed(
                new Failure.Other(
                        Rcode.SERVFAIL,
                        Ede.NETWORK_ERROR,
                        "forwarding from zone \"%s\" leads back to this server".formatted(zone)));
    }

    private void found(Query query) {
        if (looping) {
            return;
        }
        looping = true;
        detected.set(1);
        log.error(
                "Loop (%s -> %s) detected for zone \"%s\": the upstream of forward sends queries back to this server; queries for it get SERVFAIL until that ends. Look at the addresses behind forward, or in the resolv.conf that it names: a stub resolver of this machine, such as 127.0.0.53, may ask this server again. Query: \"HINFO %s\""
                        .formatted(
                                Addresses.text(query.client()),
                                Addresses.text(server),
                                zone,
                                query.name()));
    }

    /// Begins to look, when queries are answered.
    void begin() {
        Thread.startVirtualThread(this::look);
    }

    void end() {
        ended = true;
    }

    private void look() {
        var name = probeName();
        sightings.set(0);
        probe = NameKey.of(name);
        boolean answered = false;
        for (int tries = 0; tries < TRIES_MAX && !answered && !ended; tries++) {
            answered = ask(name);
            // A probe that failed on its way was seen too.
            if (!answered && sightings.get() < SIGHTINGS) {
                sightings.set(0);
            }
        }
        if (looping && sightings.get() < SIGHTINGS && answered) {
            looping = false;
            detected.set(0);
            log.info("the loop for zone \"" + zone + "\" has ended; queries are forwarded again");
        }
        probe = null;
        if (!ended) {
            var _ = time.after(looping ? AGAIN_IN_A_LOOP : AGAIN, this::look);
        }
    }

    private Name probeName() {
        long first = random.nextLong() >>> 2;
        long second = random.nextLong() >>> 2;
        return Names.of(first + "." + second + "." + (zone.equals(Name.root) ? "" : zone));
    }

    /// @return whether there was an answer within the time
    private boolean ask(Name name) {
        var packet = Message.newQuery(Record.newRecord(name, Type.HINFO, DClass.IN)).toWire();
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(server);
            socket.send(new DatagramPacket(packet, packet.length));
            socket.receive(new DatagramPacket(new byte[512], 512));
            return true;
        } catch (IOException _) {
            return false; // asked again, until the tries are used up
        }
    }
}
