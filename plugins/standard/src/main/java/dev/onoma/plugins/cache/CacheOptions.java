package dev.onoma.plugins.cache;

import dev.onoma.api.Arguments;
import dev.onoma.api.Directive;
import dev.onoma.api.ServerBlock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// What the Corefile says about a cache.
///
/// @param zones names outside are not looked at
/// @param servfail how long failures are kept; zero for not at all
/// @param successOff zones whose answers are not kept
/// @param denialOff zones whose denials are not kept
/// @param ttlKept whether hits go out with the TTLs that came
/// @param prefetch which entries are refreshed before they end
/// @param stale what becomes of them afterwards
record CacheOptions(
        List<Name> zones,
        Tier success,
        Tier denial,
        Duration servfail,
        List<Name> successOff,
        List<Name> denialOff,
        boolean ttlKept,
        Prefetch prefetch,
        Stale stale) {
    static final int CAPACITY_DEFAULT = 9984;
    static final int CAPACITY_MIN = 1024;
    static final Duration SUCCESS_TTL_MAX = Duration.ofHours(1);
    static final Duration DENIAL_TTL_MAX = Duration.ofMinutes(30);
    static final Duration SERVFAIL_DEFAULT = Duration.ofSeconds(5);

    // RFC 9520, section 3.2: failures are kept for five minutes at most.
    private static final Duration SERVFAIL_MAX = Duration.ofMinutes(5);

    private static final Duration RECHECK_MAX = Duration.ofMinutes(5);

    /// RFC 8767, section 5: how long a client is kept waiting while there is a stale answer for it.
    static final Duration STALE_WAIT_MAX = Duration.ofMillis(1_800);

    /// RFC 8767, section 4.
    static final Duration STALE_TTL = Duration.ofSeconds(30);

    /// The limits of one kind.
    ///
    /// @param capacity in entries
    /// @param ttlMax nothing is kept longer
    /// @param ttlMin nothing is kept shorter; null if the Corefile does not say
    record Tier(int capacity, Duration ttlMax, @Nullable Duration ttlMin) {}

    /// Which entries are refreshed before they end.
    ///
    /// @param amount how many hits it takes; 0 for never
    /// @param pause after a longer one, hits are counted anew
    /// @param percent of the lifetime that may be left
    record Prefetch(int amount, Duration pause, int percent) {
        static final Prefetch NEVER = new Prefetch(0, Duration.ofMinutes(1), 10);
    }

    /// What becomes of answers that have expired (RFC 8767).
    ///
    /// @param duration how long after their end they may be served; zero for not at all
    /// @param verify whether others are asked first
    /// @param timeout how long they are waited for then
    /// @param ttl of the records that go out; null if the Corefile does not say
    /// @param recheck after a failed attempt to get something newer; null if the Corefile does not
    ///   say
    /// @param positivePreferred whether an answer with records outlives newer denials
    record Stale(
            Duration duration,
            boolean verify,
            Duration timeout,
            @Nullable Duration ttl,
            @Nullable Duration recheck,
            boolean positivePreferred) {
        static final Stale NEVER =
                new Stale(Duration.ZERO, false, STALE_WAIT_MAX, null, null, false);
        static final Duration DURATION_DEFAULT = Duration.ofHours(1);
    }

    Tier tier(Kind kind) {
        return kind.of(success, denial);
    }

    /// Reads `cache [TTL] [ZONES...] { ... }`, times in seconds.
    ///
    /// @throws dev.onoma.api.CorefileException that points at the wrong word
    static CacheOptions parse(Directive cache, ServerBlock block) {
        var arguments = cache.arguments("[TTL] [ZONES...] {");
        var ttl = arguments.secondsIfNumber("TTL", 1);
        var zones = arguments.zonesOr(block.zones());
        var reader = new Reader();
        reader.success = new Tier(CAPACITY_DEFAULT, ttl.orElse(SUCCESS_TTL_MAX), null);
        reader.denial = new Tier(CAPACITY_DEFAULT, ttl.orElse(DENIAL_TTL_MAX), null);
        cache.properties().forEach(property -> reader.read(property, zones));
        return new CacheOptions(
                zones,
                reader.success,
                reader.denial,
                reader.servfail,
                reader.successOff,
                reader.denialOff,
                reader.ttlKept,
                reader.prefetch,
                reader.stale());
    }

    /// Takes one property after the other.
    private static final class Reader {
        private Tier success = new Tier(CAPACITY_DEFAULT, SUCCESS_TTL_MAX, null);
        private Tier denial = new Tier(CAPACITY_DEFAULT, DENIAL_TTL_MAX, null);
        private Duration servfail = SERVFAIL_DEFAULT;
        private List<Name> successOff = List.of();
        private List<Name> denialOff = List.of();
        private boolean ttlKept;
        private Prefetch prefetch = Prefetch.NEVER;
        private @Nullable Stale stale;
        private @Nullable Directive policy;

        void read(Directive property, List<Name> zones) {
            switch (property.name()) {
                case "success" -> success = tier(property, success);
                case "denial" -> denial = tier(property, denial);
                case "servfail" -> servfail = servfail(property);
                case "disable" -> disable(property, zones);
                case "prefetch" -> prefetch = prefetch(property);
                case "serve_stale" -> stale = serveStale(property);
                case "serve_stale_policy" -> policy(property);
                case "keepttl" -> {
                    property.expectNothingElse();
                    ttlKept = true;
                }
                default ->
                        throw property.unknown(
                                "success",
                                "denial",
                                "prefetch",
                                "serve_stale",
                                "serve_stale_policy",
                                "servfail",
                                "disable",
                                "keepttl");
            }
        }

        private static Tier tier(Directive property, Tier fallback) {
            var arguments = property.arguments("CAPACITY [TTL] [MINTTL]");
            int capacity = Math.max(CAPACITY_MIN, arguments.number("CAPACITY"));
            var ttlMax = arguments.secondsOr("TTL", 1, fallback.ttlMax());
            var ttlMin = arguments.hasNext() ? arguments.seconds("MINTTL", 0) : fallback.ttlMin();
            arguments.ignoreRest(); // CoreDNS does, so we do; but we warn.
            return new Tier(capacity, ttlMax, ttlMin);
        }

        private static Duration servfail(Directive property) {
            var arguments = property.arguments("DURATION");
            var duration = arguments.duration("DURATION", Duration.ZERO);
            if (duration.compareTo(SERVFAIL_MAX) > 0) {
                throw arguments.wrong(
                        "caching SERVFAIL responses over 5 minutes is not permitted (RFC 9520)",
                        "write 5m or less");
            }
            arguments.expectEnd();
            return duration;
        }

        private void disable(Directive property, List<Name> zones) {
            var arguments = property.arguments("success|denial [ZONES...]");
            var kind = arguments.oneOf("cache type", "success", "denial");
            var off = arguments.zonesOr(zones);
            if (kind.equals("success")) {
                successOff = off;
            } else {
                denialOff = off;
            }
        }

        private static Prefetch prefetch(Directive property) {
            var arguments = property.arguments("AMOUNT [DURATION [PERCENTAGE%]]");
            int amount = arguments.number("AMOUNT", 0);
            var pause = arguments.durationOr("DURATION", Duration.ZERO, Prefetch.NEVER.pause());
            int percent =
                    arguments.hasNext()
                            ? arguments.percent("PERCENTAGE", 10, 90)
                            : Prefetch.NEVER.percent();
            arguments.expectEnd();
            return new Prefetch(amount, pause, percent);
        }

        private static Stale serveStale(Directive property) {
            var arguments =
                    property.arguments(
                            "[DURATION [immediate|verify [TIMEOUT]] [RESPONSE_TTL [RECHECK]]]");
            var duration = arguments.durationOr("DURATION", Duration.ZERO, Stale.DURATION_DEFAULT);
            boolean verify =
                    arguments.hasNext()
                            && arguments
                                    .oneOf("refresh mode", "immediate", "verify")
                                    .equals("verify");
            var timeout =
                    verify
                            ? arguments.durationOr("TIMEOUT", Duration.ZERO, Duration.ZERO)
                            : Duration.ZERO;
            var ttl = arguments.hasNext() ? responseTtl(arguments) : null;
            var recheck = arguments.hasNext() ? recheck(arguments) : null;
            arguments.expectEnd();
            boolean waits = !timeout.isZero() && timeout.compareTo(STALE_WAIT_MAX) < 0;
            return new Stale(
                    duration, verify, waits ? timeout : STALE_WAIT_MAX, ttl, recheck, false);
        }

        private static Duration responseTtl(Arguments arguments) {
            var ttl = arguments.duration("RESPONSE_TTL", Duration.ZERO);
            if (ttl.toNanosPart() != 0) {
                throw arguments.wrong("RESPONSE_TTL must be a whole number of seconds");
            }
            if (ttl.toSeconds() > Integer.MAX_VALUE) {
                throw arguments.wrong("RESPONSE_TTL exceeds the range of a TTL (RFC 2181)");
            }
            return ttl;
        }

        private static Duration recheck(Arguments arguments) {
            var recheck = arguments.duration("RECHECK", Duration.ZERO);
            if (recheck.compareTo(RECHECK_MAX) > 0) {
                throw arguments.wrong("RECHECK cannot exceed 5 minutes");
            }
            return recheck;
        }

        private void policy(Directive property) {
            if (policy != null) {
                throw property.wrong("serve_stale_policy can only be specified once");
            }
            policy = property;
            var arguments = property.arguments("prefer_positive");
            arguments.oneOf("policy", "prefer_positive");
            arguments.expectEnd();
        }

        Stale stale() {
            var read = stale;
            if (read != null) {
                return policy == null
                        ? read
                        : new Stale(
                                read.duration(),
                                read.verify(),
                                read.timeout(),
                                read.ttl(),
                                read.recheck(),
                                true);
            }
            if (policy != null) {
                throw policy.wrong("serve_stale_policy requires serve_stale");
            }
            return Stale.NEVER;
        }
    }
}
