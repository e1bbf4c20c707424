package dev.onoma.plugins.erratic;

import dev.onoma.api.Addresses;
import dev.onoma.api.Handler;
import dev.onoma.api.Names;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.Time;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/// Counts queries and does to some of them what [Erratic.Options] says.
final class ErraticHandler implements Handler {
    private static final int LARGE_RECORDS = 30;
    private static final InetAddress ADDRESS_4 = address("192.0.2.53");
    private static final InetAddress ADDRESS_6 = address("2001:db8::53");

    private final Erratic.Options options;
    private final Time time;
    private final AtomicLong queries = new AtomicLong();

    ErraticHandler(Erratic.Options options, Time time) {
        this.options = options;
        this.time = time;
    }

    private static InetAddress address(String text) {
        return Addresses.parse(text).orElseThrow();
    }

    /// Ready for a moment only, which is what tests of `ready` want.
    boolean isReady() {
        long count = queries.get();
        return count == 3 || count == 4;
    }

    @Override
    public Outcome handle(Query query, Next next) {
        long number = queries.getAndIncrement();
        if (isMultiple(number, options.drop())) {
            return Outcome.dropped("erratic drops one query of " + options.drop());
        }
        boolean truncate = options.truncate() > 0 && (number & options.truncate()) == 0;
        var outcome = answer(query, truncate).build();
        return isMultiple(number, options.delay()) ? delayed(query, outcome) : outcome;
    }

    private static boolean isMultiple(long number, int amount) {
        return amount > 0 && number % amount == 0;
    }

    private Outcome delayed(Query query, Outcome outcome) {
        if (!options.duration().isPositive()) {
            return outcome;
        }
        var stage = new CompletableFuture<Outcome>();
        time.after(
                options.duration(), () -> query.executor().execute(() -> stage.complete(outcome)));
        return new Outcome.Later(stage);
    }

    private Response answer(Query query, boolean truncate) {
        var name = query.name();
        return switch (query.type()) {
            case Type.A -> {
                var reply = query.reply().authoritative().truncated(truncate);
                for (int i = 0; i < (options.large() ? LARGE_RECORDS : 1); i++) {
                    reply.answer(new ARecord(name, DClass.IN, 0, ADDRESS_4));
                }
                yield reply;
            }
            case Type.AAAA ->
                    query.reply()
                            .authoritative()
                            .truncated(truncate)
                            .answer(new AAAARecord(name, DClass.IN, 0, ADDRESS_6));
            case Type.AXFR -> transfer(query, truncate);
            default -> query.reply().rcode(Rcode.SERVFAIL);
        };
    }

    // A truncated transfer is one that lacks its closing SOA.
    private static Response transfer(Query query, boolean truncate) {
        try {
            var reply = query.reply().authoritative();
            var records = new ArrayList<>(zone(query.name()));
            if (!truncate) {
                records.add(records.getFirst());
            }
            records.forEach(reply::answer);
            return reply;
        } catch (NameTooLongException _) {
            return query.reply().rcode(Rcode.SERVFAIL); // no room for the names below
        }
    }

    private static List<Record> zone(Name zone) throws NameTooLongException {
        var a = Name.concatenate(Name.fromConstantString("a"), zone);
        var b = Name.concatenate(Name.fromConstantString("b"), zone);
        return List.of(
                new SOARecord(
                        zone,
                        DClass.IN,
                        0,
                        Names.of("sns.dns.icann.org."),
                        Names.of("noc.dns.icann.org."),
                        2018050825L,
                        7200,
                        3600,
                        1_209_600,
                        3600),
                new NSRecord(zone, DClass.IN, 0, b),
                new NSRecord(zone, DClass.IN, 0, a),
                new AAAARecord(a, DClass.IN, 0, address("2001:bd8::53")),
                new AAAARecord(b, DClass.IN, 0, address("2001:500::54")));
    }
}
