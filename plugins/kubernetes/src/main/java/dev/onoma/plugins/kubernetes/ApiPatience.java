package dev.onoma.plugins.kubernetes;

import java.time.Duration;

/// How long we wait for an API server before we try again.
///
/// Short enough that the store is as the cluster five seconds after whatever kept us from it is
/// over: an attempt that began before takes [#connectMax] to fail, the rest behind it [#retryMax].
/// A server that is slow and not away gets more from one time to the next, up to [#STALLS_MAX]
/// doublings, so that it is not asked the same in vain for ever.
///
/// @param retryFirst the rest after a first failure
/// @param retryMax the longest rest, which costs a server one connection
/// @param connectMax for a connection; a packet that is lost is sent again after one second
/// @param answerMax for an answer to begin, and for the next octets of a list
/// @param streamMax for the next octets of a streaming list; then it is given up for one in pages
/// @param watchMax for an event or a bookmark; servers send one of the latter every minute
/// @param pingAfter a watch that has been silent for so long is asked whether there is still
///   anybody
/// @param pingMax for an answer to that
/// @param watchMin a watch that ends sooner is trouble
record ApiPatience(
        Duration retryFirst,
        Duration retryMax,
        Duration connectMax,
        Duration answerMax,
        Duration streamMax,
        Duration watchMax,
        Duration pingAfter,
        Duration pingMax,
        Duration watchMin) {
    static final ApiPatience DEFAULT =
            new ApiPatience(
                    Duration.ofMillis(200),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(4),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(75),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(1));

    private static final int STALLS_MAX = 3;

    /// The same, so many times faster.
    ApiPatience faster(int times) {
        return new ApiPatience(
                retryFirst.dividedBy(times),
                retryMax.dividedBy(times),
                connectMax.dividedBy(times),
                answerMax.dividedBy(times),
                streamMax.dividedBy(times),
                watchMax.dividedBy(times),
                pingAfter.dividedBy(times),
                pingMax.dividedBy(times),
                watchMin.dividedBy(times));
    }

    /// For an answer of a server that has let us wait too long so many times.
    Duration answerMax(int stalls) {
        return answerMax.multipliedBy(1L << Math.min(stalls, STALLS_MAX));
    }

    /// The longest rest after so many failures.
    Duration retry(int failures) {
        var doubled = retryFirst.multipliedBy(1L << Math.min(failures, 10));
        return doubled.compareTo(retryMax) > 0 ? retryMax : doubled;
    }
}
