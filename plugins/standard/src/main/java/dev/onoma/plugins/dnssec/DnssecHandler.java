package dev.onoma.plugins.dnssec;

import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.LimitReports;
import dev.onoma.api.Metrics;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Time;
import dev.onoma.api.WireSections;
import dev.onoma.api.ZoneSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Signs responses to clients that set DO.
///
/// What was signed before, and is given out again by the same source, is found at once on the
/// thread of the query ([SignedAnswers]). All else is signed on a virtual thread, never on an event
/// loop, by [ResponseSigner], which takes the signatures it knows from [Signatures]. How many
/// queries wait for signatures is limited, and so is how many are made in a second: whoever asks
/// for random names gets SERVFAIL, not the processor.
final class DnssecHandler implements Handler {
    /// How many queries may wait for signatures at a time.
    static final int WAITING_MAX = 1_000;

    // With slow keys (RSA) the processors are used up before the budget.
    private static final int DENIALS_WAITING_MAX = 32;

    private static final String SIGNATURES = "signatures";
    private static final String WAITING = "unsigned";

    private final DnssecOptions options;
    private final ServerBlock block;
    private final ZoneSet zones;
    private final Time time;
    private final Metrics metrics;
    private final SignedAnswers answers;
    private final Signatures signatures;
    private final LimitReports reports;
    private final String usedUp;
    private final ConcurrentHashMap<String, DnssecMetrics> counted = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile @Nullable DnssecMetrics recent;
    private volatile @Nullable Signer signer;

    /// What the keys make possible.
    ///
    /// @param ring the fingerprint of the keys
    /// @param keys the DNSKEY records of each zone, ready for the socket
    private record Signer(long ring, ResponseSigner responses, List<WireSections> keys) {}

    /// @param identity of the directive and its block: what outlives a reload that changes neither
    DnssecHandler(DnssecOptions options, ServerBlock block, String identity) {
        this.options = options;
        this.block = block;
        zones = new ZoneSet(options.zones());
        time = block.time();
        metrics = block.metrics();
        answers = block.keep(SignedAnswers.class, identity, _ -> new SignedAnswers(options));
        signatures = block.keep(Signatures.class, identity, _ -> new Signatures(options, time));
        reports = new LimitReports(metrics, block.log("dnssec"));
        usedUp =
                "%d signatures a second, or what processors can make; what needs more gets SERVFAIL: dnssec { signatures_per_second }"
                        .formatted(options.perSecond());
        reports.known(SIGNATURES);
        reports.known(WAITING);
    }

    /// Reads the keys.
    void start() throws IOException {
        var ring = KeyRing.read(options, block.log("dnssec"));
        var keys = new ArrayList<WireSections>();
        for (int i = 0; i < options.zones().size(); i++) {
            var records = new ArrayList<Record>();
            ring.keys().get(i).forEach(k -> records.add(k.record()));
            keys.add(WireSections.of(options.zones().get(i), records, List.of(), List.of()));
        }
        signer = new Signer(ring.fingerprint(), new ResponseSigner(zones, ring, signatures), keys);
    }

    @Override
    public Outcome handle(Query query, Next next) {
        var current = signer;
        int type = query.type();
        if (!query.dnssecOk() && type != Type.DNSKEY) {
            return next.handle(query);
        }
        int zone = query.dclass() == DClass.IN ? zones.match(query.key()) : -1;
        if (current == null || zone < 0 || type == Type.AXFR || type == Type.IXFR) {
            return next.handle(query);
        }
        if (type == Type.DNSKEY && isApex(query, zone) && current.keys.get(zone).count() > 0) {
            var keys = query.reply().authoritative().sections(current.keys.get(zone)).build();
            return query.dnssecOk() ? settled(current, query, next, keys) : keys;
        }
        if (!query.dnssecOk()) {
            return next.handle(query);
        }
        var outcome = next.handle(query);
        return outcome instanceof Outcome.Later
                ? outcome.then(known -> settled(current, query, next, known))
                : settled(current, query, next, outcome);
    }

    private boolean isApex(Query query, int zone) {
        return query.key().labels() == zones.name(zone).labels() - 1;
    }

    private Outcome settled(Signer current, Query query, Next next, Outcome outcome) {
        if (!(outcome instanceof Outcome.Reply(var response))
                || response.more() != null
                || response.isTruncated()) {
            return outcome;
        }
        var source = response.sectionsIfReady();
        if (source != null && response.isTtlKept()) {
            var known =
                    answers.find(
                            current.ring,
                            query.key(),
                            query.type(),
                            response.rcode(),
                            source,
                            query.receivedNanos());
            if (known != null) {
                series(query).hits().inc();
                return response.rcode(known.rcode()).sections(known.sections()).build();
            }
        }
        return isSignable(response) ? signed(current, query, next, response) : outcome;
    }

    private DnssecMetrics series(Query query) {
        var server = query.server();
        var last = recent;
        if (last == null || last.server() != server) { // mostly the same object
            last = counted.computeIfAbsent(server, s -> DnssecMetrics.of(metrics, s));
            recent = last;
        }
        return last;
    }

    private static boolean isSignable(Response response) {
        return (response.rcode() == Rcode.NOERROR || response.rcode() == Rcode.NXDOMAIN)
                && !response.hasType(Section.ANSWER, Type.RRSIG)
                && !response.hasType(Section.AUTHORITY, Type.RRSIG);
    }

    private Outcome signed(Signer current, Query query, Next next, Response response) {
        var series = series(query);
        if (response.rcode() == Rcode.NXDOMAIN
                && (waiting.get() > DENIALS_WAITING_MAX || signatures.isUsedUpForDenials())) {
            return usedUp(); // at once: a flood of names shall not cost threads either
        }
        if (waiting.incrementAndGet() > WAITING_MAX) {
            waiting.decrementAndGet();
            return tooMany(
                    WAITING,
                    "%d queries that wait for signatures; more get SERVFAIL"
                            .formatted(WAITING_MAX));
        }
        series.misses().inc();
        try {
            var stage =
                    cut(query, next, response)
                            .then(delegation ->
                                    Outcome.onVirtualThread(() ->
                                            sign(current, query, response, delegation, series)))
                            .toStage();
            return new Outcome.Later(stage.whenComplete((_, _) -> waiting.decrementAndGet()));
        } catch (RuntimeException e) {
            waiting.decrementAndGet();
            throw e;
        }
    }

    private Outcome usedUp() {
        return tooMany(SIGNATURES, usedUp);
    }

    private Outcome tooMany(String limit, String what) {
        reports.reached(limit, what);
        return Outcome.failed(
                new Failure.Other(Rcode.SERVFAIL, Ede.OTHER, "too many signatures at once"));
    }

    // Whether the name is a cut, or which keys a cut has, is not in the response: the plugins
    // behind know it.
    private Outcome cut(Query query, Next next, Response response) {
        var delegated = ResponseSigner.delegated(response, zones);
        if (delegated != null) {
            return response.hasType(Section.AUTHORITY, Type.DS)
                    ? response.build()
                    : next.handle(query.asking(delegated, Type.DS, DClass.IN));
        }
        boolean asksForKeys = query.type() == Type.DS && response.count(Section.ANSWER) == 0;
        return asksForKeys && response.rcode() == Rcode.NOERROR
                ? next.handle(query.asking(query.name(), Type.NS, DClass.IN))
                : response.build();
    }

    private Outcome sign(
            Signer current,
            Query query,
            Response response,
            Outcome delegation,
            DnssecMetrics series) {
        var source = response.sectionsIfReady();
        boolean kept = source != null && response.isTtlKept();
        int rcode = response.rcode();
        var more = delegation instanceof Outcome.Reply(var said) && said != response ? said : null;
        try {
            current.responses.sign(query, response, more, time.now());
        } catch (TooManySignatures _) {
            return usedUp();
        } catch (Exception e) {
            return Outcome.failed(
                    new Failure.Other(
                            Rcode.SERVFAIL, Ede.OTHER, "no signature: " + e.getMessage()));
        }
        if (kept && source != null) {
            long until = time.nanos() + Signatures.VALID.minus(Signatures.SPARE).toNanos() / 2;
            answers.keep(
                    new SignedAnswers.Signed(
                            current.ring,
                            source,
                            query.key().copy(),
                            query.type(),
                            rcode,
                            response.sections(),
                            response.rcode(),
                            until));
        }
        series.entries().set(signatures.count());
        series.octets().set((double) (signatures.octets() + answers.octets()));
        return response.build();
    }
}
