package dev.onoma.plugins.kubernetes;

import java.util.List;

/// A pod that runs, kept only for `pods verified`.
///
/// @param addresses `status.podIPs`, the primary one first
record PodObject(String namespace, String name, List<Address> addresses)
        implements KubernetesObject {
    @Override
    public Kind kind() {
        return Kind.POD;
    }

    @Override
    public Key key() {
        return new Key(namespace, name);
    }
}
