package dev.onoma.plugins.kubernetes;

import java.util.List;
import java.util.Map;

/// A pod that runs, kept only for `pods verified`.
///
/// @param addresses `status.podIPs`, the primary one first
/// @param labels for metadata
record PodObject(String namespace, String name, List<Address> addresses, Map<String, String> labels)
        implements KubernetesObject {
    /// A pod of which nobody wants the labels.
    PodObject(String namespace, String name, List<Address> addresses) {
        this(namespace, name, addresses, Map.of());
    }

    @Override
    public Kind kind() {
        return Kind.POD;
    }

    @Override
    public Key key() {
        return new Key(namespace, name);
    }
}
