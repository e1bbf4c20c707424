package dev.onoma.plugins.trace;

import brave.Span;
import brave.Tracing;
import dev.onoma.api.Addresses;
import dev.onoma.api.ChainWatcher;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Time;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// The spans of one query: one of its own, and in it one of each plugin that is passed, each in
/// that of the plugin which asked it; in that of *forward* one of each upstream that was asked.
///
/// Plugins that go on in the background after the answer are not looked at any more. Guarded by
/// itself, as plugins may look several names up at once.
final class TracedQuery implements ChainWatcher {
    private static final Visit UNSEEN = settled -> settled;

    private final Tracing tracing;
    private final Span root;
    private final Time time;
    private final SpanQueue queue;
    private final int spansMax;
    // Those that have not ended; the innermost last.
    private final ArrayDeque<Span> open = new ArrayDeque<>();
    private int spans = 1;

    /// @param queue hears of spans that are not told
    /// @param spansMax that a query may cause; what is beyond is not told
    TracedQuery(Tracing tracing, Span root, Time time, SpanQueue queue, int spansMax) {
        this.tracing = tracing;
        this.root = root;
        this.time = time;
        this.queue = queue;
        this.spansMax = spansMax;
        root.name("servedns").kind(Span.Kind.SERVER).start();
        open.add(root);
    }

    /// The names of the tags, in the order in which [#end] wants them.
    static String[] tags(char separator) {
        var begin = "coredns.io" + separator;
        return new String[] {
            begin + "name", begin + "type", begin + "proto", begin + "remote", begin + "rcode"
        };
    }

    @Override
    public synchronized Visit enter(String plugin, Query query) {
        var parent = open.peekLast();
        if (parent == null || !isRoom()) {
            return UNSEEN;
        }
        var span = tracing.tracer().newChild(parent.context()).name(plugin).start();
        open.addLast(span);
        return settled -> leave(span, settled);
    }

    // For another span, which counts then.
    private boolean isRoom() {
        if (spans == spansMax) {
            queue.lost();
            return false;
        }
        spans++;
        return true;
    }

    private synchronized Outcome leave(Span span, Outcome settled) {
        if (open.remove(span)) {
            span.finish();
        }
        return settled;
    }

    @Override
    public synchronized void asked(InetSocketAddress upstream, long beganNanos, long endedNanos) {
        var parent = open.peekLast();
        if (parent == null || !isRoom()) {
            return;
        }
        long now = time.nanos();
        long nowMicros = tracing.clock(root.context()).currentTimeMicroseconds();
        tracing.tracer()
                .newChild(parent.context())
                .name("connect")
                .tag("peer.address", Addresses.text(upstream))
                .start(nowMicros - TimeUnit.NANOSECONDS.toMicros(now - beganNanos))
                .finish(nowMicros - TimeUnit.NANOSECONDS.toMicros(now - endedNanos));
    }

    /// The query has its outcome. Returns the same.
    synchronized Outcome end(Query query, Outcome settled, String[] tags) {
        root.tag(tags[0], query.name().toString().toLowerCase(Locale.ROOT));
        root.tag(tags[1], Type.string(query.type()));
        root.tag(tags[2], query.transport().label());
        root.tag(tags[3], query.client().getAddress().getHostAddress());
        switch (settled) {
            case Outcome.Reply(var response) ->
                    root.tag(tags[4], Rcode.string(response.answering(query).rcode()));
            case Outcome.Failed(var failure) -> {
                root.tag(tags[4], Rcode.string(failure.rcode()));
                root.tag("error", failure.explain());
            }
            case Outcome.Dropped(var reason) -> root.annotate("dropped: " + reason);
            case Outcome.Later _ ->
                    throw new IllegalStateException("a stage that ended with another Later");
        }
        while (!open.isEmpty()) {
            open.removeLast().finish();
        }
        return settled;
    }
}
