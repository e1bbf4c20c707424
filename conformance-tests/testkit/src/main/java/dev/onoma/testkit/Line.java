package dev.onoma.testkit;

/// A line of a scenario and where it stands.
///
/// @param source a file name, or a word for text inside a test
/// @param number counted from 1
public record Line(String source, int number, String text) {

    /// `file:line`, which a terminal makes a link.
    public String where() {
        return source + ":" + number;
    }

    boolean isBlank() {
        return text.isBlank();
    }

    boolean isIndented() {
        return !text.isEmpty() && Character.isWhitespace(text.charAt(0));
    }

    boolean startsWith(String word) {
        return text.startsWith(word);
    }

    /// The part behind a word at the start.
    String after(String word) {
        return text.substring(word.length()).strip();
    }

    ScenarioException wrong(String message) {
        return new ScenarioException(where() + ": " + message + "\n    " + text.strip());
    }
}
