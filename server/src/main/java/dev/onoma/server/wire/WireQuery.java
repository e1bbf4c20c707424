package dev.onoma.server.wire;

import dev.onoma.api.Failure;
import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Type;

/// A query that is read only as far as somebody asks.
///
/// [#read] checks the form of the whole packet, without decoding a name or a record: header,
/// question, OPT (RFC 6891). Most queries end at a table after that; the name is decoded on first
/// use. The packet is copied (tens of octets), so that nothing here depends on a buffer's life. No
/// field is volatile: a query belongs to one thread at a time, and [Outcome.Later], the only way to
/// another, orders memory.
public final class WireQuery implements Query {
    /// The largest response that is sent in a datagram, unless `bufsize` says otherwise: what fits
    /// every path without fragments (DNS flag day 2020; RFC 9715 allows up to 1400).
    public static final int UDP_RESPONSE_OCTETS_MAX = 1232;

    private static final int UDP_OCTETS_MIN = 512;

    /// How deep look-ups may lead to look-ups.
    public static final int LOOKUP_DEPTH_MAX = 8;

    /// How many look-ups one query of a client may cause.
    public static final int LOOKUPS_MAX = 32;

    private static final int OPTION_COOKIE = 10;
    private static final int OPTION_KEEPALIVE = 11;

    private final Context context;
    private final NameKey key = new NameKey();
    private final Response response = new Response(this);
    private byte[] wire = new byte[UDP_OCTETS_MIN];
    private int size;
    private int questionEnd;
    private int type;
    private int dclass;
    private int optAt;
    private int advertised;
    private int udpCap;
    private boolean dnssecOk;
    private boolean recursionDesired;
    private @Nullable Name name;
    private Map<String, Supplier<String>> metadata = Map.of();

    private Transport transport = Transport.UDP;
    private InetSocketAddress client = Context.NOWHERE;
    private InetSocketAddress local = Context.NOWHERE;
    private long receivedNanos;
    private String server = "";
    private String zone = "";
    private String view = "";
    private @Nullable Object route;
    private @Nullable WireQuery parent;
    private String answeredBy = "";
    private boolean abandoned;
    private int depth;
    private int lookups;

    /// @param context of the event loop, or of the query that this one is asked for
    public WireQuery(Context context) {
        this.context = context;
    }

    /// Makes room for a packet.
    ///
    /// @return where the packet is to be put, from its first octet on
    public byte[] buffer(int octets) {
        if (wire.length < octets) {
            wire = new byte[Math.max(octets, wire.length * 2)];
        }
        return wire;
    }

    /// Says where the packet came from.
    public void from(
            Transport transport, InetSocketAddress client, InetSocketAddress local, long nanos) {
        this.transport = transport;
        this.client = client;
        this.local = local;
        this.receivedNanos = nanos;
    }

    /// Says who answers.
    public void routed(Object route, String server, String zone, String view) {
        this.route = route;
        this.server = server;
        this.zone = zone;
        this.view = view;
    }

    /// Who answers, as [#routed] was told.
    public @Nullable Object route() {
        return route;
    }

    /// Reads the packet that was put into [#buffer].
    public Verdict read(int octets) {
        forget(octets);
        if (octets < 12 || wire[2] < 0) {
            return Verdict.IGNORE;
        }
        recursionDesired = (wire[2] & 1) != 0;
        if (u16(4) == 1) {
            int end = key.read(wire, 12, size);
            if (end > 0 && end + 4 <= size) {
                type = u16(end);
                dclass = u16(end + 2);
                questionEnd = end + 4;
            }
        }
        boolean wellFormed = questionEnd > 12 && records();
        int opcode = opcode();
        if (opcode != Opcode.QUERY && opcode != Opcode.NOTIFY) {
            return Verdict.NOTIMP;
        }
        if (!wellFormed) {
            return Verdict.FORMERR;
        }
        if (opcode == Opcode.NOTIFY) {
            return Verdict.NOTAUTH;
        }
        return optAt != 0 && wire[optAt + 5] != 0 ? Verdict.BADVERS : question();
    }

    private void forget(int octets) {
        size = octets;
        questionEnd = 12;
        type = 0;
        dclass = 0;
        optAt = 0;
        advertised = UDP_OCTETS_MIN;
        udpCap = UDP_RESPONSE_OCTETS_MAX;
        dnssecOk = false;
        name = null;
        route = null;
        lookups = 0;
        answeredBy = "";
        metadata = Map.of();
    }

    // Types that cannot be asked for (RFC 6895, section 3.1; RFC 9824, section 3.4).
    private Verdict question() {
        return switch (type) {
            case 0, Type.OPT, 128 -> Verdict.FORMERR;
            case Type.TKEY, Type.TSIG, Type.MAILB, Type.MAILA -> Verdict.NOTIMP;
            default -> Verdict.QUERY;
        };
    }

    private boolean records() {
        int before = u16(6) + u16(8);
        int all = before + u16(10);
        int at = questionEnd;
        for (int i = 0; i < all; i++) {
            int owner = at;
            at = PacketNames.end(wire, at, size);
            if (at < 0 || at + 10 > size) {
                return false;
            }
            int end = at + 10 + u16(at + 8);
            if (end > size) {
                return false;
            }
            if (u16(at) == Type.OPT && i >= before && !opt(owner, at, end)) {
                return false;
            }
            at = end;
        }
        return true;
    }

    // One OPT, owned by the root, with options that fill it exactly (RFC 6891, section 6.1).
    private boolean opt(int owner, int at, int end) {
        if (optAt != 0 || at != owner + 1) {
            return false;
        }
        // The client has EDNS even if its options are wrong: the error says so (row H18).
        optAt = at;
        advertised = Math.max(UDP_OCTETS_MIN, u16(at + 2));
        dnssecOk = wire[at + 6] < 0;
        int option = at + 10;
        while (option + 4 <= end) {
            int length = u16(option + 2);
            if (u16(option) == OPTION_COOKIE && !isCookieLength(length)) {
                return false;
            }
            option += 4 + length;
        }
        return option == end;
    }

    // A client part of 8 octets, alone or with a server part of 8 to 32 (RFC 7873, section 4).
    private static boolean isCookieLength(int length) {
        return length == 8 || length >= 16 && length <= 40;
    }

    /// A plugin is asked. Whoever made another form of a query asks on behalf of the original.
    public void reached(String plugin) {
        answeredBy = plugin;
        var above = parent;
        if (above != null && above.depth == depth) {
            above.reached(plugin);
        }
    }

    @Override
    public String answeredBy() {
        return answeredBy;
    }

    @Override
    public void abandon() {
        abandoned = true;
    }

    /// Whether somebody may still use this query after its response has left.
    public boolean isAbandoned() {
        return abandoned;
    }

    @Override
    public Name name() {
        var decoded = name;
        if (decoded == null) {
            decoded = Names.ofWire(wire, 12);
            name = decoded;
        }
        return decoded;
    }

    @Override
    public NameKey key() {
        return key;
    }

    @Override
    public int type() {
        return type;
    }

    @Override
    public int dclass() {
        return dclass;
    }

    @Override
    public int id() {
        return u16(0);
    }

    /// The opcode (RFC 6895, section 2.2).
    public int opcode() {
        return wire[2] >> 3 & 15;
    }

    @Override
    public boolean recursionDesired() {
        return recursionDesired;
    }

    @Override
    public void recursionDesired(boolean desired) {
        recursionDesired = desired;
    }

    @Override
    public boolean checkingDisabled() {
        return (wire[3] & 0x10) != 0;
    }

    @Override
    public boolean authenticData() {
        return (wire[3] & 0x20) != 0;
    }

    @Override
    public boolean edns() {
        return optAt != 0;
    }

    @Override
    public boolean dnssecOk() {
        return dnssecOk;
    }

    @Override
    public int udpSize() {
        return advertised;
    }

    @Override
    public void limitUdpSize(int octets) {
        udpCap = octets;
        advertised = Math.clamp(octets, UDP_OCTETS_MIN, advertised);
    }

    /// The most octets that the response may have.
    public int responseOctetsMax() {
        return transport.isDatagram()
                ? Math.max(UDP_OCTETS_MIN, Math.min(advertised, udpCap))
                : 0xffff;
    }

    /// Whether the client asks how long its connection may idle (RFC 7828, section 3.3).
    boolean wantsKeepalive() {
        return optAt != 0 && !transport.isDatagram() && findOption(OPTION_KEEPALIVE) > 0;
    }

    @Override
    public byte @Nullable [] option(int code) {
        int at = optAt == 0 ? 0 : findOption(code);
        return at == 0 ? null : Arrays.copyOfRange(wire, at + 4, at + 4 + u16(at + 2));
    }

    private int findOption(int code) {
        int end = optAt + 10 + u16(optAt + 8);
        for (int at = optAt + 10; at + 4 <= end; at += 4 + u16(at + 2)) {
            if (u16(at) == code) {
                return at;
            }
        }
        return 0;
    }

    @Override
    public byte[] wire() {
        return wire;
    }

    @Override
    public int sizeOctets() {
        return size;
    }

    @Override
    public int questionEnd() {
        return questionEnd;
    }

    @Override
    public Message message() {
        try {
            return new Message(Arrays.copyOf(wire, size));
        } catch (IOException e) {
            throw new IllegalStateException("a query that was checked does not decode", e);
        }
    }

    @Override
    public InetSocketAddress client() {
        return client;
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public Transport transport() {
        return transport;
    }

    @Override
    public long receivedNanos() {
        return receivedNanos;
    }

    @Override
    public Executor executor() {
        return context.executor();
    }

    @Override
    public String server() {
        return server;
    }

    @Override
    public String zone() {
        return zone;
    }

    @Override
    public String view() {
        return view;
    }

    @Override
    public Response reply() {
        return response.clear();
    }

    /// The response as it stands.
    public Response response() {
        return response;
    }

    @Override
    public Outcome resolve(Name wanted, int wantedType) {
        var root = root();
        if (depth >= LOOKUP_DEPTH_MAX || ++root.lookups > LOOKUPS_MAX) {
            return Outcome.failed(
                    new Failure.TooManyLookups(
                            root.name().toString(),
                            depth >= LOOKUP_DEPTH_MAX ? LOOKUP_DEPTH_MAX : LOOKUPS_MAX));
        }
        var inner = new WireQuery(context);
        inner.from(transport, client, local, receivedNanos);
        inner.parent = this;
        inner.depth = depth + 1;
        inner.ask(this, wanted, wantedType, DClass.IN);
        return context.ask(inner, this);
    }

    private WireQuery root() {
        var query = this;
        for (var above = parent; above != null; above = above.parent) {
            query = above;
        }
        return query;
    }

    @Override
    public Query asking(Name wanted, int wantedType, int wantedClass) {
        var other = new WireQuery(context);
        other.from(transport, client, local, receivedNanos);
        other.parent = this;
        other.depth = depth;
        other.ask(this, wanted, wantedType, wantedClass);
        other.routed(route == null ? other : route, server, zone, view);
        other.metadata = metadata.isEmpty() ? metadata : new HashMap<>(metadata);
        return other;
    }

    @Override
    public Query detached() {
        var other = new WireQuery(context);
        System.arraycopy(wire, 0, other.buffer(size), 0, size);
        other.from(transport, Context.NOWHERE, local, receivedNanos);
        other.read(size);
        other.recursionDesired = recursionDesired;
        other.routed(route == null ? other : route, server, zone, view);
        return other;
    }

    // The header and the OPT of `like` around another question.
    private void ask(WireQuery like, Name wanted, int wantedType, int wantedClass) {
        int optBegin = like.optAt == 0 ? 0 : like.optAt - 1;
        int optEnd = like.optAt == 0 ? 0 : like.optAt + 10 + like.u16(like.optAt + 8);
        var packet =
                OtherQuestion.packet(like.wire, optBegin, optEnd, wanted, wantedType, wantedClass);
        System.arraycopy(packet, 0, buffer(packet.length), 0, packet.length);
        read(packet.length);
        recursionDesired = like.recursionDesired;
        udpCap = like.udpCap;
        advertised = like.advertised;
    }

    @Override
    public Optional<String> metadata(String label) {
        return Optional.ofNullable(metadata.get(label)).map(Supplier::get);
    }

    @Override
    public void metadata(String label, Supplier<String> value) {
        if (metadata.isEmpty()) {
            metadata = new HashMap<>(); // the empty one belongs to everybody
        }
        metadata.put(label, value);
    }

    /// Takes back what was said so far, for the next server block.
    public void forgetMetadata() {
        metadata = Map.of();
    }

    private int u16(int at) {
        return (wire[at] & 0xff) << 8 | wire[at + 1] & 0xff;
    }
}
