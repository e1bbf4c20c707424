package dev.onoma.api;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/// Mistakes in a Corefile, told to the person who wrote it.
///
/// Each [Problem] says where, what was expected, what was found, and what to do. Several are
/// collected, so that they can be repaired in one go.
public final class CorefileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /// One mistake.
    ///
    /// @param at the word that is wrong
    /// @param message one line: what was expected and what was found
    /// @param usage what could stand there, such as `success CAPACITY [TTL]`; may be empty
    /// @param advice what to do, such as `did you mean: success?`; may be empty
    public record Problem(Location at, String message, String usage, String advice) {
        public Problem(Location at, String message) {
            this(at, message, "", "");
        }

        /// The first line: `FILE:LINE:COLUMN: MESSAGE`.
        public String headline() {
            return Location.printable(at + ": " + message);
        }

        /// The whole message: headline, the line with carets, usage, advice.
        public String render() {
            var text = new StringBuilder(headline()).append('\n').append(at.excerpt());
            if (!usage.isEmpty()) {
                text.append("  usage: ").append(Location.printable(usage)).append('\n');
            }
            if (!advice.isEmpty()) {
                text.append("  ").append(Location.printable(advice)).append('\n');
            }
            return text.toString().stripTrailing();
        }
    }

    /// A single mistake.
    public CorefileException(Problem problem) {
        this(List.of(problem));
    }

    /// All mistakes of a file.
    ///
    /// @param problems at least one, in the order in which they are shown
    public CorefileException(List<Problem> problems) {
        super(problems.stream().map(Problem::render).collect(Collectors.joining("\n")));
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("no problem, no exception");
        }
        this.problems = List.copyOf(problems);
    }

    /// One exception for all that several found, in their order.
    public static CorefileException all(Collection<CorefileException> exceptions) {
        return new CorefileException(
                exceptions.stream().flatMap(e -> e.problems().stream()).distinct().toList());
    }

    /// What is wrong, at least one.
    public List<Problem> problems() {
        return problems;
    }
}
