package dev.onoma.plugins.kubernetes;

/// A namespace that exists and is selected by `namespace_labels`.
record NamespaceObject(String name) implements KubernetesObject {
    @Override
    public Kind kind() {
        return Kind.NAMESPACE;
    }

    @Override
    public Key key() {
        return new Key("", name);
    }
}
