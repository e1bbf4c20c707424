package dev.onoma.plugins.dnssec;

/// How many signatures may be made: so many a second, and those of a quarter of a second that
/// nobody needed.
///
/// A quarter of what is saved up is not for denials: whoever asks for random names would use up
/// everything otherwise, and names that are there, which are not without end, went unsigned. So an
/// attack costs this many signatures a second, and the names of the zone get theirs meanwhile.
final class SigningBudget {
    private static final long SECOND = 1_000_000_000;

    private final long intervalNanos;
    private final long savedNanosMax;
    private final long reserveNanos;
    private long emptySinceNanos;

    /// @param perSecond at least 1
    SigningBudget(int perSecond, long nowNanos) {
        intervalNanos = SECOND / perSecond;
        savedNanosMax = Math.max(SECOND / 4, intervalNanos);
        reserveNanos = (savedNanosMax - intervalNanos) / 4;
        emptySinceNanos = nowNanos - savedNanosMax;
    }

    /// Whether there is none now for what is not there.
    synchronized boolean isUsedUpForDenials(long nowNanos) {
        return left(nowNanos) < reserveNanos;
    }

    /// Takes one signature, if there is one.
    ///
    /// @param denial whether it is about what is not there
    synchronized boolean take(boolean denial, long nowNanos) {
        long left = left(nowNanos);
        if (left < (denial ? reserveNanos : 0)) {
            return false;
        }
        emptySinceNanos = nowNanos - left;
        return true;
    }

    // What is left after one more.
    private long left(long nowNanos) {
        return Math.min(nowNanos - emptySinceNanos, savedNanosMax) - intervalNanos;
    }
}
