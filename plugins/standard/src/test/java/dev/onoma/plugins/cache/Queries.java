package dev.onoma.plugins.cache;

import dev.onoma.api.Names;
import dev.onoma.api.Outcome;
import dev.onoma.api.Transport;
import dev.onoma.api.WireSections;
import dev.onoma.server.wire.Context;
import dev.onoma.server.wire.WireQuery;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Queries without a network.
final class Queries {
    private static final Context NOBODY =
            new Context() {
                @Override
                public Executor executor() {
                    return Runnable::run;
                }

                @Override
                public Outcome ask(WireQuery inner, WireQuery origin) {
                    throw new UnsupportedOperationException("these tests look nothing up");
                }
            };

    private Queries() {}

    static WireQuery query(String name, String view, long nanos) {
        var question = Record.newRecord(Names.of(name), Type.A, DClass.IN);
        var wire = Message.newQuery(question).toWire();
        var query = new WireQuery(NOBODY);
        System.arraycopy(wire, 0, query.buffer(wire.length), 0, wire.length);
        query.from(Transport.UDP, Context.NOWHERE, Context.NOWHERE, nanos);
        query.read(wire.length);
        query.routed(NOBODY, "dns://:53", ".", view);
        return query;
    }

    /// An answer with `count` addresses.
    static WireSections addresses(String name, int count) {
        var owner = Names.of(name);
        var builder = WireSections.builder(owner);
        for (int i = 0; i < count; i++) {
            var octets = new byte[] {10, 0, (byte) (i >> 8), (byte) i};
            builder.add(1, Record.newRecord(owner, Type.A, DClass.IN, 300, octets));
        }
        return builder.build();
    }

    static Entry entry(String name, String view, int addresses, long nowNanos, long lifetimeNanos) {
        var query = query(name, view, nowNanos);
        var term =
                new Storing.Term(
                        Kind.SUCCESS,
                        nowNanos,
                        lifetimeNanos,
                        0,
                        1_000_000,
                        0,
                        true,
                        lifetimeNanos);
        return new Entry(
                CacheTable.hash(query), query, query.reply(), addresses(name, addresses), term);
    }

    static List<String> names(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i + ".example.org.").toList();
    }
}
