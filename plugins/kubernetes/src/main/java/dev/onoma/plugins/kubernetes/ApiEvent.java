package dev.onoma.plugins.kubernetes;

/// One event of a watch.
sealed interface ApiEvent {
    /// An object is there, or is another one now.
    record Put(ApiItem item) implements ApiEvent {}

    /// An object is gone.
    record Delete(ApiItem item) implements ApiEvent {}

    /// Nothing happened up to a version.
    ///
    /// @param endOfList whether all objects of a streaming list have been sent
    record Bookmark(String version, boolean endOfList) implements ApiEvent {}

    /// The watch is over.
    record Ended(ApiStatus status) implements ApiEvent {}
}
