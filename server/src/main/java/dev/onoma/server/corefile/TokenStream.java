package dev.onoma.server.corefile;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The words that are still to be parsed; imports put theirs in front.
final class TokenStream {
    private final Deque<Iterator<Token>> sources = new ArrayDeque<>();
    private @Nullable Token head;
    private @Nullable Token last;

    TokenStream(List<Token> tokens) {
        sources.push(tokens.iterator());
    }

    /// The next word, which stays the next one; null at the end.
    @Nullable Token peek() {
        if (head == null) {
            dropEmptySources();
            var source = sources.peek();
            head = source == null ? null : source.next();
        }
        return head;
    }

    /// Takes the next word; null at the end.
    @Nullable Token next() {
        var token = peek();
        head = null;
        last = token == null ? last : token;
        return token;
    }

    /// The word that was taken last; null at the begin.
    @Nullable Token last() {
        return last;
    }

    /// Puts words in front of the next one.
    void insert(List<Token> tokens) {
        var next = head;
        dropEmptySources();
        if (next != null) {
            sources.push(List.of(next).iterator());
            head = null;
        }
        sources.push(tokens.iterator());
    }

    /// Forgets all that is left.
    void clear() {
        sources.clear();
        head = null;
    }

    // Also keeps the stack flat when a file imports itself at its end.
    private void dropEmptySources() {
        while (!sources.isEmpty() && !sources.element().hasNext()) {
            sources.pop();
        }
    }
}
