package dev.onoma.plugins.transfer;

import dev.onoma.api.Addresses;
import dev.onoma.api.Log;
import dev.onoma.api.NameKey;
import dev.onoma.api.Time;
import dev.onoma.tsig.TsigConversation;
import dev.onoma.tsig.TsigKey;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Tells other servers that zones have changed (RFC 1996).
///
/// Each of them is told in the background, one zone after the other, so that one which does not
/// answer holds up nobody else. A zone that changes again before its turn is told once.
final class Notifier {
    private static final int TRIES = 3;
    private static final int PATIENCE_MILLIS = 2_000;

    private final Rules rules;
    private final Log log;
    private final RandomGenerator random;
    private final Time time;
    private final Map<Target, Queue> queues = new HashMap<>();
    private boolean closed;

    /// A server, and the address that it hears from.
    private record Target(
            InetSocketAddress address, @Nullable InetAddress source, @Nullable TsigKey key) {}

    /// The zones of which a target is not told yet, and who tells it.
    private static final class Queue {
        private final Set<Name> zones = new LinkedHashSet<>();
        private @Nullable Thread teller;
    }

    Notifier(Rules rules, Log log, RandomGenerator random, Time time) {
        this.time = time;
        this.rules = rules;
        this.log = log;
        this.random = random;
    }

    /// Tells everybody who is to know that a zone has changed. Does not wait.
    synchronized void changed(Name zone) {
        var rule = rules.of(NameKey.of(zone));
        if (rule == null || closed) {
            return;
        }
        for (var address : rule.targets()) {
            var target = new Target(address, rule.source(), rule.key());
            var queue = queues.computeIfAbsent(target, _ -> new Queue());
            queue.zones.add(zone);
            if (queue.teller == null) {
                queue.teller = Thread.startVirtualThread(() -> tellAll(target, queue));
            }
        }
    }

    /// Tells nobody any more.
    synchronized void close() {
        closed = true;
        for (var queue : queues.values()) {
            queue.zones.clear();
            var teller = queue.teller;
            if (teller != null) {
                teller.interrupt(); // which closes its socket
            }
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized @Nullable Name next(Queue queue) {
        Iterator<Name> zones = queue.zones.iterator();
        if (!zones.hasNext()) {
            queue.teller = null;
            return null;
        }
        var zone = zones.next();
        zones.remove();
        return zone;
    }

    private void tellAll(Target target, Queue queue) {
        for (var zone = next(queue); zone != null; zone = next(queue)) {
            var problem = tell(target, zone);
            if (problem != null && !isClosed()) {
                log.warning(
                        "Failed sending notifies: notify for zone \"%s\" was not accepted by \"%s\": %s"
                                .formatted(zone, Addresses.text(target.address()), problem));
            }
        }
    }

    // What went wrong, or null.
    private @Nullable String tell(Target target, Name zone) {
        var notify = new Message(random.nextInt(1 << 16));
        notify.getHeader().setOpcode(Opcode.NOTIFY);
        notify.getHeader().setFlag(Flags.AA);
        notify.addRecord(Record.newRecord(zone, Type.SOA, DClass.IN), 0);
        var octets = notify.toWire();
        var key = target.key();
        var problem = "";
        for (int i = 0; i < TRIES && !isClosed(); i++) {
            try (var socket = socket(target);
                    var signed = key == null ? null : new TsigConversation(key, time)) {
                var sent = signed == null ? octets : signed.sign(octets);
                socket.send(new DatagramPacket(sent, sent.length));
                int rcode = answer(socket, notify, signed);
                if (rcode == Rcode.NOERROR) {
                    return null;
                }
                problem = "rcode was " + Rcode.string(rcode);
            } catch (SocketTimeoutException _) {
                problem = "no answer in %d ms".formatted(PATIENCE_MILLIS);
            } catch (IOException e) {
                problem = String.valueOf(e.getMessage());
                pause(); // it may be about to start
            }
        }
        return problem;
    }

    private static void pause() {
        try {
            Thread.sleep(PATIENCE_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    // A port of its own each time, which nobody can guess.
    private static DatagramSocket socket(Target target) throws IOException {
        var socket = new DatagramSocket(new InetSocketAddress(target.source(), 0));
        try {
            socket.connect(target.address());
            return socket;
        } catch (RuntimeException | IOException e) {
            socket.close();
            throw e;
        }
    }

    // The response code of the answer; whatever else comes is passed over.
    private static int answer(
            DatagramSocket socket, Message notify, @Nullable TsigConversation signed)
            throws IOException {
        var packet = new DatagramPacket(new byte[1232], 1232);
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        while (true) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException();
            }
            socket.setSoTimeout((int) left);
            socket.receive(packet);
            var octets = packet.getData();
            int id = (octets[0] & 0xff) << 8 | octets[1] & 0xff;
            boolean answers = octets[2] < 0 && (octets[2] >> 3 & 15) == Opcode.NOTIFY;
            if (packet.getLength() >= 12 && id == notify.getHeader().getID() && answers) {
                if (signed != null) {
                    signed.check(octets, packet.getLength());
                }
                return octets[3] & 15;
            }
        }
    }
}
