package dev.onoma.api;

/// A plugin that knows from its own source what should be answered, so that `onoma doctor` can tell
/// why something else is. Nothing of it is used while serving.
public interface Examinable {
    /// Reads a directive for an examination. Opens nothing.
    ///
    /// @throws CorefileException that points at the wrong word
    Examination examination(Directive directive, ServerBlock block);
}
