package dev.onoma.comparison;

import java.io.IOException;

/// What an attacker does. It goes on until its time is over, whatever the server does about it.
@FunctionalInterface
interface Deed {
    /// @param untilNanos of [System#nanoTime]
    void strike(Victim victim, long untilNanos) throws IOException, InterruptedException;

    /// Done again each time it ends, as it does when the server closes the connection.
    static Deed again(Deed once) {
        return (victim, untilNanos) -> {
            while (isTime(untilNanos)) {
                try {
                    once.strike(victim, untilNanos);
                } catch (IOException _) {
                    // Refused or cut off: a moment later the next try.
                    Thread.sleep(1);
                }
            }
        };
    }

    static boolean isTime(long untilNanos) {
        return System.nanoTime() - untilNanos < 0;
    }
}
