package dev.onoma.plugins.rewrite;

import dev.onoma.api.CorefileException;
import dev.onoma.api.Directive;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The words of one rule, which may stand on one line or be spread over the lines of a block.
final class RuleWords {
    private final Directive rewrite;
    private final List<At> words = new ArrayList<>();
    private int next;

    private record At(Directive line, int index, String text) {}

    private RuleWords(Directive rewrite) {
        this.rewrite = rewrite;
    }

    static RuleWords of(Directive rewrite) {
        var words = new RuleWords(rewrite);
        words.add(rewrite, 1);
        if (words.words.size() > 1) {
            rewrite.expectNoBlock();
        }
        rewrite.properties().forEach(line -> words.add(line, 0));
        return words;
    }

    private void add(Directive line, int from) {
        var texts = line.words();
        for (int i = from; i < texts.size(); i++) {
            words.add(new At(line, i, texts.get(i)));
        }
    }

    int remaining() {
        return words.size() - next;
    }

    boolean hasNext() {
        return remaining() > 0;
    }

    /// A word that is not read yet.
    ///
    /// @param ahead 0 for the next
    String peek(int ahead) {
        return next + ahead < words.size() ? words.get(next + ahead).text() : "";
    }

    String next(String what) {
        if (!hasNext()) {
            var before = next == 0 ? "rewrite" : words.get(next - 1).text();
            throw wrong("%s is missing after \"%s\"".formatted(what, before));
        }
        return words.get(next++).text();
    }

    String lower(String what) {
        return next(what).toLowerCase(Locale.ROOT);
    }

    /// Takes the last word away if it is this one.
    boolean takeLast(String word) {
        if (hasNext() && words.getLast().text().equals(word)) {
            words.removeLast();
            return true;
        }
        return false;
    }

    void expectEnd() {
        if (hasNext()) {
            throw wrong("\"%s\" is one word too many".formatted(next("")));
        }
    }

    /// A mistake in the word read last.
    CorefileException wrong(String message) {
        if (words.isEmpty()) {
            return rewrite.wrong(message);
        }
        var at = words.get(Math.max(0, next - 1));
        return at.line().wrongAt(at.index(), message);
    }

    /// A whole number, in decimal or with a prefix such as `0x`.
    int number(String what, int max) {
        var text = next(what);
        try {
            int number = text.matches("0[0-7]+") ? Integer.parseInt(text, 8) : Integer.decode(text);
            if (number >= 0 && number <= max && !text.startsWith("+")) {
                return number;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw wrong("%s is a whole number from 0 to %d, not \"%s\"".formatted(what, max, text));
    }
}
