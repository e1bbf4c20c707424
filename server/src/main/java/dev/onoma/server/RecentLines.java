package dev.onoma.server;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.List;

/// The last warnings and errors, for those who look into a server that runs. Any thread.
final class RecentLines {
    static final int LINES_MAX = 50;

    /// Enough to know what it is about.
    static final int LENGTH_MAX = 400;

    private final ArrayDeque<String> lines = new ArrayDeque<>(0);

    void add(String line) {
        var text = line.length() > LENGTH_MAX ? line.substring(0, LENGTH_MAX) + "..." : line;
        var entry = Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + text;
        synchronized (lines) {
            if (lines.size() == LINES_MAX) {
                lines.removeFirst();
            }
            lines.addLast(entry);
        }
    }

    /// The oldest first.
    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }
}
