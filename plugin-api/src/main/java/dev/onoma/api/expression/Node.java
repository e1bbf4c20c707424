package dev.onoma.api.expression;

/// A part of an expression, compiled.
abstract class Node {
    private final Kind kind;

    Node(Kind kind) {
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /// @throws ValueException if it has none
    abstract Object value(Frame frame);

    /// Whether the value is true; without boxes where a node can.
    boolean holds(Frame frame) {
        return Boolean.TRUE.equals(value(frame));
    }

    /// A part that does not depend on anything.
    static final class Constant extends Node {
        private final Object value;

        Constant(Kind kind, Object value) {
            super(kind);
            this.value = value;
        }

        Object value() {
            return value;
        }

        @Override
        Object value(Frame frame) {
            return value;
        }
    }

    /// A part that is true or false.
    abstract static class Test extends Node {
        Test() {
            super(Kind.BOOL);
        }

        @Override
        abstract boolean holds(Frame frame);

        @Override
        Object value(Frame frame) {
            return holds(frame);
        }
    }

    /// How a part is computed.
    @FunctionalInterface
    interface Work {
        Object value(Frame frame);
    }

    /// How a part that is true or false is computed.
    @FunctionalInterface
    interface Decision {
        boolean holds(Frame frame);
    }

    static Node of(Kind kind, Work work) {
        return new Node(kind) {
            @Override
            Object value(Frame frame) {
                return work.value(frame);
            }
        };
    }

    static Node test(Decision decision) {
        return new Test() {
            @Override
            boolean holds(Frame frame) {
                return decision.holds(frame);
            }
        };
    }

    static Constant constant(Kind kind, Object value) {
        return new Constant(kind, value);
    }
}
