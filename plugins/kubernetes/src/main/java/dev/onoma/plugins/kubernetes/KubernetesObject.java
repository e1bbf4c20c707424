package dev.onoma.plugins.kubernetes;

/// An object of the cluster, reduced to what DNS needs; values, never changed.
sealed interface KubernetesObject
        permits NamespaceObject, ServiceObject, EndpointSliceObject, PodObject {

    /// The kinds a source may deliver, each with a list of its own.
    enum Kind {
        NAMESPACE,
        SERVICE,
        ENDPOINT_SLICE,
        POD
    }

    /// What an object is called, once per kind.
    ///
    /// @param namespace empty for a namespace
    record Key(String namespace, String name) {}

    Kind kind();

    Key key();
}
