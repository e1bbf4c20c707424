package dev.onoma.plugins.sign;

import dev.onoma.zone.SigningKey;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a key does from now on.
///
/// @param past what it did until now
/// @param key null if there is no private key any more
/// @param file null if it is not known where it lies
/// @param requested whether the parent is asked for its DS record
record KeyUse(
        KeyMemory past,
        @Nullable SigningKey key,
        @Nullable Path file,
        boolean published,
        boolean signsKeys,
        boolean signsZone,
        boolean requested) {
    String name() {
        return ZoneKey.name(past.record());
    }

    boolean isUsed() {
        return published || signsZone;
    }

    /// What is different from now on, in words.
    List<String> changes() {
        var changes = new ArrayList<String>();
        change(changes, past.published() != null, published, "is published", "is withdrawn");
        change(changes, past.signsKeys(), signsKeys, "signs keys", "signs keys no more");
        change(
                changes,
                past.signing() != null,
                signsZone,
                "signs the zone",
                "signs the zone no more");
        change(
                changes,
                past.isRequested(),
                requested,
                "is for the parent",
                "is for the parent no more");
        return changes;
    }

    private static void change(
            List<String> changes, boolean before, boolean now, String begins, String ends) {
        if (before != now) {
            changes.add(now ? begins : ends);
        }
    }

    /// What is to be remembered when a zone is served in which this is so.
    ///
    /// @param since of what begins with it
    /// @param known of DNSKEY records that begin with it: long ago, where nobody can have others
    KeyMemory memory(Instant since, Instant known) {
        var before = past.published();
        var signing = past.signing();
        var requestedSince = past.requested();
        var released = past.released();
        if (requested) {
            requestedSince = requestedSince == null || released != null ? since : requestedSince;
            released = null;
        } else if (released == null) {
            released = since;
        }
        return new KeyMemory(
                past.record(),
                published ? before == null ? known : before : null,
                published ? null : before != null ? since : past.withdrawn(),
                signsKeys,
                signsZone ? signing == null ? since : signing : null,
                signsZone ? null : signing != null ? since : past.ceased(),
                requestedSince,
                released,
                file);
    }
}
