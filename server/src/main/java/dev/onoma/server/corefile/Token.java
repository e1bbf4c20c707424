package dev.onoma.server.corefile;

import dev.onoma.api.Location;
import dev.onoma.api.Word;

/// A word as the tokenizer finds it.
///
/// @param startsLine whether it is the first word of its line
record Token(Word word, boolean startsLine) {
    String text() {
        return word.text();
    }

    Location location() {
        return word.location();
    }

    boolean is(String text) {
        return word.text().equals(text);
    }

    /// Whether the whole word is a brace; quotes make no difference.
    boolean isBrace() {
        return is("{") || is("}");
    }
}
