package dev.onoma.api;

import java.util.Iterator;
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
    private final Iterator<? extends Record> others;
    private @Nullable Record waiting;
    private boolean ended;

    /// @param question the name of the zone as the client spells it
    /// @param others every other record of the zone, each once
    public RecordMessages(NameKey question, Record soa, Iterator<? extends Record> others) {
        this.question = question.copy(); // the caller's key is reused
        this.soa = soa;
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
                ended = !others.hasNext();
                next = ended ? soa : others.next();
            }
            out.add(Section.ANSWER, next);
        }
        return out.build();
    }
}
