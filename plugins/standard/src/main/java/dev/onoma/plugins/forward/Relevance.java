package dev.onoma.plugins.forward;

import dev.onoma.api.WireSections;
import java.util.BitSet;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Tells which records of a reply have to do with its question; others may be an attempt to plant
/// data for other names, and are dropped before anybody keeps them (RFC 2181, section 5.4.1).
///
/// - Answer: the name asked for, and what CNAME and DNAME records lead to from there.
/// - Authority: zones that hold one of those names, and proofs of what does not exist.
/// - Additional: targets of the records kept so far.
///
/// Works on octets; one instance looks at one reply.
final class Relevance {
    private static final int NAMES_MAX = 32;
    private static final int COMPARISONS_MAX = 4096;
    private static final int PASSES_MAX = 4;

    private final byte[] wire;
    private final int base;
    private final WireSections sections;
    private final boolean dnssecOk;
    private final BitSet related = new BitSet();

    // Offsets of names: the one asked for and its aliases, then the targets of kept records.
    private final int[] names = new int[NAMES_MAX];
    private int nameCount;
    private final int[] targets;
    private int targetCount;

    private Relevance(Question question, WireSections sections) {
        this.sections = sections;
        dnssecOk = question.dnssecOk();
        base = 12 + question.wire().length;
        wire = new byte[base + sections.length()];
        System.arraycopy(question.wire(), 0, wire, 12, question.wire().length);
        sections.copyTo(wire, base);
        names[nameCount++] = 12;
        targets = new int[sections.count()];
    }

    /// The sections without unrelated records; the same ones if all are related.
    static WireSections filter(Question question, WireSections sections) {
        if (sections.count() == 0) {
            return sections;
        }
        var relevance = new Relevance(question, sections);
        relevance.answer();
        relevance.authority();
        relevance.additional();
        return relevance.related.cardinality() == sections.count()
                ? sections
                : relevance.kept(question);
    }

    private WireSections kept(Question question) {
        var name = question.name();
        var message = sections.decode(name);
        var builder = WireSections.builder(name);
        int i = 0;
        for (int section = Section.ANSWER; section <= Section.ADDITIONAL; section++) {
            for (var record : message.getSection(section)) {
                if (related.get(i++)) {
                    builder.add(section, record);
                }
            }
        }
        return builder.build();
    }

    // Aliases mostly come in the order in which they lead on, but need not.
    private void answer() {
        int count = sections.count(Section.ANSWER);
        int before = -1;
        for (int pass = 0; pass < PASSES_MAX && related.cardinality() > before; pass++) {
            before = related.cardinality();
            for (int i = 0; i < count; i++) {
                if (!related.get(i) && isAnswer(i)) {
                    related.set(i);
                    follow(i);
                }
            }
            if (related.cardinality() == count) {
                return;
            }
        }
    }

    private boolean isAnswer(int i) {
        int owner = owner(i);
        int type = sections.type(i);
        boolean above = type == Type.DNAME || type == Type.RRSIG && dnssecOk;
        for (int n = 0; n < nameCount; n++) {
            if (isSame(owner, names[n]) || above && isUnder(names[n], owner)) {
                return true;
            }
        }
        return false;
    }

    private void follow(int i) {
        if (sections.type(i) == Type.CNAME && nameCount < NAMES_MAX) {
            names[nameCount++] = base + sections.rdataOffset(i);
        }
        target(i);
    }

    private void authority() {
        int first = sections.first(Section.AUTHORITY);
        for (int i = first; i < first + sections.count(Section.AUTHORITY); i++) {
            if (isAuthority(i)) {
                related.set(i);
                target(i);
            }
        }
    }

    private boolean isAuthority(int i) {
        return switch (sections.type(i)) {
            case Type.NSEC, Type.NSEC3, Type.RRSIG -> dnssecOk;
            case Type.SOA, Type.NS, Type.DS -> isAboveAny(owner(i));
            default -> false;
        };
    }

    private boolean isAboveAny(int zone) {
        for (int n = 0; n < nameCount; n++) {
            if (isUnder(names[n], zone)) {
                return true;
            }
        }
        return false;
    }

    private void target(int i) {
        int skipped =
                switch (sections.type(i)) {
                    case Type.NS -> 0;
                    case Type.MX, Type.AFSDB, Type.RT, Type.KX, Type.SVCB, Type.HTTPS -> 2;
                    case Type.SRV -> 6;
                    default -> -1;
                };
        if (skipped >= 0 && sections.rdataLength(i) > skipped) {
            targets[targetCount++] = base + sections.rdataOffset(i) + skipped;
        }
    }

    private void additional() {
        int first = sections.first(Section.ADDITIONAL);
        int count = sections.count(Section.ADDITIONAL);
        // Nobody needs them; who sends that many gets none of them through.
        if (count * (targetCount + nameCount) > COMPARISONS_MAX) {
            return;
        }
        for (int i = first; i < first + count; i++) {
            if (isTarget(owner(i))) {
                related.set(i);
            }
        }
    }

    private boolean isTarget(int owner) {
        for (int t = 0; t < targetCount; t++) {
            if (isSame(owner, targets[t])) {
                return true;
            }
        }
        for (int n = 0; n < nameCount; n++) {
            if (isSame(owner, names[n])) {
                return true;
            }
        }
        return false;
    }

    private int owner(int i) {
        return i == 0 ? base : base + sections.endOffset(i - 1);
    }

    private boolean isSame(int one, int other) {
        int a = label(one);
        int b = label(other);
        while (a != b) {
            int length = wire[a];
            if (length != wire[b] || !isSameLabel(a, b, length)) {
                return false;
            }
            if (length == 0) {
                return true;
            }
            a = label(a + length + 1);
            b = label(b + length + 1);
        }
        return true;
    }

    private boolean isUnder(int name, int zone) {
        int a = label(name);
        while (true) {
            if (isSame(a, zone)) {
                return true;
            }
            if (wire[a] == 0) {
                return false;
            }
            a = label(a + wire[a] + 1);
        }
    }

    private boolean isSameLabel(int a, int b, int length) {
        for (int i = 1; i <= length; i++) {
            if (lower(wire[a + i]) != lower(wire[b + i])) {
                return false;
            }
        }
        return true;
    }

    private static int lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? octet + 32 : octet;
    }

    // Where a label stands when pointers are followed. They lead backwards; that has been checked.
    private int label(int offset) {
        int at = offset;
        while ((wire[at] & 0xc0) == 0xc0) {
            at = (wire[at] & 0x3f) << 8 | wire[at + 1] & 0xff;
        }
        return at;
    }
}
