package dev.onoma.server.explain;

import dev.onoma.api.Ede;
import dev.onoma.api.Outcome;
import dev.onoma.api.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/// An outcome at one moment: what is compared to see what a plugin changed. Looking changes
/// nothing, records that are not decoded stay so.
///
/// @param text `NOERROR, 2 answers`, or what else there is to say
/// @param rcode -1 without a response
/// @param flags those that are set, as dig has them
/// @param ttl the lowest that goes out, or -1 without records
/// @param records changes with every change of a record
record Look(
        String text,
        int rcode,
        String flags,
        List<Integer> counts,
        long ttl,
        boolean shuffled,
        int options,
        int ede,
        Object records) {
    static Look at(Outcome settled) {
        return switch (settled) {
            case Outcome.Reply(var response) -> at(response);
            case Outcome.Failed(var failure) -> bare("failed: " + failure.explain(), failure);
            case Outcome.Dropped(var reason) -> bare("dropped: " + reason, reason);
            case Outcome.Later _ -> bare("a stage that ended with another Later", settled);
        };
    }

    private static Look bare(String text, Object reason) {
        return new Look(text, -1, "", List.of(0, 0, 0), -1, false, 0, Ede.NONE, reason);
    }

    private static Look at(Response response) {
        var counts =
                List.of(
                        response.count(Section.ANSWER),
                        response.count(Section.AUTHORITY),
                        response.count(Section.ADDITIONAL));
        var ready = response.sectionsIfReady();
        return new Look(
                text(response, counts),
                response.rcode(),
                flags(response),
                counts,
                ttl(response, counts),
                response.shuffleSeed() != 0,
                response.options().size(),
                response.ede(),
                ready == null ? records(response) : ready);
    }

    private static String text(Response response, List<Integer> counts) {
        var text = new StringBuilder(Rcode.string(response.rcode()));
        var names = List.of("answer", "authority", "additional");
        for (int i = 0; i < counts.size(); i++) {
            int count = counts.get(i);
            if (count > 0) {
                text.append(", ").append(count).append(' ').append(names.get(i));
                text.append(i == 0 && count > 1 ? "s" : "");
            }
        }
        return text.toString();
    }

    private static String flags(Response response) {
        var flags = new ArrayList<String>();
        if (response.isAuthoritative()) {
            flags.add("aa");
        }
        if (response.isTruncated()) {
            flags.add("tc");
        }
        if (response.isRecursionAvailable()) {
            flags.add("ra");
        }
        if (response.isAuthenticData()) {
            flags.add("ad");
        }
        return String.join(" ", flags);
    }

    private static long ttl(Response response, List<Integer> counts) {
        if (counts.equals(List.of(0, 0, 0))) {
            return -1;
        }
        var ready = response.sectionsIfReady();
        if (ready != null) {
            return response.ttl((int) Math.min(Integer.MAX_VALUE, ready.ttlMin()));
        }
        return records(response).stream().mapToLong(Record::getTTL).min().orElse(-1);
    }

    private static List<Record> records(Response response) {
        var all = new ArrayList<>(response.answers());
        all.addAll(response.authorities());
        all.addAll(response.additionals());
        return all;
    }

    /// What is different from `before`, or the empty string.
    String changesSince(Look before) {
        if (rcode != before.rcode || rcode < 0 && !text.equals(before.text)) {
            return before.text + " became " + text;
        }
        var changes = new ArrayList<String>();
        if (!counts.equals(before.counts)) {
            changes.add("%s became %s".formatted(before.text, text));
        } else if (!isSame(records, before.records)) {
            changes.add("other records");
        }
        if (ttl != before.ttl && ttl >= 0 && before.ttl >= 0) {
            changes.add("TTL %d became %d".formatted(before.ttl, ttl));
        }
        if (!flags.equals(before.flags)) {
            changes.add("flags \"%s\" became \"%s\"".formatted(before.flags, flags));
        }
        if (shuffled && !before.shuffled) {
            changes.add("addresses are shuffled");
        }
        if (options != before.options) {
            changes.add("%d EDNS options became %d".formatted(before.options, options));
        }
        if (ede != before.ede) {
            changes.add(ede == Ede.NONE ? "no extended error" : "extended error " + ede);
        }
        return String.join(", ", changes);
    }

    // Ready sections are immutable; decoding and encoding alone is no change worth telling.
    private static boolean isSame(Object now, Object before) {
        boolean lists = now instanceof List && before instanceof List;
        return lists
                ? Objects.equals(now, before)
                : now == before || now.getClass() != before.getClass();
    }
}
