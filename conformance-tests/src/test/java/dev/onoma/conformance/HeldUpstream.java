package dev.onoma.conformance;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;

/// An upstream that keeps what it is asked, until it is told to answer: NXDOMAIN to everything.
final class HeldUpstream implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition held = lock.newCondition();
    private final Map<Name, Asked> asked = new HashMap<>();
    private boolean isReleased;

    /// The last one about a name: an upstream that is silent is asked again.
    private record Asked(Message query, SocketAddress from) {}

    HeldUpstream() throws IOException {
        Thread.startVirtualThread(this::hold);
    }

    int port() {
        return socket.getLocalPort();
    }

    private void hold() {
        var packet = new DatagramPacket(new byte[0xffff], 0xffff);
        try {
            while (true) {
                socket.receive(packet);
                var octets = Arrays.copyOf(packet.getData(), packet.getLength());
                hold(new Asked(new Message(octets), packet.getSocketAddress()));
            }
        } catch (IOException _) {
            // Closed, at the end of the test.
        }
    }

    private void hold(Asked query) throws IOException {
        lock.lock();
        try {
            if (isReleased) {
                answer(query);
            } else {
                asked.put(query.query().getQuestion().getName(), query);
                held.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Waits until it keeps queries about so many names.
    void awaitHeld(int names) throws InterruptedException {
        long left = PATIENCE_NANOS;
        lock.lock();
        try {
            while (asked.size() < names) {
                left = held.awaitNanos(left);
                if (left <= 0) {
                    throw new AssertionError("was asked only " + asked.keySet());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Answers what it keeps, and everything that follows.
    void release() throws IOException {
        lock.lock();
        try {
            isReleased = true;
            for (var query : new ArrayList<>(asked.values())) {
                answer(query);
            }
        } finally {
            lock.unlock();
        }
    }

    private void answer(Asked query) throws IOException {
        var reply = query.query().clone();
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setRcode(Rcode.NXDOMAIN);
        var octets = reply.toWire();
        socket.send(new DatagramPacket(octets, octets.length, query.from()));
    }

    @Override
    public void close() {
        socket.close();
    }
}
