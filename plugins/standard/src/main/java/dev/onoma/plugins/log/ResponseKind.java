package dev.onoma.plugins.log;

import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.Time;
import dev.onoma.api.WireSections;
import java.time.Instant;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// What kind of response a query got. Telling it allocates nothing as long as the records are
/// ready.
enum ResponseKind {
    /// With an answer, or NOERROR without a hint that there is none.
    NOERROR(LogClass.SUCCESS),
    /// RFC 8020.
    NXDOMAIN(LogClass.DENIAL),
    /// SERVFAIL or NOTIMP.
    SERVERERROR(LogClass.ERROR),
    /// RFC 2308, section 2.2.
    NODATA(LogClass.DENIAL),
    /// Name servers of a zone below.
    DELEGATION(LogClass.SUCCESS),
    /// A zone transfer.
    META(LogClass.ERROR),
    /// Everything else, no response included.
    OTHERERROR(LogClass.ERROR);

    // Octets of an RRSIG before its expiration, and before its inception (RFC 4034, section 3.1).
    private static final int EXPIRATION_AT = 8;
    private static final int INCEPTION_AT = 12;

    private final LogClass logClass;

    ResponseKind(LogClass logClass) {
        this.logClass = logClass;
    }

    LogClass logClass() {
        return logClass;
    }

    /// @param settled never a [Outcome.Later]
    /// @param time for signatures, whose own may be over
    static ResponseKind of(Query query, Outcome settled, Time time) {
        if (query.type() == Type.AXFR || query.type() == Type.IXFR) {
            return META;
        }
        return switch (settled) {
            case Outcome.Reply(var response) ->
                    query.dnssecOk() && isExpired(response, time) ? OTHERERROR : of(response);
            case Outcome.Failed(var failure) -> ofEmpty(failure.rcode());
            case Outcome.Dropped _, Outcome.Later _ -> OTHERERROR;
        };
    }

    private static ResponseKind of(Response response) {
        int rcode = response.rcode();
        if (response.count(Section.ANSWER) > 0) {
            return rcode == Rcode.NOERROR
                    ? NOERROR
                    : rcode == Rcode.NXDOMAIN ? OTHERERROR : ofEmpty(rcode);
        }
        if (rcode == Rcode.NOERROR && response.count(Section.AUTHORITY) > 0) {
            if (response.hasType(Section.AUTHORITY, Type.SOA)) {
                return NODATA;
            }
            if (response.hasType(Section.AUTHORITY, Type.NS)) {
                return DELEGATION;
            }
        }
        return ofEmpty(rcode);
    }

    private static ResponseKind ofEmpty(int rcode) {
        return switch (rcode) {
            case Rcode.NOERROR -> NOERROR;
            case Rcode.NXDOMAIN -> NXDOMAIN;
            case Rcode.SERVFAIL, Rcode.NOTIMP -> SERVERERROR;
            default -> OTHERERROR;
        };
    }

    private static boolean isExpired(Response response, Time time) {
        boolean signed =
                response.hasType(Section.ANSWER, Type.RRSIG)
                        || response.hasType(Section.AUTHORITY, Type.RRSIG);
        if (!signed) {
            return false;
        }
        var now = time.now();
        var ready = response.sectionsIfReady();
        if (ready != null) {
            return isExpired(ready, (int) now.getEpochSecond());
        }
        for (int section = Section.ANSWER; section <= Section.ADDITIONAL; section++) {
            if (response.hasType(section, Type.RRSIG) && isExpired(response, section, now)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isExpired(Response response, int section, Instant now) {
        var records =
                switch (section) {
                    case Section.ANSWER -> response.answers();
                    case Section.AUTHORITY -> response.authorities();
                    default -> response.additionals();
                };
        return records.stream()
                .filter(RRSIGRecord.class::isInstance)
                .map(RRSIGRecord.class::cast)
                .anyMatch(s -> now.isAfter(s.getExpire()) || now.isBefore(s.getTimeSigned()));
    }

    private static boolean isExpired(WireSections ready, int seconds) {
        for (int i = 0; i < ready.count(); i++) {
            if (ready.type(i) == Type.RRSIG && ready.rdataLength(i) >= INCEPTION_AT + 4) {
                int at = ready.rdataOffset(i);
                // Serial numbers (RFC 1982): differences count.
                if (seconds - u32(ready, at + EXPIRATION_AT) > 0
                        || seconds - u32(ready, at + INCEPTION_AT) < 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private static int u32(WireSections ready, int at) {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            value = value << 8 | ready.octet(at + i) & 0xff;
        }
        return value;
    }
}
