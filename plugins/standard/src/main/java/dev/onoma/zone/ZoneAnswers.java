package dev.onoma.zone;

import dev.onoma.api.NameKey;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Answers of one version of a zone, ready for the socket.
///
/// An answer is put together when first asked for, and kept by what it is made from, not by the
/// name asked: by the block of a name and the type, of a wildcard and the length of the question,
/// of a cut. All unsigned denials of names of one length are one answer, so whoever asks for random
/// names fills nothing. What depends on more (signed denials, DNAMEs) is made each time. The table
/// has four places for each answer; a later one with the same places takes one: memory is bounded,
/// and an answer that is asked for often costs two probes. Any thread; a race makes an answer
/// twice.
public final class ZoneAnswers {
    /// The most answers that are kept.
    static final int KEPT_MAX = 1 << 15;

    private static final int KEPT_MIN = 1 << 4;
    private static final int WAYS = 4;

    // What an answer is kept by.
    private static final int BY_NAME = 1;
    private static final int BY_WILDCARD = 2;
    private static final int BY_CUT = 3;
    private static final int NO_DATA = 4;
    private static final int NO_DATA_SIGNED = 5;
    private static final int NO_RECORDS = 6;
    private static final int NO_NAME = 7;

    private final ZoneData zone;
    private final @Nullable ZoneAnswer[] kept;

    public ZoneAnswers(ZoneData zone) {
        this.zone = zone;
        int wanted = Math.clamp(2L * zone.nameCount(), KEPT_MIN, KEPT_MAX);
        kept = new @Nullable ZoneAnswer[Integer.highestOneBit(wanted * 2 - 1)];
    }

    /// What is answered from.
    public ZoneData zone() {
        return zone;
    }

    /// Answers a question of class IN about a name in the zone.
    ///
    /// @param dnssecOk whether the client wants signatures
    public ZoneAnswer answer(NameKey name, int type, boolean dnssecOk) {
        boolean signed = dnssecOk && zone.isSigned();
        long located = zone.locate(name, type);
        int block = ZoneData.block(located);
        return switch (ZoneData.kind(located)) {
            case ZoneData.EXACT -> exact(name, type, signed, located, block);
            case ZoneData.WILDCARD -> wildcard(name, type, signed, located, block);
            case ZoneData.REFERRAL ->
                    keptOr(BY_CUT, name, 0, signed, located, block, name.length());
            case ZoneData.ABSENT -> {
                if (signed) {
                    yield make(0, 0, name, type, true, located, apexLabels());
                }
                yield keptOr(NO_NAME, name, Type.A, false, located, 0, name.length());
            }
            default -> make(0, 0, name, type, signed, located, name.labels());
        };
    }

    private ZoneAnswer exact(NameKey name, int type, boolean signed, long located, int block) {
        long key = key(BY_NAME, type, signed, 0);
        var known = find(key, block);
        if (known != null) {
            return known;
        }
        var page = zone.arena.page(block);
        int at = Arena.at(block);
        if (AnswerBuilder.hasAnswer(page, at, type)) {
            return keep(make(key, block, name, type, signed, located, name.labels()));
        }
        // No data, whatever the type; for the unsigned, whatever the name.
        if (signed) {
            return keptOr(NO_DATA_SIGNED, name, Type.NULL, true, located, block, 0);
        }
        boolean empty = (Node.flags(page, at) & Node.EMPTY) != 0;
        return keptOr(
                empty ? NO_RECORDS : NO_DATA, name, Type.NULL, false, located, 0, name.length());
    }

    private ZoneAnswer wildcard(NameKey name, int type, boolean signed, long located, int block) {
        if (signed) {
            return make(0, 0, name, type, true, located, name.labels());
        }
        long key = key(BY_WILDCARD, type, false, name.length());
        var known = find(key, block);
        if (known != null) {
            return known;
        }
        int shared = name.labels() - ZoneData.label(located);
        var made = make(key, block, name, type, false, located, shared);
        // What follows an alias may meet the name that was asked.
        boolean alias =
                made.outside() != null || made.sections().hasType(Section.ANSWER, Type.CNAME);
        return alias ? made : keep(made);
    }

    private ZoneAnswer keptOr(
            int by,
            NameKey name,
            int type,
            boolean signed,
            long located,
            int block,
            int questionOctets) {
        long key = key(by, type, signed, questionOctets);
        var known = find(key, block);
        if (known != null) {
            return known;
        }
        int shared =
                switch (by) {
                    case BY_CUT -> name.labels() - ZoneData.label(located);
                    case NO_DATA_SIGNED -> name.labels();
                    default -> apexLabels();
                };
        return keep(make(key, block, name, type, signed, located, shared));
    }

    private int apexLabels() {
        return zone.apexKey().labels();
    }

    private static long key(int by, int type, boolean signed, int questionOctets) {
        return (long) by << 32 | (long) questionOctets << 20 | (long) type << 1 | (signed ? 1 : 0);
    }

    private ZoneAnswer make(
            long key,
            int block,
            NameKey name,
            int type,
            boolean signed,
            long located,
            int sharedLabels) {
        var builder = new AnswerBuilder(zone, name, type, signed, sharedLabels);
        return builder.answer(located, key, block);
    }

    private @Nullable ZoneAnswer find(long key, int block) {
        int first = mixed(key, block) & kept.length - WAYS;
        for (int place = first; place < first + WAYS; place++) {
            var answer = kept[place];
            if (answer == null) {
                return null; // places are taken in their order
            }
            if (answer.kept() == key && answer.more() == block) {
                return answer;
            }
        }
        return null;
    }

    private ZoneAnswer keep(ZoneAnswer answer) {
        int mixed = mixed(answer.kept(), (int) answer.more());
        int first = mixed & kept.length - WAYS;
        int place = first;
        while (place < first + WAYS && kept[place] != null) {
            place++;
        }
        int chosen = place < first + WAYS ? place : first + (mixed >>> 20) % WAYS;
        kept[chosen] = answer;
        return answer;
    }

    private static int mixed(long key, int block) {
        long mixed = (key ^ block * 0x9e3779b97f4a7c15L) * 0xc2b2ae3d27d4eb4fL;
        return (int) (mixed >>> 32) & Integer.MAX_VALUE;
    }
}
