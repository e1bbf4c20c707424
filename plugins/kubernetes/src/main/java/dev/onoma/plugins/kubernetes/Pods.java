package dev.onoma.plugins.kubernetes;

import org.jspecify.annotations.Nullable;

/// The pods that run, by name and by address: on the network of a node there may be many of one
/// address. One writer, any reader.
sealed interface Pods permits NamedPods, CompactPods {
    /// What is new about a pod.
    enum News {
        NOTHING,
        /// Something that DNS does not show.
        DETAILS,
        ADDRESSES
    }

    News put(PodObject pod);

    /// Whether it was there.
    boolean delete(KubernetesObject.Key key);

    /// Pods that are not put from now on will be gone.
    void beginReplace();

    /// Forgets those that were not put.
    ///
    /// @return whether there were any
    boolean endReplace();

    /// The namespace of the pod that has this address, the longest known of several; null if there
    /// is none.
    @Nullable String namespaceAt(Address address);

    /// Whether a pod of that namespace has this address.
    boolean contains(String namespace, Address address);
}
