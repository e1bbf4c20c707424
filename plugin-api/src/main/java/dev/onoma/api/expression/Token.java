package dev.onoma.api.expression;

/// A word of an expression.
///
/// @param text of an operator, a name, or a literal with its escapes resolved
/// @param value of a number
/// @param at where it begins, in characters
record Token(Type type, String text, Object value, int at) {
    enum Type {
        NAME,
        NUMBER,
        STRING,
        BYTES,
        OPERATOR,
        END
    }

    boolean is(String operator) {
        return type == Type.OPERATOR && text.equals(operator);
    }

    boolean isName(String name) {
        return type == Type.NAME && text.equals(name);
    }

    @Override
    public String toString() {
        return switch (type) {
            case NAME -> "Identifier(\"" + text + "\")";
            case NUMBER -> "Number(\"" + text + "\")";
            case STRING -> "String(\"" + text + "\")";
            case BYTES -> "Bytes(\"" + text + "\")";
            case OPERATOR -> "Operator(\"" + text + "\")";
            case END -> "EOF";
        };
    }
}
