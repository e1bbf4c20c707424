package dev.onoma.plugins.sign;

import dev.onoma.zone.IncomingTransfer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How the serials of signed zones are counted. A serial is always behind the one before (RFC 1982)
/// and never before that of the file.
enum SerialForm {
    /// `DATE` if the file has a date, else `UNIXTIME`.
    AUTO,
    /// Seconds since 1970, as CoreDNS has it.
    UNIXTIME,
    /// `YYYYMMDDnn`.
    DATE,
    /// That of the file, as long as it is behind the one before.
    COUNTER;

    private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;
    private static final int DATED_MIN = 1990_01_01;
    private static final int DATED_MAX = 2100_01_01;
    private static final long UNSIGNED_MAX = 0xffff_ffffL;

    /// The form of a word in a Corefile.
    static SerialForm of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /// The serial of the next version.
    ///
    /// @param source the serial in the file
    /// @param before of the version before, null if there is none
    long next(long source, @Nullable Long before, Instant now) {
        long least = source;
        if (before != null && !IncomingTransfer.isNewer(source, before)) {
            least = before + 1 & UNSIGNED_MAX;
        }
        long wanted = wanted(source, now);
        return IncomingTransfer.isNewer(wanted, least) ? wanted : least;
    }

    private long wanted(long source, Instant now) {
        return switch (this) {
            case AUTO -> (isDated(source) ? DATE : UNIXTIME).wanted(source, now);
            case UNIXTIME -> now.getEpochSecond() & UNSIGNED_MAX;
            case DATE ->
                    Long.parseLong(DAY.format(now.atOffset(ZoneOffset.UTC).toLocalDate())) * 100;
            case COUNTER -> source;
        };
    }

    private static boolean isDated(long serial) {
        long day = serial / 100;
        if (day < DATED_MIN || day > DATED_MAX) {
            return false;
        }
        try {
            LocalDate.parse(Long.toString(day), DAY);
            return true;
        } catch (DateTimeException _) {
            return false;
        }
    }
}
