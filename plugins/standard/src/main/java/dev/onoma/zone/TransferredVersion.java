package dev.onoma.zone;

import dev.onoma.api.MoreMessages;
import dev.onoma.api.NameKey;
import dev.onoma.api.WireSections;
import dev.onoma.api.ZoneVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// A version of a zone, as transfers have it.
///
/// @param changes that led to it, the oldest first; none if they are not known
record TransferredVersion(ZoneData zone, List<ZoneDelta> changes) implements ZoneVersion {
    // Condensing takes its time, on the event loop.
    private static final int MESSAGE_OCTETS = 16_000;
    private static final int CONDENSED_OCTETS_MAX = 64 << 10;

    @Override
    public long serial() {
        return zone.serial();
    }

    @Override
    public Record soa() {
        var builder = WireSections.builder(zone.apex());
        var page = zone.arena.page(zone.top());
        int at = zone.soaSet() + Node.SET;
        int end = at + 2 + Arena.u16(page, at);
        builder.add(
                Section.ANSWER,
                null,
                0,
                Type.SOA,
                Node.setTtl(page, zone.soaSet()),
                page,
                at + 2,
                end);
        return builder.build().records(zone.apex(), Section.ANSWER).getFirst();
    }

    @Override
    public @Nullable MoreMessages changes(long serial, NameKey question) {
        int first = 0;
        while (first < changes.size() && changes.get(first).from() != serial) {
            first++;
        }
        if (first == changes.size() || changes.getLast().to() != zone.serial()) {
            return null;
        }
        var wanted = changes.subList(first, changes.size());
        long octets = wanted.stream().mapToLong(ZoneDelta::sizeOctets).sum();
        if (octets > Math.max(zone.footprint(), MESSAGE_OCTETS)) {
            return null; // the whole zone says it in less
        }
        return new DeltaMessages(
                wanted.size() > 1 && octets <= CONDENSED_OCTETS_MAX
                        ? List.of(ZoneDelta.condensed(wanted))
                        : wanted,
                question);
    }

    @Override
    public MoreMessages messages(NameKey question) {
        return new ZoneMessages(zone, question);
    }
}
