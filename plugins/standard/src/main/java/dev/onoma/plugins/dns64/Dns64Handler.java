package dev.onoma.plugins.dns64;

import dev.onoma.api.Ede;
import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Asks for IPv6 addresses first; where there are none, for IPv4 addresses, of which it makes some.
final class Dns64Handler implements Handler {
    /// Without an SOA record that says more (RFC 6147, section 5.1.7).
    private static final long TTL_MAX = 600;

    private static final int RESERVED_OCTET = 8; // always zero (RFC 6052, section 2.2)

    private final Dns64.Options options;
    private final Dns64Metrics metrics;

    Dns64Handler(Dns64.Options options, Dns64Metrics metrics) {
        this.options = options;
        this.metrics = metrics;
    }

    @Override
    public Outcome handle(Query query, Next next) {
        if (query.type() != Type.AAAA || query.dclass() != DClass.IN || !isFor(query)) {
            return next.handle(query);
        }
        return next.handle(query).then(query, 0, this::answered);
    }

    // Who validates by itself must see what is there (RFC 6147, section 5.5).
    private boolean isFor(Query query) {
        return (options.fromIpv4() || query.client().getAddress() instanceof Inet6Address)
                && !(query.dnssecOk() && query.checkingDisabled());
    }

    private Outcome answered(Query query, long unused, Outcome settled) {
        if (!(settled instanceof Outcome.Reply(var response))
                || response.rcode() == Rcode.NXDOMAIN
                || response.hasType(Section.ANSWER, Type.AAAA) && !options.always()) {
            return settled;
        }
        metrics.translated(query);
        query.note("no IPv6 addresses, or all are to be translated: IPv4 addresses are looked up");
        var soa = response.soa();
        long ttl = soa == null ? TTL_MAX : soa.getTTL();
        return query.resolve(query.name(), Type.A).then(found -> made(query, ttl, settled, found));
    }

    // Without IPv4 addresses, the answer about IPv6 addresses is the right one.
    private Outcome made(Query query, long ttlMax, Outcome before, Outcome found) {
        if (!(found instanceof Outcome.Reply(var four))
                || four.rcode() != Rcode.NOERROR
                || !four.hasType(Section.ANSWER, Type.A)) {
            return before;
        }
        return translated(query, ttlMax, four).build();
    }

    private Response translated(Query query, long ttlMax, Response four) {
        var reply =
                query.reply()
                        .authoritative(four.isAuthoritative())
                        .ede(Ede.SYNTHESIZED, "")
                        .recursionAvailable(four.isRecursionAvailable())
                        .truncated(four.isTruncated());
        for (var r : four.answers()) {
            // What signs an address that is not there any more is of no use.
            boolean signs = r instanceof RRSIGRecord s && s.getTypeCovered() == Type.A;
            if (!signs) {
                reply.answer(r instanceof ARecord a ? translated(a, ttlMax) : r);
            }
        }
        four.authorities().forEach(reply::authority);
        four.additionals().forEach(reply::additional);
        return reply;
    }

    private Record translated(ARecord four, long ttlMax) {
        return new AAAARecord(
                four.getName(),
                four.getDClass(),
                Math.min(four.getTTL(), ttlMax),
                embedded(four.getAddress()));
    }

    private InetAddress embedded(InetAddress four) {
        int at = options.prefix().prefixLength() / 8;
        var octets = Arrays.copyOf(options.prefix().network().getAddress(), 16);
        for (byte octet : four.getAddress()) {
            at += at == RESERVED_OCTET ? 1 : 0;
            octets[at++] = octet;
        }
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError("16 octets are an address", e);
        }
    }
}
