package dev.onoma.api;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/// A whole zone, message by message, from records that are made when their turn comes: the SOA
/// record, the others, the SOA record once more (RFC 5936, section 2.2).
///
/// A message ends where compression pointers do: longer ones would say the same with more octets.
public final class RecordMessages implements MoreMessages {
    private static final int MESSAGE_OCTETS = 16_000;

    private final NameKey question;
    private final Record soa;
    private final Batches others;
    private Iterator<Record> batch;
    private @Nullable Record waiting;
    private boolean ended;

    /// Makes the records of a zone, some at a time: of one service, say.
    public interface Batches {
        /// The next records, which may be none; null behind the last ones.
        @Nullable List<Record> next();
    }

    /// @param question the name of the zone as the client spells it
    /// @param apex the other records at the name of the zone, and what goes with them
    /// @param others every other record of the zone, each once
    public RecordMessages(NameKey question, Record soa, List<Record> apex, Batches others) {
        this.question = question.copy(); // the caller's key is reused
        this.soa = soa;
        batch = apex.iterator();
        this.others = others;
        waiting = soa;
    }

    @Override
    public @Nullable WireSections next() {
        if (ended) {
            return null;
        }
        var out = WireSections.builder(question, question.labels());
        while (out.sizeOctets() < MESSAGE_OCTETS && !ended) {
            var next = waiting;
            waiting = null;
            if (next == null) {
                ended = !hasMore();
                next = ended ? soa : batch.next();
            }
            out.add(Section.ANSWER, next);
        }
        return out.build();
    }

    private boolean hasMore() {
        while (!batch.hasNext()) {
            var made = others.next();
            if (made == null) {
                return false;
            }
            batch = made.iterator();
        }
        return true;
    }
}
