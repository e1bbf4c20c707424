package dev.onoma.server;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.ListenerHost;
import dev.onoma.api.ListenerPlugin;
import dev.onoma.api.OpenListener;
import dev.onoma.api.ServerBlock;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// Listens for `grpc://` without a socket: the test is the client. `grpc_server WORD` sets a word.
public final class HostedPlugin implements ListenerPlugin {
    /// What was opened, for the test that opened it.
    static final BlockingQueue<Opened> OPENED = new LinkedBlockingQueue<>();

    /// What the directive says.
    record Said(String word) {}

    /// A listener.
    record Opened(ListenerHost host, AtomicBoolean isResting, AtomicBoolean isClosed)
            implements OpenListener {
        @Override
        public int port() {
            return 7;
        }

        @Override
        public void rest() {
            isResting.set(true);
        }

        @Override
        public void close() {
            isClosed.set(true);
        }
    }

    @Override
    public String name() {
        return "grpc_server";
    }

    @Override
    public String scheme() {
        return "grpc";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        block.setting(Said.class, new Said(directive.arguments("WORD").text("WORD")));
        return Handler.PASS;
    }

    @Override
    public OpenListener listen(ListenerHost host) {
        var opened = new Opened(host, new AtomicBoolean(), new AtomicBoolean());
        OPENED.add(opened);
        return opened;
    }
}
