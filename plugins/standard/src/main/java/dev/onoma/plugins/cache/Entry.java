package dev.onoma.plugins.cache;

import dev.onoma.api.Ede;
import dev.onoma.api.NameKey;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.WireSections;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// One answer that is kept.
///
/// What it says never changes, so that any thread may read it without a lock. The links belong to
/// the [Shard] and change under its lock; [#next] is also followed by readers.
final class Entry {
    private static final VarHandle REFRESHING = refreshingHandle();
    private static final int FOOTPRINT_OCTETS = 176;
    private static final int KEY_OCTETS = 112;
    private static final int FREQUENCY_MAX = 3;
    private static final long ASKED_DO = 1L << 32;
    private static final long ASKED_CD = 1L << 33;
    private static final long ASKED_SUBNET = 1L << 34;

    final long hash;
    final long asked;
    final NameKey name;
    final String view;
    final Kind kind;
    final long storedNanos;
    final long lifetimeNanos;

    /// Whether this has records that were asked for.
    final boolean usable;

    // How long after it was stored this may still be of use: as a stale answer, or as the memory of
    // a failure.
    private final long usefulNanos;

    private final WireSections sections;
    private final int rcode;
    private final boolean authoritative;
    private final boolean recursionAvailable;
    private final boolean authenticData;
    private final int ttlMin;
    private final int ttlMax;
    private final int ede;
    private final String edeText;
    private final Outcome.@Nullable Failed failed;
    private final @Nullable BooleanSupplier validity;

    /// How often in a row this question has failed, 0 if it has not.
    final int failures;

    /// The next of the same bucket.
    volatile @Nullable Entry next;

    /// Uses since the entry came to the head of its queue, 0 to 3. Counted without care: a lost
    /// count costs nothing but a little memory of use.
    int frequency;

    // For prefetch only, and counted as carelessly.
    private int hits;
    private long lastHitNanos;

    @SuppressWarnings("UnusedVariable") // through its handle
    private volatile boolean refreshing;

    // What became of the last attempt to get something newer. One attempt at a time writes them.
    private volatile long retryAtNanos;
    private volatile int failedRefreshes;
    private volatile @Nullable String failedBecause;

    @Nullable Entry older;
    @Nullable Entry newer;
    @Nullable Queue queue;

    /// An answer.
    Entry(long hash, Query query, Response response, WireSections sections, Storing.Term term) {
        this.hash = hash;
        asked = asked(query);
        name = query.key().copy();
        view = query.view();
        kind = term.kind();
        storedNanos = term.nowNanos();
        lifetimeNanos = term.lifetimeNanos();
        usable = term.usable();
        usefulNanos = term.usefulNanos();
        retryAtNanos = storedNanos;
        this.sections = sections;
        rcode = response.rcode();
        authoritative = response.isAuthoritative();
        recursionAvailable = response.isRecursionAvailable();
        authenticData = response.isAuthenticData();
        ttlMin = term.ttlMin();
        ttlMax = term.ttlMax();
        ede = term.ede(response);
        edeText = response.edeText();
        failures = term.failures();
        failed = null;
        validity = response.validity();
    }

    /// A failure without an answer.
    Entry(long hash, Query query, Outcome.Failed failed, Storing.Term term) {
        this.hash = hash;
        asked = asked(query);
        name = query.key().copy();
        view = query.view();
        kind = Kind.DENIAL;
        storedNanos = term.nowNanos();
        lifetimeNanos = term.lifetimeNanos();
        usable = false;
        usefulNanos = term.usefulNanos();
        retryAtNanos = storedNanos;
        sections = WireSections.EMPTY;
        rcode = failed.failure().rcode();
        authoritative = false;
        recursionAvailable = false;
        authenticData = false;
        ttlMin = 0;
        ttlMax = Integer.MAX_VALUE;
        ede = Ede.NONE;
        edeText = "";
        failures = term.failures();
        this.failed = failed;
        validity = null;
    }

    /// What is asked besides the name in one number: type, class, DO, CD, and whether a subnet is
    /// there. Those who name theirs get only what an upstream said to be for all of them; others
    /// might have got what is good for our own network (RFC 7871, section 7.3.1).
    static long asked(Query query) {
        return query.type()
                | (long) query.dclass() << 16
                | (query.dnssecOk() ? ASKED_DO : 0)
                | (query.checkingDisabled() ? ASKED_CD : 0)
                | (query.subnet() != null ? ASKED_SUBNET : 0);
    }

    boolean answers(long wantedHash, long wantedAsked, NameKey wantedName, String wantedView) {
        return hash == wantedHash
                && asked == wantedAsked
                && name.equals(wantedName)
                && view.equals(wantedView);
    }

    boolean isFresh(long nowNanos) {
        return nowNanos - storedNanos < lifetimeNanos && holds();
    }

    /// Whether the source still says this; if not, it may not even be served stale.
    boolean holds() {
        return validity == null || validity.getAsBoolean();
    }

    /// Whether this may still be of use, though perhaps not fresh: nobody loses anything by its
    /// end.
    boolean isUseful(long nowNanos) {
        return nowNanos - storedNanos < usefulNanos && holds();
    }

    /// Whether this is a failure that counts when the question fails again: for as long again as it
    /// was kept.
    boolean isRecentFailure(long nowNanos) {
        return failures > 0 && isUseful(nowNanos);
    }

    /// Whether this may be served, fresh or stale. Failures are never served stale.
    boolean isServable(long nowNanos) {
        return isFresh(nowNanos) || failures == 0 && isUseful(nowNanos);
    }

    /// Remembers that somebody wanted this.
    void used() {
        int times = frequency;
        if (times < FREQUENCY_MAX) {
            frequency = times + 1;
        }
    }

    /// Counts a hit for `prefetch`.
    ///
    /// @return whether this one is to refresh the entry, and to say how that ended; true for one at
    ///   a time
    boolean isDue(CacheOptions.Prefetch prefetch, long nowNanos) {
        boolean paused = nowNanos - lastHitNanos > prefetch.pause().toNanos();
        hits = paused ? 1 : hits + 1;
        lastHitNanos = nowNanos;
        long left = lifetimeNanos - (nowNanos - storedNanos);
        // Rounded up to seconds, as CoreDNS does; what has just come is not asked for again.
        long seconds = Math.ceilDiv(lifetimeNanos / 100 * prefetch.percent(), 1_000_000_000L);
        return hits >= prefetch.amount()
                && failures == 0
                && left <= seconds * 1_000_000_000L
                && left <= lifetimeNanos - 1_000_000_000L
                && beginRefresh(nowNanos);
    }

    /// Whether it is time to try again to get something newer.
    boolean mayRetry(long nowNanos) {
        return nowNanos - retryAtNanos >= 0;
    }

    /// Whether the caller is to get something newer, and to say how that ended.
    boolean beginRefresh(long nowNanos) {
        return mayRetry(nowNanos) && REFRESHING.compareAndSet(this, false, true);
    }

    /// The caller of [#beginRefresh] has got what it got.
    void endRefresh() {
        REFRESHING.setVolatile(this, false);
    }

    /// There was nothing newer to be had.
    ///
    /// @param attempts how many have failed by now
    /// @param retryAt when somebody may try again, in nanoseconds
    /// @param because a few words for clients, or empty
    void refreshFailed(int attempts, long retryAt, String because) {
        failedRefreshes = attempts;
        failedBecause = because;
        retryAtNanos = retryAt;
    }

    /// How many attempts to get something newer have failed.
    int failedRefreshes() {
        return failedRefreshes;
    }

    /// Goes on counting where another entry has come to.
    void continueCount(Entry before) {
        hits = before.hits;
        lastHitNanos = before.lastHitNanos;
    }

    private static VarHandle refreshingHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(Entry.class, "refreshing", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// The outcome of a query that asks for this, while it is fresh.
    Outcome outcome(Query query, boolean ttlKept) {
        if (failed != null) {
            return failed;
        }
        var reply = fill(query.reply());
        if (!ttlKept) {
            long seconds = (query.receivedNanos() - storedNanos) / 1_000_000_000L;
            reply.age((int) Math.max(0, seconds));
        }
        return reply.build();
    }

    /// The outcome of a query that asks for this when it is not fresh any more, with an extended
    /// error that says so (RFC 8767, RFC 8914).
    ///
    /// @param reply empty
    /// @param ttlSeconds for every record, or -1 for the TTLs that came
    Outcome staleOutcome(Response reply, int ttlSeconds) {
        fill(reply);
        if (ttlSeconds >= 0) {
            reply.ttlRange(ttlSeconds, ttlSeconds);
        }
        var because = failedBecause;
        reply.ede(
                rcode == Rcode.NXDOMAIN ? Ede.STALE_NXDOMAIN : Ede.STALE_ANSWER,
                because == null ? "" : because);
        return reply.build();
    }

    private Response fill(Response reply) {
        reply.rcode(rcode)
                .authoritative(authoritative)
                .recursionAvailable(recursionAvailable)
                .authenticData(authenticData)
                .sections(sections)
                .ttlRange(ttlMin, ttlMax);
        if (ede != Ede.NONE) {
            reply.ede(ede, edeText);
        }
        return reply;
    }

    /// One line for operators: what was asked, what is answered, and for how long.
    String describe(long nowNanos) {
        long left = (storedNanos + lifetimeNanos - nowNanos) / 1_000_000_000L;
        var text = new StringBuilder(name.toString());
        text.append(' ').append(DClass.string((int) (asked >>> 16) & 0xffff));
        text.append(' ').append(Type.string((int) asked & 0xffff));
        text.append((asked & ASKED_DO) == 0 ? "" : " DO");
        text.append((asked & ASKED_CD) == 0 ? "" : " CD");
        text.append((asked & ASKED_SUBNET) == 0 ? "" : " with a subnet");
        text.append(view.isEmpty() ? "" : " view " + view);
        text.append(": ").append(Rcode.string(rcode));
        text.append(", ").append(sections.count(Section.ANSWER)).append(" answers, ");
        if (isFresh(nowNanos)) {
            text.append(left).append(" s left");
        } else {
            text.append(isServable(nowNanos) ? "stale" : "over").append(" for ").append(-left);
            text.append(" s");
        }
        return text.toString();
    }

    /// What this takes on the heap, about, in octets.
    int footprint() {
        return FOOTPRINT_OCTETS
                + KEY_OCTETS
                + name.length()
                + sections.footprint()
                + 2 * edeText.length();
    }
}
