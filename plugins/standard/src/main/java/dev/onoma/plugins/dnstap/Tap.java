package dev.onoma.plugins.dnstap;

import dev.onoma.format.QueryFormat;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One directive: what goes into its records, and where they go.
final class Tap {
    private final byte[] identity;
    private final byte[] version;
    private final @Nullable QueryFormat extra;
    private final boolean full;
    private final Sink sink;

    Tap(DnstapOptions options, Sink sink) {
        identity = options.identity().getBytes(StandardCharsets.UTF_8);
        version = options.version().getBytes(StandardCharsets.UTF_8);
        extra = options.extra().isEmpty() ? null : new QueryFormat(options.extra());
        full = options.full();
        this.sink = sink;
    }

    /// Whether records hold the messages themselves.
    boolean isFull() {
        return full;
    }

    /// What `extra` makes of a query, or null without one.
    @Nullable QueryFormat extra() {
        return extra;
    }

    /// Sends a record. Never waits.
    void send(TapMessage message, String extraText) {
        sink.offer(message.record(identity, version, extraText.getBytes(StandardCharsets.UTF_8)));
    }
}
