package dev.onoma.zone;

import dev.onoma.api.MoreMessages;
import dev.onoma.api.NameKey;
import dev.onoma.api.WireSections;
import dev.onoma.api.ZoneVersion;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// A version of a zone, as transfers have it.
record TransferredVersion(ZoneData zone) implements ZoneVersion {
    @Override
    public long serial() {
        return zone.serial();
    }

    @Override
    public long records() {
        return zone.records();
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
    public MoreMessages messages(NameKey question) {
        return new ZoneMessages(zone, question);
    }
}
