package dev.onoma.plugins.kubernetes;

/// What a service is called, lower case.
record ServiceName(String namespace, String name) {
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
