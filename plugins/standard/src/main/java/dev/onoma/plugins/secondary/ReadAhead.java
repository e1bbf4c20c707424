package dev.onoma.plugins.secondary;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Reads the messages of a transfer before they are wanted, on a virtual thread of its own: a
/// primary may close a connection that nobody reads from for half a second (Knot does), and a large
/// zone takes longer to put together than to send.
///
/// Reading stops while more than [#OCTETS_MAX] wait. It ends with the connection, if not before.
final class ReadAhead implements AutoCloseable {
    /// How much is read before it is wanted: a zone of a million names.
    static final int OCTETS_MAX = 64 << 20;

    // What a message takes beside its octets.
    private static final int OVERHEAD_OCTETS = 64;

    private final DataInputStream in;
    private final Semaphore room = new Semaphore(OCTETS_MAX);
    private final LinkedBlockingQueue<Read> waiting = new LinkedBlockingQueue<>();
    private volatile boolean closed;

    /// A message, or why there are no more.
    private record Read(byte[] message, @Nullable IOException end) {}

    ReadAhead(DataInputStream in) {
        this.in = in;
        Thread.startVirtualThread(this::read);
    }

    private void read() {
        try {
            while (!closed) {
                var message = message(in);
                room.acquire(message.length + OVERHEAD_OCTETS);
                waiting.add(new Read(message, null));
            }
        } catch (IOException e) {
            waiting.add(new Read(new byte[0], e));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// One message as streams have it, behind its length (RFC 1035, section 4.2.2).
    static byte[] message(DataInputStream in) throws IOException {
        var message = new byte[in.readUnsignedShort()];
        in.readFully(message);
        return message;
    }

    /// The next message; waits for it.
    ///
    /// @throws IOException if the connection ended before
    byte[] next() throws IOException {
        try {
            var read = waiting.take();
            if (read.end != null) {
                throw read.end;
            }
            room.release(read.message.length + OVERHEAD_OCTETS);
            return read.message;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// Reads no more; the thread ends when the connection does.
    @Override
    public void close() {
        closed = true;
        room.release(OCTETS_MAX);
    }
}
