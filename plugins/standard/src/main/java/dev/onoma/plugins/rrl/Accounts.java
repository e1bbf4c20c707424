package dev.onoma.plugins.rrl;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/// Who has had how much: for each key the time from which it may have more, as in BIND.
///
/// An open table in two arrays, four places for each key, without locks. When all four are taken,
/// the account that may have most gives way: it limits nobody now. A flood of new keys, for
/// instance of forged addresses, so costs old accounts that do not matter, and memory never grows.
/// Two threads that take one place at the same time lose one answer in the count, no more.
final class Accounts implements AutoCloseable {
    private static final int WAYS = 4;
    private static final long SECOND = 1_000_000_000;

    private final long windowNanos;
    private final int mask;
    private final AtomicLongArray keys;
    private final AtomicLongArray allowedFrom;

    /// @param size the most accounts, about
    Accounts(int size, Duration window) {
        windowNanos = window.toNanos();
        int places = Math.max(WAYS, Integer.highestOneBit(Math.max(1, size - 1)) << 1);
        mask = places - 1;
        keys = new AtomicLongArray(places);
        allowedFrom = new AtomicLongArray(places);
    }

    /// Takes one answer off an account. Credit is never more than a second's worth, debt never more
    /// than the window.
    ///
    /// @param key keyed hash of the account
    /// @param intervalNanos between two answers
    /// @return whether the account had it
    boolean debit(long key, long intervalNanos, long nowNanos) {
        long named = key == 0 ? 1 : key;
        int place = find(named, nowNanos);
        if (place < 0) {
            int free = -1 - place;
            keys.set(free, named);
            allowedFrom.set(free, nowNanos - SECOND + intervalNanos);
            return true;
        }
        while (true) {
            long from = allowedFrom.get(place);
            long balance = Math.clamp(nowNanos - from, -windowNanos, SECOND) - intervalNanos;
            long bounded = Math.max(balance, -windowNanos);
            if (allowedFrom.compareAndSet(place, from, nowNanos - bounded)) {
                return balance >= 0;
            }
        }
    }

    // The place of the key, or -1 minus the place that it may take.
    private int find(long key, long nowNanos) {
        int first = (int) (key >>> 32) & mask & -WAYS;
        int free = first;
        long mostCredit = Long.MIN_VALUE;
        for (int i = first; i < first + WAYS; i++) {
            long known = keys.get(i);
            if (known == key) {
                return i;
            }
            long credit = known == 0 ? Long.MAX_VALUE : nowNanos - allowedFrom.get(i);
            if (credit > mostCredit) {
                mostCredit = credit;
                free = i;
            }
        }
        return -1 - free;
    }

    @Override
    public void close() {
        // Arrays only.
    }
}
