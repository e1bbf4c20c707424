package dev.onoma.plugins.kubernetes;

import java.io.IOException;

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

    /// How objects are written: JSON, or protobuf.
    ///
    /// @param <T> an object that is not read yet
    interface Form<T> {
        ApiItem item(T object) throws IOException;

        Bookmark bookmark(T object) throws IOException;

        ApiStatus status(T object) throws IOException;
    }

    /// The event of this type about this object.
    ///
    /// @throws IOException if there is no such type, or the object is none
    static <T> ApiEvent of(String type, T object, Form<T> form) throws IOException {
        return switch (type) {
            case "ADDED", "MODIFIED" -> new Put(form.item(object));
            case "DELETED" -> new Delete(form.item(object));
            case "BOOKMARK" -> form.bookmark(object);
            case "ERROR" -> new Ended(form.status(object));
            default -> throw new IOException("an event of type \"" + type + "\"");
        };
    }
}
