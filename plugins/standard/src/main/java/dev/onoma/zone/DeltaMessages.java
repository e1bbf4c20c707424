package dev.onoma.zone;

import dev.onoma.api.MoreMessages;
import dev.onoma.api.NameKey;
import dev.onoma.api.WireBuilder;
import dev.onoma.api.WireSections;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Section;

/// What changed, message by message: the present SOA record, of each change what went and what
/// came, and the present SOA record once more (RFC 1995, section 4).
final class DeltaMessages implements MoreMessages {
    private final NameKey question;
    private final ArrayDeque<PackedRecords.Cursor> parts = new ArrayDeque<>();
    private boolean pending;
    private boolean ended;

    DeltaMessages(List<ZoneDelta> deltas, NameKey question) {
        this.question = question.copy(); // the caller's key is reused
        var soa = new PackedRecords();
        var last = deltas.getLast().added().cursor();
        if (last.next()) {
            soa.add(last.record());
        }
        parts.add(soa.cursor());
        for (var delta : deltas) {
            parts.add(delta.removed().cursor());
            parts.add(delta.added().cursor());
        }
        parts.add(soa.cursor());
    }

    @Override
    public @Nullable WireSections next() {
        if (ended) {
            return null;
        }
        var out = WireSections.builder(question, question.labels());
        for (var part = parts.peek(); part != null; part = parts.peek()) {
            if (!pending && !part.next()) {
                parts.remove();
                continue;
            }
            pending = out.sizeOctets() >= ZoneMessages.MESSAGE_OCTETS || !add(out, part);
            if (pending) {
                return ZoneMessages.sections(out);
            }
        }
        ended = true;
        return ZoneMessages.sections(out);
    }

    private static boolean add(WireBuilder out, PackedRecords.Cursor record) {
        var octets = record.octets();
        out.add(
                Section.ANSWER,
                octets,
                record.ownerAt(),
                record.type(),
                record.ttl(),
                octets,
                record.dataAt(),
                record.dataEnd());
        return !out.isFull();
    }
}
