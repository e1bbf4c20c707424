package dev.onoma.plugins.forward;

import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;

/// One query that waits for a [Flight].
///
/// @param loop where the query lives; the flight may be on another
record Waiter(
        Query query,
        Next next,
        ForwardHandler handler,
        EventLoop loop,
        CompletableFuture<Outcome> promise) {
    /// Answers the query, on its own loop.
    void complete(Flight.Result result) {
        if (loop.inEventLoop()) {
            handler.complete(this, result);
        } else {
            loop.execute(() -> handler.complete(this, result));
        }
    }
}
