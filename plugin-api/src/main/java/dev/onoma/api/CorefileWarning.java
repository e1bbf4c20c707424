package dev.onoma.api;

/// Something in a Corefile that is ignored or doubtful, but does not keep the server from starting.
///
/// @param at the word it is about
/// @param message one line, such as `plugin/cache: "foo" is ignored`
public record CorefileWarning(Location at, String message) {
    /// `FILE:LINE:COLUMN: MESSAGE`, as it is logged.
    @Override
    public String toString() {
        return Location.printable(at + ": " + message);
    }
}
