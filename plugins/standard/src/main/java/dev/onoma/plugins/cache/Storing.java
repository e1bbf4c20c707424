package dev.onoma.plugins.cache;

import dev.onoma.api.Durations;
import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.Time;
import dev.onoma.api.WireSections;
import dev.onoma.api.ZoneSet;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Decides what may be kept, and for how long (RFC 2308, RFC 9520).
///
/// Not kept: TTLs of 0, truncated answers, denials without SOA, transfers, answers to queries
/// without RD that are not authoritative (their data is whatever the upstream happened to have),
/// answers with expired signatures, answers whose source says so.
final class Storing {
    private static final int REFERRAL_SECONDS_MAX = 5;

    /// The lowest lifetime of authoritative answers unless the Corefile says otherwise; CoreDNS's.
    private static final int AUTHORITATIVE_SECONDS_MIN = 5;

    private static final Duration FAILURE_FIRST = Duration.ofSeconds(1);
    private static final int BACK_OFFS_MAX = 10;
    private static final int RRSIG_EXPIRATION = 8;

    private final CacheOptions options;
    private final ZoneSet successOff;
    private final ZoneSet denialOff;
    private final Time time;

    Storing(CacheOptions options, Time time) {
        this.options = options;
        this.time = time;
        successOff = new ZoneSet(options.successOff());
        denialOff = new ZoneSet(options.denialOff());
    }

    /// How something is kept.
    ///
    /// @param lifetimeNanos above 0
    /// @param ttlMin in seconds, raises the TTLs that go out
    /// @param ttlMax in seconds, lowers them
    /// @param failures how often in a row the question has failed
    /// @param usable whether it has the records that were asked for
    /// @param usefulNanos how long it may be of use, stale or as the memory of a failure
    record Term(
            Kind kind,
            long nowNanos,
            long lifetimeNanos,
            int ttlMin,
            int ttlMax,
            int failures,
            boolean usable,
            long usefulNanos) {
        /// For how long, as people write it.
        String lifetime() {
            return Durations.format(Duration.ofNanos(lifetimeNanos));
        }

        /// The extended error for those who get the kept answer.
        int ede(Response response) {
            boolean bare = response.ede() == Ede.NONE && response.rcode() == Rcode.SERVFAIL;
            return bare ? Ede.CACHED_ERROR : response.ede();
        }
    }

    /// The term of an answer, or null if it is not to be kept.
    ///
    /// @param previous what was kept for the same question, expired by now
    @Nullable Term term(
            Query query, Response response, WireSections sections, @Nullable Entry previous) {
        int type = query.type();
        boolean partial = !query.recursionDesired() && !response.isAuthoritative();
        if (response.isTruncated()
                || type == Type.AXFR
                || type == Type.IXFR
                || partial
                || response.validity() == Response.NOT_FOR_CACHES) {
            return null;
        }
        return switch (response.rcode()) {
            case Rcode.NOERROR -> positive(query, response, sections);
            case Rcode.NXDOMAIN -> denial(query, response, sections);
            case Rcode.SERVFAIL, Rcode.NOTIMP ->
                    denied(query) ? null : failure(options.servfail(), 1);
            case Rcode.REFUSED -> refused(query, response, previous);
            default -> null;
        };
    }

    /// The term of a failure, or null if it is not to be kept: what lies in us, not in others.
    @Nullable Term term(Query query, Failure failure, @Nullable Entry previous) {
        boolean keeps =
                switch (failure) {
                    case Failure.Silent _, Failure.Unreachable _, Failure.NoHealthyUpstream _ ->
                            true;
                    case Failure.Overloaded _,
                            Failure.NotSynced _,
                            Failure.NoNextPlugin _,
                            Failure.TooManyLookups _,
                            Failure.Mistake _,
                            Failure.Other _ ->
                            false;
                };
        return keeps && !denied(query) ? backOff(previous) : null;
    }

    private @Nullable Term positive(Query query, Response response, WireSections sections) {
        int answers = sections.count(Section.ANSWER);
        int type = query.type();
        boolean reached =
                answers > 0 && (type == Type.ANY || sections.hasType(Section.ANSWER, type));
        if (!reached && sections.hasType(Section.AUTHORITY, Type.SOA)) {
            return denial(query, response, sections);
        }
        boolean referral = answers == 0 && sections.hasType(Section.AUTHORITY, Type.NS);
        if (!reached && !referral
                || successOff.contains(query.key())
                || query.dnssecOk() && hasExpiredSignature(sections)) {
            return null;
        }
        long ttl = sections.ttlMin();
        return term(
                Kind.SUCCESS,
                response,
                sections,
                referral ? Math.min(ttl, REFERRAL_SECONDS_MAX) : ttl,
                reached);
    }

    private @Nullable Term denial(Query query, Response response, WireSections sections) {
        int soa = soa(sections);
        if (soa < 0 || denied(query) || query.dnssecOk() && hasExpiredSignature(sections)) {
            return null;
        }
        // RFC 2308, section 5: the lower of the SOA's own TTL and its MINIMUM.
        long minimum = Math.max(0, i32(sections, sections.endOffset(soa) - 4));
        return term(Kind.DENIAL, response, sections, Math.min(sections.ttlMin(), minimum), false);
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

    private @Nullable Term term(
            Kind kind, Response response, WireSections sections, long ttl, boolean usable) {
        var tier = options.tier(kind);
        long max = Math.min(tier.ttlMax().toSeconds(), Integer.MAX_VALUE);
        long min = Math.min(max, floor(tier, response, ttl));
        long seconds = Math.clamp(ttl, min, max);
        if (seconds == 0) {
            return null;
        }
        boolean lowers = kind == Kind.DENIAL || highest(sections) > max;
        long lifetime = seconds * 1_000_000_000L;
        return new Term(
                kind,
                time.nanos(),
                lifetime,
                sections.ttlMin() < min ? (int) min : 0,
                !lowers ? Integer.MAX_VALUE : (int) (kind == Kind.DENIAL ? seconds : max),
                0,
                usable,
                Math.max(lifetime, lifetime + options.stale().duration().toNanos()));
    }

    // What says 0 is not to be kept at all; only an operator may overrule that.
    private static long floor(CacheOptions.Tier tier, Response response, long ttl) {
        var min = tier.ttlMin();
        if (min != null) {
            return min.toSeconds();
        }
        return response.isAuthoritative() && ttl > 0 ? AUTHORITATIVE_SECONDS_MIN : 0;
    }

    private static int highest(WireSections sections) {
        int highest = 0;
        for (int i = 0; i < sections.count(); i++) {
            highest = Math.max(highest, sections.ttl(i));
        }
        return highest;
    }

    private @Nullable Term refused(Query query, Response response, @Nullable Entry previous) {
        return denied(query) || response.isAuthoritative() ? null : backOff(previous);
    }

    // 1, 2, 4 ... seconds while the same question goes on failing (RFC 9520, section 3.2).
    private @Nullable Term backOff(@Nullable Entry previous) {
        boolean again = previous != null && previous.isRecentFailure(time.nanos());
        int failures =
                again && previous != null ? Math.min(previous.failures + 1, BACK_OFFS_MAX) : 1;
        return failure(Duration.ofNanos(backOffNanos(failures - 1)), failures);
    }

    private long backOffNanos(int before) {
        long doubled = FAILURE_FIRST.toNanos() << Math.min(before, BACK_OFFS_MAX);
        return Math.min(doubled, options.servfail().toNanos());
    }

    /// How long nobody tries again to get something newer.
    ///
    /// @param before how many attempts have failed before
    long pauseNanos(int before) {
        var recheck = options.stale().recheck();
        return recheck == null ? backOffNanos(before) : recheck.toNanos();
    }

    private @Nullable Term failure(Duration lifetime, int failures) {
        return lifetime.isZero()
                ? null
                : new Term(
                        Kind.DENIAL,
                        time.nanos(),
                        lifetime.toNanos(),
                        0,
                        Integer.MAX_VALUE,
                        failures,
                        false,
                        2 * lifetime.toNanos());
    }

    private boolean denied(Query query) {
        return denialOff.contains(query.key());
    }

    private boolean hasExpiredSignature(WireSections sections) {
        int now = (int) time.now().getEpochSecond();
        for (int i = 0; i < sections.count(); i++) {
            // Times are serial numbers (RFC 4034, section 3.1.5).
            if (sections.type(i) == Type.RRSIG
                    && sections.rdataLength(i) >= RRSIG_EXPIRATION + 4
                    && i32(sections, sections.rdataOffset(i) + RRSIG_EXPIRATION) - now < 0) {
                return true;
            }
        }
        return false;
    }

    private static int i32(WireSections sections, int at) {
        return (sections.octet(at) & 0xff) << 24
                | (sections.octet(at + 1) & 0xff) << 16
                | (sections.octet(at + 2) & 0xff) << 8
                | sections.octet(at + 3) & 0xff;
    }
}
