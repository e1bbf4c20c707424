package dev.onoma.api;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;

/// A query with exactly one question (RFC 9619), read only as far as somebody asks.
///
/// A query belongs to one thread at a time: the event loop that received it, until an
/// [Outcome.Later] is returned, then whoever completes that. It is reused after its response has
/// left: keep copies, never the query, its key or its response.
public interface Query {
    /// The code of the EDNS option for client subnets (RFC 7871, section 6).
    int OPTION_SUBNET = 8;

    /// The name asked for, spelled as the client did. Decoded on first use.
    Name name();

    /// The name asked for, as tables want it. Valid as long as the query.
    NameKey key();

    /// The type asked for, 0 to 65535.
    int type();

    /// The class asked for, 0 to 65535; almost always `IN`.
    int dclass();

    /// The opcode: 0 for a query; another only for handlers that take it ([Handler#takes]). The
    /// question of an UPDATE is its zone.
    default int opcode() {
        return wire()[2] >> 3 & 15;
    }

    /// The message id.
    int id();

    /// RD (RFC 1035, section 4.1.1).
    boolean recursionDesired();

    /// CD (RFC 4035, section 3.2.2).
    boolean checkingDisabled();

    /// AD (RFC 6840, section 5.7).
    boolean authenticData();

    /// Whether the query has an OPT record (RFC 6891).
    boolean edns();

    /// DO (RFC 3225).
    boolean dnssecOk();

    /// The response size in octets that the client can receive in a datagram: what it advertised,
    /// at least 512, or 512 without EDNS.
    int udpSize();

    /// The most octets that the response may have, over this transport and for this client.
    int responseOctetsMax();

    /// Lowers [#udpSize] for the rest of the chain and for the response.
    void limitUdpSize(int octets);

    /// Sets or clears RD for the rest of the chain and for the response.
    void recursionDesired(boolean desired);

    /// The data of the first EDNS option with this code, or null.
    byte @Nullable [] option(int code);

    /// All EDNS options, in their order.
    List<Response.Option> options();

    /// The options that somebody has put into this query on its way, and that an upstream is to
    /// get. What the client sent for this hop alone is not among them.
    default List<Response.Option> optionsForUpstream() {
        return List.of();
    }

    /// The client subnet that an answer may depend on (RFC 7871): what somebody has put in, else
    /// what the client sent; null for none. It is the one option of a client that goes along when
    /// others are asked.
    default byte @Nullable [] subnet() {
        var put = optionsForUpstream();
        for (int i = 0; i < put.size(); i++) {
            if (put.get(i).code() == OPTION_SUBNET) {
                return put.get(i).data();
            }
        }
        return option(OPTION_SUBNET);
    }

    /// The message as it came. Its first [#sizeOctets] octets are valid; nobody changes them.
    byte[] wire();

    /// The length of the message.
    int sizeOctets();

    /// The offset behind the question in [#wire]: 12 plus name, type and class.
    int questionEnd();

    /// The offset of the TSIG record in [#wire] (RFC 8945, section 5.1), 0 without one. That it is
    /// there says nothing about whether it is right.
    default int tsigAt() {
        return 0;
    }

    /// What signs the response, null if nothing does. Look-ups and other forms of a query have that
    /// of the query.
    default @Nullable MessageSigner signer() {
        return null;
    }

    /// Lets the response be signed: every message of it, whoever answers.
    default void signer(MessageSigner signer) {
        throw new UnsupportedOperationException("this query has no response that can be signed");
    }

    /// The whole message, decoded anew at each call.
    Message message();

    /// Who asks: the peer, or what a PROXY header says.
    InetSocketAddress client();

    /// The address and port that were asked. A wildcard socket may know only itself.
    InetSocketAddress local();

    /// How the query came.
    Transport transport();

    /// When the query was received, in nanoseconds of [Time#nanos].
    long receivedNanos();

    /// The thread that the query belongs to: a Netty event loop for everything that came over a
    /// socket. An [Outcome.Later] that is completed there needs no further hop.
    Executor executor();

    /// The identity of the listener, for instance `dns://:53`: the label `server` of all metrics.
    String server();

    /// The zone of the server block that answers, as the label `zone` of metrics has it.
    String zone();

    /// The name of the view that answers, or the empty string.
    String view();

    /// The response of this query, emptied: NOERROR, no records, no flags.
    Response reply();

    /// Asks for another name and type on behalf of this query: through the server once more, with
    /// the same client, EDNS and transport, from the choice of the server block on. Never through a
    /// socket. The outcome's response belongs to the inner query and is valid until this query
    /// ends.
    ///
    /// Depth and number of such look-ups per query are limited; beyond is [Failure.TooManyLookups].
    Outcome resolve(Name name, int type);

    /// This query with another question, for the rest of the chain. The response that comes back
    /// answers the new question; [Response#answering] turns it into one for this query.
    Query asking(Name name, int type, int dclass);

    /// This query with another question and other EDNS options, for the rest of the chain. It has
    /// EDNS even if this one has not; what the client gets does not change by that.
    Query asking(Name name, int type, int dclass, List<Response.Option> options);

    /// The name of the plugin that answers, as far as it is known: the last in the chain that was
    /// asked. Empty before anybody was.
    default String answeredBy() {
        return "";
    }

    /// Says that somebody was given up on who may still use this query, and answers it without
    /// waiting for them. It is not reused then, and what they do to its response does not matter.
    default void abandon() {}

    /// The same question as one of our own, which outlives this query: to be asked of the rest of
    /// the chain in the background. Its client is nobody; nobody is answered.
    Query detached();

    /// A value that a plugin knows about this query, for instance `forward/upstream`.
    Optional<String> metadata(String label);

    /// The labels of what is known about this query so far.
    default Set<String> metadataLabels() {
        return Set.of();
    }

    /// Says a value about this query. It is computed when somebody asks for it.
    void metadata(String label, Supplier<String> value);

    /// Whether somebody wants to know why this query gets its answer: then [#note] is heard.
    default boolean isExplained() {
        return false;
    }

    /// Says why the plugin does what it does, in one line, to whoever has the query explained; to
    /// nobody otherwise. A text that has to be made is made only if [#isExplained].
    default void note(String reason) {}

    /// Who looks on at this query, or at the one on whose behalf it is asked; mostly nobody.
    default @Nullable ChainWatcher watcher() {
        return null;
    }

    /// Says who looks on.
    default void watcher(ChainWatcher watcher) {}

    /// What [RequestFields] asks for, of the request that brought this query, by name; empty for
    /// other transports.
    default Map<String, String> requestFields() {
        return Map.of();
    }
}
