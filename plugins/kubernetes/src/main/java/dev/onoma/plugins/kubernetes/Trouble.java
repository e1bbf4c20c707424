package dev.onoma.plugins.kubernetes;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Says what is wrong, at most once a minute for each cause, and how often it was since.
final class Trouble {
    private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

    private final Consumer<String> log;
    private final LongSupplier nanos;
    private final Map<ApiFailure.Cause, Said> said = new EnumMap<>(ApiFailure.Cause.class);

    private static final class Said {
        private long atNanos;
        private long unsaid;
    }

    Trouble(Consumer<String> log, LongSupplier nanos) {
        this.log = log;
        this.nanos = nanos;
    }

    synchronized void tell(ApiFailure.Cause cause, String message) {
        long now = nanos.getAsLong();
        var before = said.get(cause);
        if (before != null && now - before.atNanos < QUIET_NANOS) {
            before.unsaid++;
            return;
        }
        var again =
                before == null || before.unsaid == 0
                        ? ""
                        : " (%d times more in the last minute)".formatted(before.unsaid);
        log.accept(message + again);
        var entry = new Said();
        entry.atNanos = now;
        said.put(cause, entry);
    }
}
