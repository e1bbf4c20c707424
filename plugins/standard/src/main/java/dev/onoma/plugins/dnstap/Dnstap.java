package dev.onoma.plugins.dnstap;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.UpstreamTap;
import java.util.List;

/// Writes what comes and goes to dnstap sockets.
public final class Dnstap implements Plugin {
    @Override
    public String name() {
        return "dnstap";
    }

    /// All occurrences are one handler: each tap gets every message.
    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var taps = occurrences.stream().map(d -> tap(d, block)).toList();
        var handler = new DnstapHandler(taps, block.time());
        block.setting(UpstreamTap.class, new UpstreamMessages(taps, block.time()));
        return handler;
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    private static Tap tap(Directive directive, ServerBlock block) {
        var options = DnstapOptions.parse(directive, block);
        var key = options.socket() + " " + directive.text();
        var log = block.log("dnstap");
        var metrics = new DnstapMetrics(block.metrics(), options.socket().toString());
        // The connection outlives a reload, and with it what waits.
        Sink sink =
                options.listens()
                        ? block.keep(
                                TapListener.class,
                                key,
                                _ -> new TapListener(options, metrics, block.time(), log))
                        : block.keep(
                                Sender.class,
                                key,
                                _ -> new Sender(options, metrics, block.time(), log));
        block.onStart(sink::begin);
        return new Tap(options, sink);
    }
}
