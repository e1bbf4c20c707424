package dev.onoma.plugins.forward;

import dev.onoma.api.DenialMemory;
import dev.onoma.api.NameKey;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.WireSections;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Names of which the upstreams of one stanza have said that they do not exist.
///
/// That holds for every type (RFC 2308, section 5), and if the upstream has validated it, for
/// everything below (RFC 8020); the latter only within zones of two or more labels, as private
/// names are often put below top-level names that do not exist. It is remembered here and not in
/// front of the chain, where it would hide what other plugins answer for other types.
///
/// At most [#NAMES_MAX] names; when there are more, an arbitrary one goes.
final class Absences {
    static final int NAMES_MAX = 2_048;

    private static final int ZONE_LABELS_MIN = 2;

    private final DenialMemory memory;
    private final ConcurrentHashMap<Key, Absence> absences = new ConcurrentHashMap<>();

    Absences(DenialMemory memory) {
        this.memory = memory;
    }

    private record Key(NameKey name, boolean dnssecOk, boolean checkingDisabled) {}

    /// What was said.
    ///
    /// @param below whether it holds for names below, too
    /// @param flushes see [DenialMemory#flushes]
    private record Absence(
            UpstreamReply reply, long sinceNanos, int seconds, boolean below, int flushes) {
        boolean isFresh(long nowNanos, int flushesNow) {
            return flushes == flushesNow && nowNanos - sinceNanos < seconds * 1_000_000_000L;
        }
    }

    /// Remembers what a reply says about the name of the question, if it says that.
    void learn(Query query, UpstreamReply reply, long nowNanos) {
        var sections = reply.sections();
        if (reply.rcode() != Rcode.NXDOMAIN
                || sections.count(Section.ANSWER) > 0
                || reply.truncated()
                || !query.recursionDesired()
                || query.subnet() != null
                || !memory.covers(query.key())) {
            return;
        }
        int soa = soa(sections);
        int seconds = soa < 0 ? 0 : seconds(sections, soa);
        if (seconds == 0) {
            return;
        }
        if (absences.size() >= NAMES_MAX) {
            makeRoom(nowNanos);
        }
        boolean below =
                reply.authenticData() && zoneLabels(query, sections, soa) >= ZONE_LABELS_MIN;
        absences.put(
                new Key(query.key().copy(), query.dnssecOk(), query.checkingDisabled()),
                new Absence(reply, nowNanos, seconds, below, memory.flushes().getAsInt()));
    }

    private int seconds(WireSections sections, int soa) {
        int at = sections.endOffset(soa) - 4;
        long minimum =
                (long) (sections.octet(at) & 0xff) << 24
                        | (sections.octet(at + 1) & 0xff) << 16
                        | (sections.octet(at + 2) & 0xff) << 8
                        | sections.octet(at + 3) & 0xff;
        long ttl = Math.min(sections.ttlMin(), minimum);
        return (int) Math.min(ttl, Math.min(memory.ttlMax().toSeconds(), Integer.MAX_VALUE));
    }

    private static int soa(WireSections sections) {
        int first = sections.first(Section.AUTHORITY);
        for (int i = first; i < first + sections.count(Section.AUTHORITY); i++) {
            if (sections.type(i) == Type.SOA) {
                return i;
            }
        }
        return -1;
    }

    private static int zoneLabels(Query query, WireSections sections, int soa) {
        int place = soa - sections.first(Section.AUTHORITY);
        var owner = sections.records(query.name(), Section.AUTHORITY).get(place).getName();
        return owner.labels() - 1;
    }

    private void makeRoom(long nowNanos) {
        int flushes = memory.flushes().getAsInt();
        var all = absences.entrySet().iterator();
        for (int looked = 0; looked < 8 && all.hasNext(); looked++) {
            var entry = all.next();
            if (looked == 0 || !entry.getValue().isFresh(nowNanos, flushes)) {
                absences.remove(entry.getKey(), entry.getValue());
            }
        }
    }

    /// The response that follows from what is remembered, or null.
    @Nullable Response recall(Query query) {
        if (absences.isEmpty() || query.subnet() != null) {
            return null;
        }
        long now = query.receivedNanos();
        int flushes = memory.flushes().getAsInt();
        var name = query.key();
        for (int label = 0; label < name.labels(); label++) {
            var key =
                    new Key(
                            label == 0 ? name : name.suffix(label),
                            query.dnssecOk(),
                            query.checkingDisabled());
            var absence = absences.get(key);
            if (absence != null
                    && absence.isFresh(now, flushes)
                    && (label == 0 || absence.below())) {
                return response(query, absence, label, now);
            }
        }
        return null;
    }

    // Sections are made for the name they were asked for; for a name below they are made anew.
    private static Response response(Query query, Absence absence, int label, long now) {
        var response = absence.reply().response(query);
        if (label > 0) {
            var asked = query.key().suffix(label).name();
            var message = absence.reply().sections().decode(asked);
            response.sections(
                    WireSections.of(
                            query.name(),
                            message.getSection(Section.ANSWER),
                            message.getSection(Section.AUTHORITY),
                            message.getSection(Section.ADDITIONAL)));
        }
        int age = (int) Math.max(0, (now - absence.sinceNanos()) / 1_000_000_000L);
        return response.ttlRange(0, absence.seconds()).age(age);
    }
}
