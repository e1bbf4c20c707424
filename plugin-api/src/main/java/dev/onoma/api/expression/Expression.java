package dev.onoma.api.expression;

import dev.onoma.api.Directive;
import dev.onoma.api.Query;

/// An expression such as `type() in ['A', 'AAAA'] && incidr(client_ip(), '10.0.0.0/8')`.
///
/// Compiled once, evaluated by any thread. Values are `Boolean`, `Long`, `Double`, `String`,
/// `List`, `Map`, `Duration`, `ZonedDateTime` and [Nil].
public final class Expression {
    private static final Object[] NO_VARIABLES = {};

    /// No value.
    public enum Nil {
        NIL;

        @Override
        public String toString() {
            return "<nil>";
        }
    }

    private final String text;
    private final Node root;
    private final int slots;

    private Expression(String text, Node root, int slots) {
        this.text = text;
        this.root = root;
        this.slots = slots;
    }

    /// Compiles a text.
    ///
    /// @throws ExpressionException with what is wrong and where
    public static Expression compile(String text, Scope scope) {
        var parser = new Parser(text, scope);
        try {
            var root = parser.parse();
            return new Expression(text, root, parser.slots());
        } catch (StackOverflowError _) {
            throw new ExpressionException("the expression nests too deeply", 0);
        }
    }

    /// Compiles the words of a property.
    ///
    /// @param from the first of them; 0 is the name of the property
    /// @throws dev.onoma.api.CorefileException that points at the word that is wrong
    public static Expression compile(Directive property, int from, Scope scope) {
        var words = property.words().subList(from, property.words().size());
        try {
            return compile(String.join(" ", words), scope);
        } catch (ExpressionException e) {
            int word = 0;
            int begin = 0;
            while (word < words.size() - 1 && begin + words.get(word).length() < e.position()) {
                begin += words.get(word++).length() + 1;
            }
            throw property.wrongAt(
                    from + word,
                    "%s (character %d of the expression)"
                            .formatted(e.getMessage(), e.position() + 1));
        }
    }

    /// The text that was compiled.
    public String text() {
        return text;
    }

    /// Whether the value is true; anything else, or no value, is not.
    public boolean isTrue(Query query) {
        return isTrue(query, NO_VARIABLES);
    }

    /// Whether the value is true; no value is not.
    ///
    /// @param variables of the scope, in the order of their declaration
    public boolean isTrue(Query query, Object[] variables) {
        try {
            return root.holds(new Frame(query, variables, slots));
        } catch (ValueException _) {
            return false;
        }
    }

    /// The value.
    ///
    /// @throws ValueException if there is none
    public Object value(Query query, Object[] variables) {
        return root.value(new Frame(query, variables, slots));
    }

    Kind kind() {
        return root.kind();
    }

    @Override
    public String toString() {
        return text;
    }
}
