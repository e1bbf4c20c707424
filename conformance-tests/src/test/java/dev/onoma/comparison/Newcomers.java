package dev.onoma.comparison;

/// Somebody else who asks the listener under attack, over a new connection each time.
final class Newcomers implements Runnable {
    private static final int PAUSE_MILLIS = 100;

    private final Victim victim;
    private final String door;
    private final long untilNanos;
    private int asked;
    private int served;

    Newcomers(Victim victim, String door, long untilNanos) {
        this.victim = victim;
        this.door = door;
        this.untilNanos = untilNanos;
    }

    @Override
    public void run() {
        try {
            while (Deed.isTime(untilNanos)) {
                Thread.sleep(PAUSE_MILLIS);
                asked++;
                served += victim.serves(door) ? 1 : 0;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return served + " of " + asked;
    }
}
