package dev.onoma.zone;

import dev.onoma.api.MoreMessages;
import dev.onoma.api.NameKey;
import dev.onoma.api.WireBuilder;
import dev.onoma.api.WireSections;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// All records of a version of a zone, glue included, message by message: the SOA record, the rest
/// in the order of the zone, the SOA record once more (RFC 5936, section 2.2).
///
/// A message ends where compression pointers do: longer ones would say the same with more octets.
final class ZoneMessages implements MoreMessages {
    static final int MESSAGE_OCTETS = 16_000;

    private static final int NO_SET = -1;

    private final ZoneData zone;
    private final NameKey question;
    private boolean begun;
    private boolean ended;

    // What comes next: a record of a set of a name.
    private final Blocks blocks;
    private int node;
    private int set = NO_SET;
    private int setsLeft;
    private int record;
    private int recordsLeft;

    ZoneMessages(ZoneData zone, NameKey question) {
        this.zone = zone;
        this.question = question.copy(); // the caller's key is reused
        blocks = new Blocks(zone);
        node = blocks.next();
    }

    @Override
    public @Nullable WireSections next() {
        if (ended) {
            return null;
        }
        var out = WireSections.builder(question, question.labels());
        if (!begun) {
            begun = true;
            soa(out);
        }
        while (isFollowed()) {
            if (out.sizeOctets() >= MESSAGE_OCTETS || !add(out)) {
                return sections(out);
            }
            recordsLeft--;
            record += 2 + length();
        }
        if (out.sizeOctets() >= MESSAGE_OCTETS) {
            return sections(out);
        }
        soa(out);
        ended = true;
        return sections(out);
    }

    /// One message, which has to hold something.
    static WireSections sections(WireBuilder out) {
        var sections = out.build();
        if (sections.count() == 0) {
            throw new IllegalStateException("a record is too long for any message");
        }
        return sections;
    }

    // Moves to the next record, if there is one.
    private boolean isFollowed() {
        while (recordsLeft == 0) {
            if (setsLeft == 0) {
                if (set != NO_SET) {
                    node = blocks.next();
                }
                if (node == Arena.NOTHING) {
                    set = NO_SET;
                    return false;
                }
                set = Node.firstSet(page(), at());
                setsLeft = Node.setCount(page(), at());
                if (setsLeft == 0) {
                    continue;
                }
            } else {
                set = Node.nextSet(page(), set);
            }
            setsLeft--;
            if (node == zone.top() && set == zone.soaSet()) {
                continue; // first and last, never between
            }
            record = set + Node.SET;
            recordsLeft = Node.recordCount(page(), set);
        }
        return true;
    }

    private byte[] page() {
        return zone.arena.page(node);
    }

    private int at() {
        return Arena.at(node);
    }

    private int length() {
        return Arena.u16(page(), record);
    }

    // Whether there was room.
    private boolean add(WireBuilder out) {
        var page = page();
        int type = Node.isSignature(page, set) ? Type.RRSIG : Node.setType(page, set);
        out.add(
                Section.ANSWER,
                page,
                at() + Node.NAME,
                type,
                Node.setTtl(page, set),
                page,
                record + 2,
                record + 2 + length());
        return !out.isFull();
    }

    private void soa(WireBuilder out) {
        var page = zone.arena.page(zone.top());
        int soa = zone.soaSet();
        int from = soa + Node.SET + 2;
        int to = from + Arena.u16(page, from - 2);
        out.add(Section.ANSWER, null, 0, Type.SOA, Node.setTtl(page, soa), page, from, to);
    }
}
