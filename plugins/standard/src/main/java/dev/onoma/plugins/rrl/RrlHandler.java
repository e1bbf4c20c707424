package dev.onoma.plugins.rrl;

import dev.onoma.api.Handler;
import dev.onoma.api.NameKey;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.ZoneSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.Section;

/// Looks at what goes out over UDP, and holds back what is too much.
///
/// The account of an answer is named by the client's network, the category, and what the answer is
/// about: the name asked for, for denials and referrals the zone, for errors nothing, so that
/// random names do not get accounts of their own. No record is decoded for that.
final class RrlHandler implements Handler, Outcome.Continuation {
    private static final long MIX = 0x9e3779b97f4a7c15L;
    private static final int POINTER = 0xc0;
    private static final int QUESTION_AT = 12;
    private static final int REQUESTS = 0;

    private final RrlOptions options;
    private final ZoneSet zones;
    private final Accounts accounts;
    private final RrlMetrics metrics;
    private final AtomicInteger surplus = new AtomicInteger();

    RrlHandler(RrlOptions options, Accounts accounts, RrlMetrics metrics) {
        this.options = options;
        zones = new ZoneSet(options.zones());
        this.accounts = accounts;
        this.metrics = metrics;
    }

    // Whoever completed a handshake, or shows a cookie of ours, is who they say.
    @Override
    public Outcome handle(Query query, Next next) {
        if (!query.transport().isDatagram() || !zones.contains(query.key())) {
            return next.handle(query);
        }
        long interval = options.requestInterval();
        if (interval > 0
                && !accounts.debit(network(query, REQUESTS), interval, query.receivedNanos())
                && !isKnown(query)) {
            metrics.requests().inc();
            query.note("more queries of this network than requests-per-second");
            if (!options.reportOnly()) {
                return surplus(query);
            }
        }
        return next.handle(query).then(query, 0, this);
    }

    @Override
    public Outcome settled(Query query, long number, Outcome settled) {
        return switch (settled) {
            case Outcome.Reply(var response) -> {
                var category = Category.of(response);
                yield limit(query, category, settled, subject(query, category, response));
            }
            case Outcome.Failed _ -> limit(query, Category.ERROR, settled, 0);
            case Outcome.Dropped _, Outcome.Later _ -> settled;
        };
    }

    private Outcome limit(Query query, Category category, Outcome settled, long subject) {
        long interval = options.intervals().getOrDefault(category, 0L);
        if (interval == 0) {
            return settled;
        }
        long key = (network(query, category.number()) ^ subject) * MIX;
        if (accounts.debit(key, interval, query.receivedNanos()) || isKnown(query)) {
            return settled;
        }
        metrics.responses().inc();
        if (query.isExplained()) {
            query.note("more answers of this kind to this network than " + category.property());
        }
        return options.reportOnly() ? settled : surplus(query);
    }

    private static boolean isKnown(Query query) {
        return query.metadata("cookies/valid").isPresent();
    }

    // An empty truncated response is no larger than its query, and lets real clients come by TCP.
    private Outcome surplus(Query query) {
        int slip = options.slip();
        if (slip > 0 && Math.floorMod(surplus.incrementAndGet(), slip) == 0) {
            metrics.slipped().inc();
            return query.reply().truncated(true).build();
        }
        return Outcome.dropped("rrl");
    }

    private long network(Query query, int kind) {
        var octets = query.client().getAddress().getAddress();
        int bits = octets.length == 4 ? options.prefixV4() : options.prefixV6();
        long mixed = (kind + 1) * MIX;
        for (int i = 0; i * 8 < bits; i++) {
            int left = bits - i * 8;
            int kept = left >= 8 ? octets[i] : octets[i] & 0xff00 >> left;
            mixed = Long.rotateLeft(mixed ^ kept & 0xff, 9) * MIX;
        }
        return mixed;
    }

    private static long subject(Query query, Category category, Response response) {
        return switch (category) {
            case RESPONSE -> query.key().hash() + query.type();
            case NODATA -> query.key().hash();
            case NXDOMAIN, REFERRAL -> zone(query, response);
            case ERROR -> 0;
        };
    }

    // The owner of the first authority record.
    private static long zone(Query query, Response response) {
        if (response.count(Section.AUTHORITY) == 0) {
            return 0;
        }
        var ready = response.sectionsIfReady();
        if (ready == null) {
            return NameKey.of(response.authorities().getFirst().getName()).hash();
        }
        int first = ready.first(Section.AUTHORITY);
        int at = first == 0 ? 0 : ready.endOffset(first - 1);
        int high = ready.octet(at) & 0xff;
        if (high < POINTER) {
            long mixed = query.key().suffixHash(query.key().labels());
            for (; at < ready.ttlOffset(first) - 4; at++) {
                mixed = (mixed ^ ready.octet(at)) * MIX;
            }
            return mixed;
        }
        return suffix(
                query.key(), ((high & ~POINTER) << 8 | ready.octet(at + 1) & 0xff) - QUESTION_AT);
    }

    private static long suffix(NameKey name, int offset) {
        for (int label = 0; label <= name.labels(); label++) {
            if (name.labelOffset(label) == offset) {
                return name.suffixHash(label);
            }
        }
        return 0;
    }
}
