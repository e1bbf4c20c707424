package dev.onoma.zone;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// When a key is to be used, as `dnssec-keygen` and `dnssec-settime` write it into its files. A
/// time that is not set is null, and never comes.
///
/// @param publish the DNSKEY record comes into the zone
/// @param activate the key begins to sign
/// @param inactive the key ceases to sign
/// @param delete the DNSKEY record leaves the zone
/// @param syncPublish CDS and CDNSKEY records come into the zone; null for as soon as possible
/// @param syncDelete CDS and CDNSKEY records leave the zone
public record KeyTimes(
        @Nullable Instant publish,
        @Nullable Instant activate,
        @Nullable Instant inactive,
        @Nullable Instant delete,
        @Nullable Instant syncPublish,
        @Nullable Instant syncDelete) {
    /// Of keys whose files say nothing: used from the beginning and for ever.
    public static final KeyTimes ALWAYS =
            new KeyTimes(Instant.MIN, Instant.MIN, null, null, null, null);

    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("yyyyMMddHHmmss");

    /// Of the fields of a file. A file without a time is one of a tool that knows none.
    ///
    /// @throws IllegalArgumentException if a time is none
    static KeyTimes of(Map<String, String> fields) {
        var times =
                new KeyTimes(
                        time(fields, "Publish"),
                        time(fields, "Activate"),
                        time(fields, "Inactive"),
                        time(fields, "Delete"),
                        time(fields, "SyncPublish"),
                        time(fields, "SyncDelete"));
        boolean known = fields.containsKey("Created") || !times.equals(NEVER);
        return known ? times : ALWAYS;
    }

    private static final KeyTimes NEVER = new KeyTimes(null, null, null, null, null, null);

    private static @Nullable Instant time(Map<String, String> fields, String name) {
        var text = fields.get(name);
        if (text == null) {
            return null;
        }
        try {
            return LocalDateTime.parse(text, FORM).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "%s is YYYYMMDDHHMMSS, not \"%s\"".formatted(name, text), e);
        }
    }

    /// Whether a time has come.
    public static boolean isReached(@Nullable Instant time, Instant now) {
        return time != null && !now.isBefore(time);
    }

    /// Whether the DNSKEY record is to be in the zone.
    public boolean isPublished(Instant now) {
        return (isReached(publish, now) || isReached(activate, now)) && !isReached(delete, now);
    }

    /// Whether the key is to sign.
    public boolean isActive(Instant now) {
        return isReached(activate, now) && !isLeaving(now);
    }

    /// Whether the time of the key is over.
    public boolean isLeaving(Instant now) {
        return isReached(inactive, now) || isReached(delete, now);
    }

    /// Whether the parent is to have a DS record for it.
    public boolean isSynced(Instant now) {
        return (syncPublish == null || isReached(syncPublish, now)) && !isReached(syncDelete, now);
    }
}
