package dev.onoma.plugins.whoami;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Names;
import dev.onoma.api.Outcome;
import dev.onoma.api.Plugin;
import dev.onoma.api.Query;
import dev.onoma.api.ServerBlock;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;

/// Tells a client its own address (A or AAAA), port and transport (SRV, RFC 2782), all in the
/// additional section and with a TTL of 0 seconds, so that nobody keeps them.
public final class Whoami implements Plugin {
    @Override
    public String name() {
        return "whoami";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        directive.expectNothingElse();
        return (query, _) -> answer(query);
    }

    private static Outcome answer(Query query) {
        var client = query.client();
        var reply = query.reply().authoritative();
        reply.additional(address(query.name(), query.dclass(), client.getAddress()));
        // A name that leaves no room for the label gets its address alone.
        under("_" + query.transport().label(), query.name())
                .map(owner ->
                        new SRVRecord(owner, query.dclass(), 0, 0, 0, client.getPort(), Name.root))
                .ifPresent(reply::additional);
        return reply.build();
    }

    private static Record address(Name owner, int dclass, InetAddress address) {
        return address instanceof Inet4Address
                ? new ARecord(owner, dclass, 0, address)
                : new AAAARecord(owner, dclass, 0, address);
    }

    private static Optional<Name> under(String label, Name name) {
        try {
            return Optional.of(Name.concatenate(Names.of(label).relativize(Name.root), name));
        } catch (NameTooLongException _) {
            return Optional.empty(); // 255 octets are the limit (RFC 1035, section 2.3.4)
        }
    }
}
