package dev.onoma.server.wire;

import dev.onoma.api.Outcome;
import java.util.concurrent.Executor;

/// The event loop of a test: the thread that calls.
public final class TestContext implements Context {
    @Override
    public Executor executor() {
        return Runnable::run;
    }

    @Override
    public Outcome ask(WireQuery inner, WireQuery origin) {
        return Outcome.dropped("nobody answers in this test");
    }

    /// A query read from a packet.
    public static WireQuery query(byte[] packet) {
        var query = new WireQuery(new TestContext());
        System.arraycopy(packet, 0, query.buffer(packet.length), 0, packet.length);
        query.read(packet.length);
        return query;
    }
}
