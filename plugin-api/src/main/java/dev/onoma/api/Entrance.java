package dev.onoma.api;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The one way of queries into the server, on one event loop: the same rules, limits, metrics and
/// signatures for every transport. All methods are called on the thread of [#executor].
public interface Entrance {
    /// The event loop, which is one of Netty's.
    Executor executor();

    /// Whether the listener looks for PROXY headers now (`proxyproto`).
    boolean isProxied();

    /// Takes the PROXY header off a datagram, if there is one. Called for the datagrams of one
    /// socket.
    ///
    /// @param datagram whose position is behind the header when this returns
    /// @param peer from whom it came, who may be a proxy
    /// @param local where it came in
    /// @return who talks with whom; null if nothing is to be made of the datagram, which is counted
    @Nullable Parties parties(ByteBuffer datagram, InetSocketAddress peer, InetSocketAddress local);

    /// Who talks with whom, as a PROXY header says, else as the socket does.
    record Parties(InetSocketAddress client, InetSocketAddress local) {}

    /// Asks what a client asks.
    ///
    /// @param message whose first `octets` octets are the query; copied before this returns
    /// @param client who asks
    /// @param local the address that was asked
    /// @param exchange which hears once what becomes of it, before or after this returns
    /// @return false if this is no query at all, and the exchange hears nothing: what a broken
    ///   message means is the transport's business
    boolean ask(
            byte[] message,
            int octets,
            Transport transport,
            InetSocketAddress client,
            InetSocketAddress local,
            Exchange exchange);

    /// Counts a connection whose handshake begins, and looks after its deadlines from now on.
    ///
    /// @param connectionsMax that the listener has room for; 0 for no limit
    /// @return false if there are too many, of all clients or of this one: it is to be closed; it
    ///   still counts until [#closed]
    boolean opened(ClientConnection connection, int connectionsMax);

    /// The handshake of a connection that was counted is done.
    void ready(ClientConnection connection);

    /// A connection that was counted is gone.
    void closed(ClientConnection connection);

    /// Counts octets of queries that are not complete, which clients of all transports together may
    /// not make the server keep too many of.
    ///
    /// @param added since the last call for this connection; negative when they are not kept any
    ///   more, 0 to look only, as each sweep does
    /// @param own what this connection makes us keep, with those
    /// @return false if it is to be ended at once; that is counted, and the octets still count
    boolean unfinished(long added, long own);

    /// Counts octets of answers that clients do not take, in the same way: those that still wait
    /// when they could have left.
    boolean unsent(long added, long own);

    /// Counts octets that the library of a transport may keep of what has come in pieces and out of
    /// order, in the same way.
    ///
    /// @return false if the connection is to be ended, at first in order
    boolean undelivered(long added, long own);

    /// Queries of one connection that may wait for an answer at the same time.
    int queriesMax();

    /// What is to know of requests over HTTP.
    DnsOverHttp http();

    /// Counts that a limit was reached, under `onoma_limit_reached_total{limit}`.
    void reached(String limit);

    /// What becomes of a query.
    interface Exchange {
        /// The response, or the first message of one.
        ///
        /// @param message whose first `octets` octets are valid during the call
        /// @param further messages behind it, or null: to be closed by whoever is called; only for
        ///   transports that carry transfers ([Transport#carriesTransfers])
        void answered(byte[] message, int octets, @Nullable Further further);

        /// There will be no response.
        void dropped();

        /// What [RequestFields] asks for, of the request.
        default Map<String, String> requestFields() {
            return Map.of();
        }
    }

    /// The messages behind the first of a zone transfer, put together as the client takes them.
    interface Further extends AutoCloseable {
        /// The next message, in [#message].
        ///
        /// @return its length, or 0 behind the last
        /// @throws RuntimeException if it cannot be had: the client must see that something is
        ///   missing
        int next();

        /// Where [#next] has put it.
        byte[] message();

        /// Nobody will ask again.
        @Override
        void close();
    }
}
