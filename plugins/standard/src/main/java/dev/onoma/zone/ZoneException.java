package dev.onoma.zone;

import java.util.List;
import java.util.stream.Collectors;

/// A zone that cannot be served, with all that is wrong with it.
public final class ZoneException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<ZoneProblem> problems;

    /// @param problems at least one
    public ZoneException(List<ZoneProblem> problems) {
        super(problems.stream().map(ZoneProblem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    public ZoneException(String place, String message) {
        this(List.of(new ZoneProblem(place, message)));
    }

    /// What is wrong, in the order of the file.
    public List<ZoneProblem> problems() {
        return problems;
    }
}
