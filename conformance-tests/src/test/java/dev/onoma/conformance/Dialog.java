package dev.onoma.conformance;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A client's connection, whatever the transport ([Way]): it asks, several queries at a time, and
/// hears what comes back and how the connection ends.
abstract class Dialog implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;

    private final Set<Asked> open = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<String> end = new CompletableFuture<>();

    /// What comes back for one query.
    static final class Asked {
        private static final byte[] END = {};

        private final LinkedBlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();

        /// The next message.
        ///
        /// @return no octets if none comes any more
        byte[] next() throws InterruptedException {
            var message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("nothing came in " + PATIENCE_SECONDS + " s");
            }
            return message;
        }

        void heard(byte[] message) {
            messages.add(message);
        }

        void over() {
            messages.add(END);
        }
    }

    /// Sends a query.
    final Asked ask(byte[] query) throws IOException {
        var asked = new Asked();
        open.add(asked);
        try {
            send(query, asked);
        } catch (IOException e) {
            ended("cannot send: " + e.getMessage());
        }
        if (end.isDone()) {
            over(asked);
        }
        return asked;
    }

    abstract void send(byte[] query, Asked asked) throws IOException;

    /// Nothing more comes back for a query.
    final void over(Asked asked) {
        if (open.remove(asked)) {
            asked.over();
        }
    }

    /// The server has ended the connection.
    final void ended(String how) {
        end.complete(how);
        open.forEach(this::over);
    }

    /// Waits until the server ends the connection.
    ///
    /// @return what is known of how it did
    final String awaitEnd() throws InterruptedException {
        try {
            return end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the connection did not end", e);
        }
    }

    /// Whether the server has not ended it.
    final boolean isOpen() {
        return !end.isDone();
    }

    /// Says that nothing more will be asked, and goes on to hear.
    void sayNoMore() throws IOException {
        throw new UnsupportedOperationException("there is no half of this connection");
    }

    @Override
    public abstract void close() throws IOException;
}
