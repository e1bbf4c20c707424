package dev.onoma.api;

import java.util.ArrayList;
import java.util.List;

/// What an examination found, step after step. For one thread.
public final class Checkup {
    private final List<Result> results = new ArrayList<>();

    /// How a step ended.
    public enum State {
        /// As it should be.
        OK,
        /// Worth a look, but not what keeps anybody from an answer.
        WARNING,
        /// Not as it should be.
        WRONG,
        /// It could not be looked at.
        UNKNOWN
    }

    /// What a step found.
    ///
    /// @param step what was looked at, in one word
    /// @param text what was found
    /// @param advice what to do; empty if there is nothing
    public record Result(String step, State state, String text, String advice) {}

    /// All is well.
    public void ok(String step, String text) {
        results.add(new Result(step, State.OK, text, ""));
    }

    /// Something is odd.
    public void warn(String step, String text, String advice) {
        results.add(new Result(step, State.WARNING, text, advice));
    }

    /// Something is wrong.
    public void wrong(String step, String text, String advice) {
        results.add(new Result(step, State.WRONG, text, advice));
    }

    /// Nothing can be said.
    public void unknown(String step, String text, String advice) {
        results.add(new Result(step, State.UNKNOWN, text, advice));
    }

    /// Everything so far, in order.
    public List<Result> results() {
        return List.copyOf(results);
    }

    /// Whether nothing is wrong.
    public boolean isHealthy() {
        return results.stream().noneMatch(r -> r.state() == State.WRONG);
    }

    /// Whether a step found something wrong.
    public boolean isWrong(String step) {
        return results.stream().anyMatch(r -> r.state() == State.WRONG && r.step().equals(step));
    }
}
