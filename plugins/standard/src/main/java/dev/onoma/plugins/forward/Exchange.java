package dev.onoma.plugins.forward;

import dev.onoma.api.Durations;
import dev.onoma.api.Transport;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;

/// One message sent to an upstream, as long as its reply is waited for. Belongs to the event loop
/// of its [Lane].
final class Exchange {
    final Question question;
    final Upstream upstream;
    final Asker asker;
    final boolean tcp;
    final boolean edns;
    final long sentNanos;

    /// The socket or connection, which knows the exchange by its id; null when it is over.
    @Nullable Carrier carrier;

    int id;

    /// Whether the asker has counted it as a failure already.
    boolean overdue;

    /// When it ended, if it did.
    long endedNanos;

    /// The response code that came, or -1.
    int rcode = -1;

    /// What else became of it, or null.
    @Nullable String trouble;

    /// The one that the same asker sent before.
    @Nullable Exchange previous;

    Exchange(
            Question question,
            Upstream upstream,
            Asker asker,
            boolean tcp,
            boolean edns,
            long sentNanos) {
        this.question = question;
        this.upstream = upstream;
        this.asker = asker;
        this.tcp = tcp;
        this.edns = edns;
        this.sentNanos = sentNanos;
    }

    /// It has ended.
    ///
    /// @param code of the response, or -1
    void ended(long nowNanos, int code, @Nullable String because) {
        endedNanos = nowNanos;
        rcode = code;
        trouble = because;
    }

    /// How it travels.
    Transport transport() {
        return upstream.isHttps()
                ? Transport.HTTPS
                : upstream.isEncrypted() ? Transport.TLS : tcp ? Transport.TCP : Transport.UDP;
    }

    /// The message that was sent.
    byte[] message() {
        var octets = Unpooled.buffer(question.octets(edns, false));
        question.write(octets, id, edns, false);
        return Arrays.copyOf(octets.array(), octets.writerIndex());
    }

    /// What became of it, for an operator.
    String story(long nowNanos) {
        boolean open = endedNanos == 0;
        var time = Durations.format(Duration.ofNanos((open ? nowNanos : endedNanos) - sentNanos));
        var because = trouble;
        var end =
                because != null
                        ? because + " after " + time
                        : open ? "no reply in " + time : Rcode.string(rcode) + " after " + time;
        return upstream + " over " + transport() + ": " + end;
    }

    /// Nobody waits for the reply any more.
    void forget() {
        var current = carrier;
        if (current != null) {
            carrier = null;
            current.forget(this);
        }
    }

    /// Who waits for the reply.
    interface Asker {
        /// A message that answers the question, with the right id, from the right address.
        void replied(Exchange exchange, byte[] message);

        /// There will be no reply.
        ///
        /// @param stale whether the connection had been used before, so that a new one may help
        void failed(Exchange exchange, String cause, boolean stale);
    }

    /// What messages travel on.
    interface Carrier {
        void forget(Exchange exchange);
    }
}
