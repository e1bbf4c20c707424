package dev.onoma.server;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Outcome;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/// `forward`: names that begin with `slow` wait until [#release] is called; what is said of `done`
/// to come later is there at once.
public final class SlowPlugin implements Plugin {
    private static final ConcurrentLinkedQueue<CompletableFuture<Outcome>> WAITING =
            new ConcurrentLinkedQueue<>();

    @Override
    public String name() {
        return "forward";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        directive.expectNothingElse();
        return (query, next) -> {
            if (query.key().labelText(0).equals("done")) {
                var done = query.reply().rcode(3).build();
                return new Outcome.Later(CompletableFuture.completedStage(done));
            }
            if (!query.key().labelText(0).equals("slow")) {
                return next.handle(query);
            }
            var stage = new CompletableFuture<Outcome>();
            WAITING.add(stage);
            return new Outcome.Later(stage).then(_ -> query.reply().rcode(3).build());
        };
    }

    /// Answers everything that waits.
    static void release() {
        for (var stage = WAITING.poll(); stage != null; stage = WAITING.poll()) {
            stage.complete(Outcome.dropped("released"));
        }
    }

    /// How many queries wait.
    static int waiting() {
        return WAITING.size();
    }
}
