package dev.onoma.server.wire;

import dev.onoma.api.ChainWatcher;
import dev.onoma.api.Failure;
import dev.onoma.api.MessageSigner;
import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.Response.Option;
import dev.onoma.api.TcpLimits;
import dev.onoma.api.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private static final byte[] NOTHING = {};

    private static final int OPTION_KEEPALIVE = 11;
    private static final int OPTION_PADDING = 12;

    private final Context context;
    private final NameKey key = new NameKey();
    private final Response response = new Response(this);
    private byte[] wire = NOTHING;
    private int size;
    private int questionEnd;
    private int type;
    private int dclass;
    private final OptRecord opt = new OptRecord();
    private int udpCap;
    private int tsigAt;
    private @Nullable MessageSigner signer;
    private boolean recursionDesired;
    private @Nullable Name name;
    private Map<String, Supplier<String>> metadata = Map.of();

    private Transport transport = Transport.UDP;
    private InetSocketAddress client = Context.NOWHERE;
    private InetSocketAddress local = Context.NOWHERE;
    private Duration idle = TcpLimits.DEFAULT.idle();
    private long receivedNanos;
    private String server = "";
    private String zone = "";
    private String view = "";
    private @Nullable Object route;
    private @Nullable Object ticket;
    private @Nullable WireQuery parent;
    private String answeredBy = "";
    private boolean abandoned;
    private List<Option> optionsForUpstream = List.of();
    private int depth;
    private int lookups;
    private @Nullable ChainWatcher watcher;
    private Map<String, String> requestFields = Map.of();

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
        if (opcode != Opcode.QUERY && opcode != Opcode.NOTIFY && opcode != Opcode.UPDATE) {
            return Verdict.NOTIMP;
        }
        if (!wellFormed) {
            return Verdict.FORMERR;
        }
        if (!opt.isVersionZero(wire)) {
            return Verdict.BADVERS;
        }
        return switch (opcode) {
            case Opcode.NOTIFY -> Verdict.NOTIFY;
            case Opcode.UPDATE -> Verdict.UPDATE;
            default -> question();
        };
    }

    private void forget(int octets) {
        size = octets;
        questionEnd = 12;
        type = 0;
        dclass = 0;
        opt.forget();
        tsigAt = 0;
        signer = null;
        udpCap = UDP_RESPONSE_OCTETS_MAX;
        name = null;
        route = null;
        lookups = 0;
        answeredBy = "";
        optionsForUpstream = List.of();
        metadata = Map.of();
        watcher = null;
        requestFields = Map.of();
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
            if (u16(at) == Type.OPT && i >= before && !opt.read(wire, owner, at, end)) {
                return false;
            }
            if (u16(at) == Type.TSIG) {
                if (i < before || i < all - 1) {
                    return false; // the last of all records (RFC 8945, section 5.1)
                }
                tsigAt = owner;
            }
            at = end;
        }
        return true;
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

    @Override
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
        return opt.isThere();
    }

    @Override
    public boolean dnssecOk() {
        return opt.dnssecOk();
    }

    @Override
    public int udpSize() {
        return opt.advertised();
    }

    @Override
    public void limitUdpSize(int octets) {
        udpCap = octets;
        opt.advertised(Math.clamp(octets, UDP_OCTETS_MIN, opt.advertised()));
    }

    @Override
    public int responseOctetsMax() {
        return transport.isDatagram()
                ? Math.max(UDP_OCTETS_MIN, Math.min(opt.advertised(), udpCap))
                : 0xffff;
    }

    /// Says how long the connection may idle between queries.
    public void idle(Duration time) {
        idle = time;
    }

    /// How long the connection may idle, in the tenths of a second of edns-tcp-keepalive.
    int keepaliveTenths() {
        return (int) Math.min(0xffff, idle.toMillis() / 100);
    }

    /// Whether the client asks how long its connection may idle (RFC 7828, section 3.3).
    boolean wantsKeepalive() {
        return (transport == Transport.TCP || transport == Transport.TLS)
                && opt.has(wire, OPTION_KEEPALIVE);
    }

    /// Whether the response is to be padded (RFC 7830, section 4).
    boolean wantsPadding() {
        return transport.isEncrypted() && opt.has(wire, OPTION_PADDING);
    }

    /// Says what the transport needs to know when the response comes later.
    public void ticket(Object ticket) {
        this.ticket = ticket;
    }

    /// What [#ticket] was told last.
    public @Nullable Object ticket() {
        return ticket;
    }

    @Override
    public byte @Nullable [] option(int code) {
        return opt.option(wire, code);
    }

    @Override
    public List<Option> options() {
        return opt.options(wire);
    }

    @Override
    public List<Option> optionsForUpstream() {
        return optionsForUpstream;
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
    public int tsigAt() {
        return tsigAt;
    }

    @Override
    public @Nullable MessageSigner signer() {
        return signer;
    }

    @Override
    public void signer(MessageSigner signs) {
        signer = signs;
    }

    /// The octets that the signature of a message of the response takes.
    int signatureOctets() {
        var signs = signer;
        return signs == null ? 0 : signs.octetsMax();
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
        boolean isTooDeep = depth >= context.lookupDepthMax();
        if (isTooDeep || ++root.lookups > context.lookupsMax()) {
            context.tooManyLookups();
            int max = isTooDeep ? context.lookupDepthMax() : context.lookupsMax();
            return Outcome.failed(new Failure.TooManyLookups(root.name().toString(), max));
        }
        var inner = new WireQuery(context);
        inner.from(transport, client, local, receivedNanos);
        inner.parent = this;
        inner.depth = depth + 1;
        inner.ask(this, wanted, wantedType, DClass.IN);
        inner.signer = signer;
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
        other.ask(this, wanted, wantedType, wantedClass);
        return other.inPlaceOf(this, optionsForUpstream);
    }

    @Override
    public Query asking(Name wanted, int wantedType, int wantedClass, List<Option> options) {
        var other = new WireQuery(context);
        int octets = edns() ? udpSize() : UDP_RESPONSE_OCTETS_MAX;
        var made = OtherQuestion.opt(octets, dnssecOk(), options);
        other.take(
                OtherQuestion.packet(wire, made, 0, made.length, wanted, wantedType, wantedClass),
                this);
        var mine = options();
        var added = options.stream().filter(o -> mine.stream().noneMatch(o::isSame)).toList();
        return other.inPlaceOf(this, added);
    }

    private Query inPlaceOf(WireQuery other, List<Option> forUpstream) {
        from(other.transport, other.client, other.local, other.receivedNanos);
        parent = other;
        depth = other.depth;
        routed(other.route == null ? this : other.route, other.server, other.zone, other.view);
        metadata = other.metadata.isEmpty() ? other.metadata : new HashMap<>(other.metadata);
        optionsForUpstream = forUpstream;
        signer = other.signer;
        return this;
    }

    @Override
    public Query detached() {
        var other = new WireQuery(context);
        System.arraycopy(wire, 0, other.buffer(size), 0, size);
        other.from(transport, Context.NOWHERE, local, receivedNanos);
        other.read(size);
        other.idle = idle;
        other.recursionDesired = recursionDesired;
        other.optionsForUpstream = optionsForUpstream;
        other.signer = signer;
        other.routed(route == null ? other : route, server, zone, view);
        return other;
    }

    // The header and the OPT of `like` around another question.
    private void ask(WireQuery like, Name wanted, int wantedType, int wantedClass) {
        take(
                OtherQuestion.packet(
                        like.wire,
                        like.wire,
                        like.opt.begin(),
                        like.opt.end(like.wire),
                        wanted,
                        wantedType,
                        wantedClass),
                like);
        opt.advertised(like.udpSize());
    }

    private void take(byte[] packet, WireQuery like) {
        System.arraycopy(packet, 0, buffer(packet.length), 0, packet.length);
        read(packet.length);
        recursionDesired = like.recursionDesired;
        udpCap = like.udpCap;
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

    @Override
    public boolean isExplained() {
        return context.isExplaining();
    }

    @Override
    public void note(String reason) {
        context.note(reason);
    }

    @Override
    public @Nullable ChainWatcher watcher() {
        var mine = watcher;
        var above = parent;
        return mine != null || above == null ? mine : above.watcher();
    }

    @Override
    public void watcher(ChainWatcher looksOn) {
        watcher = looksOn;
    }

    @Override
    public Map<String, String> requestFields() {
        return root().requestFields;
    }

    /// Says what is to be known of the request, when the query is read.
    public void requestFields(Map<String, String> fields) {
        requestFields = fields;
    }

    /// How many look-ups lie between this query and that of a client.
    public int depth() {
        return depth;
    }

    @Override
    public Set<String> metadataLabels() {
        return metadata.keySet();
    }

    private int u16(int at) {
        return (wire[at] & 0xff) << 8 | wire[at + 1] & 0xff;
    }
}
