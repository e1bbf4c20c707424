package dev.onoma.server;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.WireSections;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Record;

/// `hosts ADDRESS [COUNT]`: the same addresses for every name, as ready sections.
public final class FixedPlugin implements Plugin {
    @Override
    public String name() {
        return "hosts";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var arguments = directive.arguments("ADDRESS [COUNT]");
        var address = arguments.ipAddress("ADDRESS");
        int count = arguments.numberOr("COUNT", 1, 1);
        var name = Names.of("www.example.org.");
        var key = NameKey.of(name);
        var records = new ArrayList<Record>();
        for (int i = 0; i < count; i++) {
            records.add(new ARecord(name, DClass.IN, 5, next(address, i)));
        }
        var sections = WireSections.of(name, records, List.of(), List.of());
        return (query, next) ->
                query.key().equals(key)
                        ? query.reply().authoritative().sections(sections).build()
                        : next.handle(query);
    }

    private static InetAddress next(InetAddress first, int step) {
        var octets = first.getAddress();
        octets[2] += (byte) (step >> 8);
        octets[3] += (byte) step;
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
