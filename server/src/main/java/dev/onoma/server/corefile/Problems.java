package dev.onoma.server.corefile;

import dev.onoma.api.CorefileException;
import dev.onoma.api.CorefileException.Problem;
import dev.onoma.api.Location;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Collects what is wrong with a Corefile. A line that is imported twice is wrong once.
final class Problems {
    private static final int PROBLEMS_MAX = 100;

    private final Map<String, Problem> found = new LinkedHashMap<>();
    private boolean complete;

    void add(Location at, String message) {
        add(at, message, "");
    }

    void add(Location at, String message, String advice) {
        var problem = new Problem(at, message, "", advice);
        if (!complete) {
            found.putIfAbsent(problem.headline(), problem);
        }
        complete |= found.size() >= PROBLEMS_MAX;
    }

    /// Takes no more: what follows is the consequence of what has been found.
    void close() {
        complete = true;
    }

    /// @throws CorefileException with all that was found, if anything was
    void throwIfAny() {
        if (!found.isEmpty()) {
            throw new CorefileException(List.copyOf(found.values()));
        }
    }
}
