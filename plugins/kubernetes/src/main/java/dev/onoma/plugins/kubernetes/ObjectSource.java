package dev.onoma.plugins.kubernetes;

/// Where the objects of a cluster come from: manifests, or an API server.
///
/// A source writes from one thread at a time and lets go of what it has handed over.
interface ObjectSource extends AutoCloseable {
    /// For messages: `manifests /etc/onoma/manifests`.
    String name();

    /// Begins to deliver to the sink, on a thread of the source's own, until [#close].
    void start(ObjectSink sink);

    /// Whether it has met with trouble, so that waiting for it may take long.
    default boolean isFailing() {
        return false;
    }

    /// What is not here yet and why, for the operator; empty if there is nothing to say.
    default String waitsFor() {
        return "";
    }

    /// Stops delivering; what was delivered stays.
    @Override
    void close();
}
