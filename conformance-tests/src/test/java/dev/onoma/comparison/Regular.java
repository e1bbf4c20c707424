package dev.onoma.comparison;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Another client of the listener under attack, which has its connection before and asks now and
/// then. When that ends, it makes another.
final class Regular implements Runnable {
    private static final int PAUSE_MILLIS = 10;

    private final Victim victim;
    private final String door;
    private final long untilNanos;
    private final List<Long> nanos = new ArrayList<>();
    private int lost;
    private boolean isOpen;

    Regular(Victim victim, String door, long untilNanos) {
        this.victim = victim;
        this.door = door;
        this.untilNanos = untilNanos;
    }

    @Override
    public void run() {
        try {
            while (Deed.isTime(untilNanos)) {
                talk();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void talk() throws InterruptedException {
        isOpen = false;
        try (var conversation = Conversation.open(victim, door, Victim.BYSTANDER)) {
            isOpen = true;
            while (Deed.isTime(untilNanos)) {
                long start = System.nanoTime();
                conversation.ask();
                nanos.add(System.nanoTime() - start);
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (IOException _) {
            lost += isOpen ? 1 : 0;
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    /// How many of its questions got no answer.
    int lost() {
        return lost;
    }

    /// In milliseconds, of those that got one.
    double percentile(double share) {
        var sorted = nanos.stream().sorted().toList();
        return sorted.isEmpty()
                ? Double.NaN
                : sorted.get((int) Math.min(sorted.size() - 1, sorted.size() * share)) / 1e6;
    }
}
