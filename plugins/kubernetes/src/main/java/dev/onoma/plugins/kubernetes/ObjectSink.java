package dev.onoma.plugins.kubernetes;

/// What an [ObjectSource] delivers to; one thread at a time.
///
/// Nothing is seen by queries before [#publish]: a source calls it after each event of a watch, and
/// after a page or the whole of a list. All changes to one service become visible together.
interface ObjectSink {
    /// Adds an object, or replaces the one of the same kind and key.
    void put(KubernetesObject object);

    void delete(KubernetesObject.Kind kind, KubernetesObject.Key key);

    /// Begins a complete list of one kind. What is put until [#endReplace] stays, and everything
    /// else of that kind goes then; there is no second copy meanwhile.
    void beginReplace(KubernetesObject.Kind kind);

    void endReplace(KubernetesObject.Kind kind);

    /// Makes everything delivered so far visible.
    void publish();

    /// Every kind has been listed once: from now on, what is not here does not exist.
    void synced();
}
