package dev.onoma.quic;

import dev.onoma.api.Entrance;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A stream with its query, as it comes, and what becomes of it. Belongs to one event loop.
public final class Exchange implements Entrance.Exchange {
    private static final byte[] NOTHING = {};
    private static final int OCTETS_MIN = 512;

    private final Connection connection;
    private final QuicStreamChannel stream;
    private final Answer answer;
    private final long begunNanos = System.nanoTime();
    private byte[] message = NOTHING;
    private int octets;
    private int keptOctets;
    private boolean isAsked;
    private long answeredNanos;
    private int answerOctets;
    private Entrance.@Nullable Further further;
    private Map<String, String> requestFields = Map.of();

    /// What a protocol does with what becomes of a query, while the stream is open.
    public interface Answer {
        /// The response, or the next message of one, which goes to [Exchange#sent].
        ///
        /// @param message whose first `octets` octets are valid during the call
        void answered(byte[] message, int octets);

        /// There is none.
        void dropped();
    }

    Exchange(Connection connection, QuicStreamChannel stream, Answer answer) {
        this.connection = connection;
        this.stream = stream;
        this.answer = answer;
    }

    /// Says what is to be known of the request.
    public void requestFields(Map<String, String> fields) {
        requestFields = fields;
    }

    @Override
    public Map<String, String> requestFields() {
        return requestFields;
    }

    /// How much of the query is there.
    public int octets() {
        return octets;
    }

    /// Counts what has come on the stream, until the query is asked, and what still comes then.
    ///
    /// @return false if that was too much, and the connection is closed
    public boolean received(int count) {
        keptOctets += count;
        return connection.unfinished(count);
    }

    /// Adds to the query.
    public void add(ByteBuf data, int count) {
        int together = octets + count;
        if (message.length < together) {
            message = Arrays.copyOf(message, Math.max(OCTETS_MIN, 2 * together));
        }
        data.readBytes(message, octets, count);
        octets = together;
    }

    /// Asks what was added.
    ///
    /// @return false if that is no query
    public boolean ask() {
        return ask(message, octets);
    }

    /// Asks this.
    ///
    /// @return false if that is no query
    public boolean ask(byte[] query, int length) {
        isAsked = true;
        boolean isQuery = connection.ask(this, query, length);
        forget();
        return isQuery;
    }

    /// What was added, valid for the first [#octets] octets until it is asked.
    public byte[] message() {
        return message;
    }

    /// What was added is not needed any more.
    void forget() {
        message = NOTHING;
        var _ = connection.unfinished(-keptOctets);
        keptOctets = 0;
    }

    @Override
    public void answered(byte[] response, int length, Entrance.@Nullable Further more) {
        further = more;
        if (stream.isActive()) {
            answerOctets = length;
            answer.answered(response, length);
        } else {
            closeFurther();
        }
        if (further == null) {
            connection.settled();
        }
    }

    // One message a turn, and only when the client has taken the one before.
    private void next() {
        var more = further;
        if (more == null) {
            return;
        }
        int length;
        try {
            length = more.next();
        } catch (RuntimeException e) {
            // The server has counted and logged it; the client sees that something is missing.
            gone();
            answer.dropped();
            return;
        }
        if (length > 0) {
            answerOctets = length;
            answer.answered(more.message(), length);
        } else {
            gone();
            var _ = stream.shutdownOutput();
        }
    }

    /// Nothing more is sent of a response of several messages.
    void gone() {
        if (closeFurther()) {
            connection.settled();
        }
    }

    private boolean closeFurther() {
        var more = further;
        further = null;
        if (more != null) {
            more.close();
        }
        return more != null;
    }

    @Override
    public void dropped() {
        if (stream.isActive()) {
            answer.dropped();
        }
        connection.settled();
    }

    /// A message is on its way to the client; nothing follows the last.
    public void sent(ChannelFuture written) {
        isAsked = true;
        answeredNanos = System.nanoTime();
        forget();
        if (!written.isDone()) {
            int waiting = answerOctets;
            connection.unsent(waiting);
            written.addListener(_ -> connection.unsent(-waiting));
        }
        if (further == null) {
            written.addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
        } else {
            written.addListener(_ -> {
                if (written.isSuccess()) {
                    stream.eventLoop().execute(this::next);
                } else {
                    gone();
                }
            });
        }
    }

    /// Gives the stream up.
    public void cancel(int code) {
        var _ = stream.shutdown(code);
        var _ = stream.close();
    }

    boolean isLate(long nowNanos, long readNanos) {
        return !isAsked && nowNanos - begunNanos > readNanos;
    }

    boolean isStuck(long nowNanos, long writeNanos) {
        return answeredNanos != 0 && nowNanos - answeredNanos > writeNanos;
    }
}
