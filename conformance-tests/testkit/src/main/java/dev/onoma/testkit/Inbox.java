package dev.onoma.testkit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Messages that arrived on one socket, each with its time, until somebody takes them.
final class Inbox {
    /// Takes any message, whatever its id.
    static final int ANY_ID = -1;

    private record Message(Octets octets, long atNanos) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Message> messages = new ArrayList<>();
    private Optional<Answer> end = Optional.empty();

    void add(Octets octets) {
        change(() -> messages.add(new Message(octets, System.nanoTime())));
    }

    /// No more messages will come.
    void close(String why) {
        long now = System.nanoTime();
        change(() ->
                end =
                        end.or(() ->
                                Optional.of(
                                        why.isEmpty()
                                                ? new Answer.Closed(now)
                                                : new Answer.Broken(why))));
    }

    /// What came is no message but a status of HTTP.
    void refuse(int status) {
        change(() -> end = Optional.of(new Answer.Refused(status)));
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Whether a message of this id lies here, not taken yet.
    boolean has(int id) {
        lock.lock();
        try {
            return messages.stream().anyMatch(m -> id == ANY_ID || hasId(m, id));
        } finally {
            lock.unlock();
        }
    }

    /// Waits for a message.
    ///
    /// @param sentNanos when its query left
    Answer take(int id, long sentNanos, long timeoutNanos) throws InterruptedException {
        lock.lock();
        try {
            long left = sentNanos + timeoutNanos - System.nanoTime();
            while (true) {
                for (var message : messages) {
                    if (id == ANY_ID || hasId(message, id)) {
                        messages.remove(message);
                        return read(message, sentNanos);
                    }
                }
                if (end.isPresent()) {
                    return end.get() instanceof Answer.Closed(long atNanos)
                            ? new Answer.Closed(atNanos - sentNanos)
                            : end.get();
                }
                if (left <= 0) {
                    return new Answer.Silence();
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean hasId(Message message, int id) {
        return message.octets().length() >= 2 && message.octets().unsigned16(0) == id;
    }

    private static Answer read(Message message, long sentNanos) {
        try {
            return new Answer.Got(Reply.read(message.octets(), message.atNanos() - sentNanos));
        } catch (IOException e) {
            return new Answer.Broken(
                    "a reply that cannot be read (%s): %s".formatted(e, message.octets()));
        }
    }
}
