package dev.onoma.plugins.dnssec;

import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
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
/// queries wait for signatures is limited: whoever asks for random names gets REFUSED, not the
/// processor.
final class DnssecHandler implements Handler {
    /// How many queries may wait for signatures at a time.
    static final int WAITING_MAX = 1_000;

    private final DnssecOptions options;
    private final ServerBlock block;
    private final ZoneSet zones;
    private final Time time;
    private final Metrics metrics;
    private final SignedAnswers answers;
    private final ConcurrentHashMap<String, DnssecMetrics> counted = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile @Nullable Signer signer;

    /// What the keys make possible.
    ///
    /// @param keys the DNSKEY records of each zone, ready for the socket
    private record Signer(
            Signatures signatures, ResponseSigner responses, List<WireSections> keys) {}

    DnssecHandler(DnssecOptions options, ServerBlock block) {
        this.options = options;
        this.block = block;
        zones = new ZoneSet(options.zones());
        time = block.time();
        metrics = block.metrics();
        answers = new SignedAnswers(options);
    }

    /// Reads the keys.
    void start() throws IOException {
        var ring = KeyRing.read(options, block.log("dnssec"));
        var signatures = new Signatures(ring, options);
        var keys = new ArrayList<WireSections>();
        for (int i = 0; i < options.zones().size(); i++) {
            var records = new ArrayList<Record>();
            ring.keys().get(i).forEach(k -> records.add(k.record()));
            keys.add(WireSections.of(options.zones().get(i), records, List.of(), List.of()));
        }
        signer = new Signer(signatures, new ResponseSigner(zones, ring, signatures), keys);
    }

    @Override
    public Outcome handle(Query query, Next next) {
        var current = signer;
        int type = query.type();
        int zone = query.dclass() == DClass.IN ? zones.match(query.key()) : -1;
        if (current == null || zone < 0 || type == Type.AXFR || type == Type.IXFR) {
            return next.handle(query);
        }
        if (type == Type.DNSKEY && isApex(query, zone) && current.keys.get(zone).count() > 0) {
            var keys = query.reply().authoritative().sections(current.keys.get(zone)).build();
            return query.dnssecOk() ? settled(query, next, keys) : keys;
        }
        if (!query.dnssecOk()) {
            return next.handle(query);
        }
        var outcome = next.handle(query);
        return outcome instanceof Outcome.Later
                ? outcome.then(known -> settled(query, next, known))
                : settled(query, next, outcome);
    }

    private boolean isApex(Query query, int zone) {
        return query.key().labels() == zones.name(zone).labels() - 1;
    }

    private Outcome settled(Query query, Next next, Outcome outcome) {
        if (!(outcome instanceof Outcome.Reply(var response)) || !isSignable(response)) {
            return outcome;
        }
        var series = counted.get(query.server());
        if (series == null) {
            series = counted.computeIfAbsent(query.server(), s -> DnssecMetrics.of(metrics, s));
        }
        var source = response.sectionsIfReady();
        if (source != null && response.isTtlKept()) {
            var known =
                    answers.find(query.key(), query.type(), response.rcode(), source, time.nanos());
            if (known != null) {
                series.hits().inc();
                return response.rcode(known.rcode()).sections(known.sections()).build();
            }
        }
        return signed(query, next, response, series);
    }

    private static boolean isSignable(Response response) {
        return (response.rcode() == Rcode.NOERROR || response.rcode() == Rcode.NXDOMAIN)
                && response.more() == null
                && !response.isTruncated()
                && !response.hasType(Section.ANSWER, Type.RRSIG)
                && !response.hasType(Section.AUTHORITY, Type.RRSIG);
    }

    private Outcome signed(Query query, Next next, Response response, DnssecMetrics series) {
        var current = signer;
        if (current == null) {
            return response.build();
        }
        if (waiting.incrementAndGet() > WAITING_MAX) {
            waiting.decrementAndGet();
            return Outcome.failed(
                    new Failure.Overloaded("queries that wait for signatures", WAITING_MAX));
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

    // Whether the name is a cut, or which keys a cut has, is not in the response: the plugins
    // behind
    // know it.
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
        } catch (Exception e) {
            return Outcome.failed(
                    new Failure.Other(
                            Rcode.SERVFAIL, Ede.OTHER, "no signature: " + e.getMessage()));
        }
        if (kept && source != null) {
            long until = time.nanos() + Signatures.VALID.minus(Signatures.SPARE).toNanos() / 2;
            answers.keep(
                    new SignedAnswers.Signed(
                            source,
                            query.key().copy(),
                            query.type(),
                            rcode,
                            response.sections(),
                            response.rcode(),
                            until));
        }
        series.entries().set(current.signatures.count());
        series.octets().set((double) (current.signatures.octets() + answers.octets()));
        return response.build();
    }
}
