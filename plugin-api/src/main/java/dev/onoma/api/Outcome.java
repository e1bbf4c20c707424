package dev.onoma.api;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// What became of a query.
///
/// On the way of a cached or a cluster answer no outcome is allocated: a query owns its [Reply].
/// That is why [#then] takes what a continuation needs as arguments: a lambda that captures nothing
/// costs nothing.
public sealed interface Outcome {
    /// An answer, here already.
    ///
    /// @param response owned by the query that it answers, and reused with it
    record Reply(Response response) implements Outcome {
        @Override
        public Outcome map(UnaryOperator<Response> change) {
            var changed = change.apply(response);
            return changed == response ? this : changed.build();
        }
    }

    /// An outcome that somebody else will know. The stage never ends with another `Later`. Until it
    /// ends, the query belongs to whoever completes it.
    record Later(CompletionStage<Outcome> stage) implements Outcome {
        @Override
        public Outcome then(Function<Outcome, Outcome> continuation) {
            return new Later(stage.thenCompose(settled -> settled.then(continuation).toStage()));
        }

        @Override
        public <C> Outcome then(C context, BiFunction<C, Outcome, Outcome> continuation) {
            return then(settled -> continuation.apply(context, settled));
        }

        @Override
        public Outcome then(Query query, long number, Continuation continuation) {
            return then(settled -> continuation.settled(query, number, settled));
        }

        @Override
        public CompletionStage<Outcome> toStage() {
            return stage;
        }
    }

    /// No answer, for a reason. The server makes an error response of it, in one place.
    record Failed(Failure failure) implements Outcome {}

    /// No answer, and none is to be sent.
    ///
    /// @param reason for the log, a few words
    record Dropped(String reason) implements Outcome {}

    /// Continues with a query and a number, for instance the time in nanoseconds at which it came.
    @FunctionalInterface
    interface Continuation {
        /// @param settled never a [Later]
        Outcome settled(Query query, long number, Outcome settled);
    }

    /// Changes the response, if there is one.
    default Outcome map(UnaryOperator<Response> change) {
        return then(
                change, (c, settled) -> settled instanceof Reply reply ? reply.map(c) : settled);
    }

    /// Continues when the outcome is known: now, by a plain call, unless it is [Later].
    default Outcome then(Function<Outcome, Outcome> continuation) {
        return continuation.apply(this);
    }

    /// Like [#then(Function)], for a continuation that captures nothing.
    default <C> Outcome then(C context, BiFunction<C, Outcome, Outcome> continuation) {
        return continuation.apply(context, this);
    }

    /// Like [#then(Function)], for a continuation that captures nothing.
    default Outcome then(Query query, long number, Continuation continuation) {
        return continuation.settled(query, number, this);
    }

    /// This outcome as a stage; complete already, unless it is [Later].
    default CompletionStage<Outcome> toStage() {
        return CompletableFuture.completedFuture(this);
    }

    /// No answer, because of `failure`.
    static Outcome failed(Failure failure) {
        return new Failed(failure);
    }

    /// No answer, and none is to be sent.
    static Outcome dropped(String reason) {
        return new Dropped(reason);
    }

    /// Runs work that waits on a virtual thread. An exception becomes [Failure.Mistake].
    static Outcome onVirtualThread(Callable<Outcome> work) {
        var stage = new CompletableFuture<Outcome>();
        Thread.startVirtualThread(() -> {
            try {
                work.call()
                        .toStage()
                        .whenComplete((settled, mistake) ->
                                stage.complete(mistake == null ? settled : mistaken(mistake)));
            } catch (Exception e) {
                stage.complete(mistaken(e));
            }
        });
        return new Later(stage);
    }

    /// The outcome of work that ended with an exception.
    static Outcome mistaken(Throwable mistake) {
        var cause = mistake instanceof CompletionException e ? e.getCause() : mistake;
        return new Failed(new Failure.Mistake(cause == null ? mistake : cause));
    }
}
