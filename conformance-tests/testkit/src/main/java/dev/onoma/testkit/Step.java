package dev.onoma.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What a scenario does, line by line.
public sealed interface Step {
    Line where();

    /// `given KIND ...`: a file, an upstream, a Kubernetes object. Before the first query it is
    /// there when the server starts, later it appears while the server runs.
    record Given(Line where, String kind, List<String> arguments, List<Line> body) implements Step {
        public Given {
            arguments = List.copyOf(arguments);
            body = List.copyOf(body);
        }
    }

    /// `> NAME TYPE`, with what is expected; without an expectation the answer is awaited later.
    record Ask(Line where, Question question, Optional<Expected> expected, Optional<String> better)
            implements Step {}

    /// `< NAME`: the answer to an earlier query that was sent with `+as=NAME`.
    record Await(Line where, String name, Expected expected, Optional<String> better)
            implements Step {}

    /// `! start fails`: the Corefile is refused, and every pattern is a line of the message.
    record StartFails(Line where, List<String> patterns, Optional<String> better) implements Step {
        public StartFails {
            patterns = List.copyOf(patterns);
        }
    }

    /// `! reload` and a new Corefile, or none to read the files again.
    record Reload(Line where, Optional<String> corefile, boolean fails, Optional<String> better)
            implements Step {}

    /// `! wait 1.2s`.
    record Wait(Line where, Duration duration) implements Step {}

    /// `! write FILE`, `! delete FILE` (no text), `! silence UPSTREAM`, `! stop UPSTREAM`, ...
    record Act(Line where, String verb, List<String> arguments, List<Line> body) implements Step {
        public Act {
            arguments = List.copyOf(arguments);
            body = List.copyOf(body);
        }
    }

    /// `! UPSTREAM was asked 2 times for NAME TYPE`, `! UPSTREAM last saw rd -do`.
    record Check(Line where, String upstream, Seen seen, Optional<String> better) implements Step {}

    /// What an upstream has seen.
    sealed interface Seen {
        /// How many queries it has seen.
        ///
        /// @param about words of a query, all of which must be in it; none for every query
        record Times(int atLeast, int atMost, List<String> about) implements Seen {
            public Times {
                about = List.copyOf(about);
            }
        }

        /// What its last query was like.
        ///
        /// @param words of the last query; `-word` must not be in it
        record Last(List<String> words) implements Seen {
            public Last {
                words = List.copyOf(words);
            }
        }
    }
}
