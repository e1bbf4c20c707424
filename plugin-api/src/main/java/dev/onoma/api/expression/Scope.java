package dev.onoma.api.expression;

import dev.onoma.api.Query;
import dev.onoma.api.Time;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The names that an expression may use: the functions of a query, those of the language, and what
/// a plugin adds.
public final class Scope {
    private final Time time;
    private final List<String> variables = new ArrayList<>();
    private final List<Kind> kinds = new ArrayList<>();
    private final Map<String, Extra> extras = new HashMap<>();

    /// A function that a plugin adds.
    @FunctionalInterface
    public interface Call {
        /// @param variables of the scope
        /// @param argument the only one: a `Long`, a `String`, ...
        Object value(Query query, Object[] variables, Object argument);
    }

    record Extra(String name, Call call) {}

    /// @param time for `now()`
    public Scope(Time time) {
        this.time = time;
    }

    /// Adds a variable behind those that are there.
    ///
    /// @return its place in the array of variables
    public int declare(String name) {
        return declare(name, Kind.ANY);
    }

    /// Adds a variable whose values are those of an expression.
    ///
    /// @return its place in the array of variables
    public int declare(String name, Expression values) {
        return declare(name, values.kind());
    }

    private int declare(String name, Kind kind) {
        variables.add(name);
        kinds.add(kind);
        return variables.size() - 1;
    }

    /// Adds a function of one argument that returns a text.
    public void function(String name, Call call) {
        extras.put(name, new Extra(name, call));
    }

    /// How many variables there are.
    public int variables() {
        return variables.size();
    }

    /// Whether a name is a function or a word of the language, so that no variable can have it.
    public boolean isReserved(String name) {
        return extras.containsKey(name)
                || QueryFunctions.find(name) != null
                || Builtins.find(name) != null
                || Closures.NAMES.contains(name)
                || Lexer.WORDS.contains(name)
                || List.of("true", "false", "nil", "if", "else", "let").contains(name);
    }

    Time time() {
        return time;
    }

    /// The place of the variable that was declared last with this name, or -1.
    int variable(String name) {
        return variables.lastIndexOf(name);
    }

    Kind kindOf(int variable) {
        return kinds.get(variable);
    }

    @Nullable Extra extra(String name) {
        return extras.get(name);
    }
}
