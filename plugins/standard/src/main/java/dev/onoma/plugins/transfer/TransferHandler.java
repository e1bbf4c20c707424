package dev.onoma.plugins.transfer;

import dev.onoma.api.Addresses;
import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.Log;
import dev.onoma.api.MoreMessages;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Time;
import dev.onoma.api.Transport;
import dev.onoma.api.WireSections;
import dev.onoma.api.ZoneTransfers;
import dev.onoma.api.ZoneVersion;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Answers AXFR and IXFR questions. Each transfer is of the version that was served when it began.
final class TransferHandler implements Handler {
    /// How many transfers of a server block may go on at the same time.
    static final int TRANSFERS_MAX = 100;

    /// How long one may take. It keeps a version of a zone in memory that may be long replaced.
    static final Duration DURATION_MAX = Duration.ofHours(1);

    private final Rules rules;
    private final ZoneTransfers transfers;
    private final Log log;
    private final Time time;
    private final AtomicInteger running = new AtomicInteger();

    TransferHandler(Rules rules, ZoneTransfers transfers, Log log, Time time) {
        this.rules = rules;
        this.transfers = transfers;
        this.log = log.queued();
        this.time = time;
    }

    @Override
    public Outcome handle(Query query, Next next) {
        int type = query.type();
        if (type != Type.AXFR && type != Type.IXFR || query.dclass() != DClass.IN) {
            return next.handle(query);
        }
        var rule = rules.of(query.key());
        if (rule == null) {
            return next.handle(query);
        }
        boolean isDatagram = type == Type.IXFR && query.transport() == Transport.UDP;
        if (!query.transport().carriesTransfers() && !isDatagram || !rule.allows(query)) {
            return query.reply().rcode(Rcode.REFUSED).build();
        }
        var version = transfers.version(query.key());
        if (version == null) {
            return next.handle(query);
        }
        return type == Type.AXFR
                ? transfer(query, version, version.messages(query.key()))
                : changes(query, version);
    }

    private Outcome changes(Query query, ZoneVersion version) {
        var soas = query.message().getSection(Section.AUTHORITY);
        if (soas.size() != 1
                || !(soas.getFirst() instanceof SOARecord soa)
                || !soa.getName().equals(query.name())) {
            int rcode = query.transport() == Transport.UDP ? Rcode.REFUSED : Rcode.FORMERR;
            return query.reply().rcode(rcode).build();
        }
        boolean isOlder = isBefore(soa.getSerial(), version.serial());
        if (isOlder && query.transport() == Transport.UDP) {
            // Our SOA record alone means: ask over TCP (RFC 1995, section 2).
            return query.reply().authoritative().answer(version.soa()).build();
        }
        if (isOlder) {
            var changes = version.changes(soa.getSerial(), query.key());
            return changes == null
                    ? transfer(query, version, version.messages(query.key()))
                    : differences(query, version, changes);
        }
        log.info(
                "Outgoing noop, incremental transfer for up to date zone \"%s\" to %s for %d SOA serial"
                        .formatted(query.name(), client(query), version.serial()));
        return query.reply().authoritative().answer(version.soa()).build();
    }

    // RFC 1982, section 3.2.
    static boolean isBefore(long serial, long other) {
        return (int) (other - serial) > 0;
    }

    private Outcome transfer(Query query, ZoneVersion version, MoreMessages all) {
        var zone = query.name();
        var to = client(query);
        return begin(
                query,
                all,
                records ->
                        log.info(
                                "Outgoing transfer of %d records of zone \"%s\" to %s for %d SOA serial"
                                        .formatted(records, zone, to, version.serial())));
    }

    private Outcome differences(Query query, ZoneVersion version, MoreMessages changes) {
        log.info(
                "Outgoing incremental transfer of zone \"%s\" to %s for %d SOA serial"
                        .formatted(query.name(), client(query), version.serial()));
        return begin(query, changes, _ -> {});
    }

    private Outcome begin(Query query, MoreMessages all, LongConsumer onEnd) {
        if (running.incrementAndGet() > TRANSFERS_MAX) {
            running.decrementAndGet();
            return Outcome.failed(new Failure.Overloaded("transfers", TRANSFERS_MAX));
        }
        var messages = new Running(all, onEnd);
        var first = messages.next();
        if (first == null) {
            throw new IllegalStateException("a zone without records");
        }
        return query.reply().authoritative().sections(first).followedBy(messages).build();
    }

    private static String client(Query query) {
        return Addresses.text(query.client().getAddress());
    }

    /// A transfer that is counted until it ends.
    private final class Running implements MoreMessages {
        private final MoreMessages messages;
        private final LongConsumer onEnd;
        private final long beganNanos = time.nanos();
        private long records;
        private boolean open = true;

        /// @param onEnd is told how many records there were, unless the transfer broke
        Running(MoreMessages messages, LongConsumer onEnd) {
            this.messages = messages;
            this.onEnd = onEnd;
        }

        @Override
        public @Nullable WireSections next() {
            if (time.nanos() - beganNanos > DURATION_MAX.toNanos()) {
                throw new IllegalStateException("a transfer took longer than " + DURATION_MAX);
            }
            try {
                var next = messages.next();
                if (next == null) {
                    onEnd.accept(records);
                } else {
                    records += next.count();
                }
                return next;
            } catch (RuntimeException e) {
                close();
                throw e;
            }
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                running.decrementAndGet();
                messages.close();
            }
        }
    }
}
