package dev.onoma.server.listen;

import io.netty.channel.Channel;

/// What is kept for one connection, in the accounts of all ([Connections]): of what its client has
/// said and not completed, and of answers that it has not taken. One that is over is cut off.
///
/// Belongs to the event loop of the connection.
final class KeptOctets {
    private final Connections connections;
    private long unfinished;
    private int undecrypted;
    private long unsent;

    KeptOctets(Connections connections) {
        this.connections = connections;
    }

    /// Octets of queries that are not complete.
    void unfinished(Channel channel, long octets) {
        count(channel, octets, undecrypted);
    }

    /// Octets that wait in front of TLS.
    void undecrypted(Channel channel, int octets) {
        count(channel, unfinished, octets);
    }

    /// Looks again, as of all connections this may be the largest now.
    void look(Channel channel) {
        count(channel, unfinished, undecrypted);
    }

    /// Nothing is kept of what the client has said.
    void forget(Channel channel) {
        count(channel, 0, 0);
    }

    /// Octets of queries that are not complete.
    long unfinished() {
        return unfinished;
    }

    /// Whether there is something that a client has begun and not completed.
    boolean isUnfinished() {
        return unfinished > 0 || undecrypted > 0;
    }

    private void count(Channel channel, long ofQueries, int beforeTls) {
        long added = ofQueries + beforeTls - unfinished - undecrypted;
        if (added >= 0 && !channel.isActive()) {
            return; // It was cut off, and counted, before.
        }
        unfinished = ofQueries;
        undecrypted = beforeTls;
        if (!connections.unfinished(added, ofQueries + beforeTls)) {
            Connections.cutOff(channel);
        }
    }

    /// Octets of answers that were flushed and that the client has not taken.
    void unsent(Channel channel, long octets) {
        long added = octets - unsent;
        unsent = octets;
        if (!connections.unsent(added, octets)) {
            Connections.cutOff(channel);
        }
    }
}
