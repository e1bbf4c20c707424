package dev.onoma.plugins.kubernetes;

/// A resource of the API that is listed and watched.
enum ApiResource {
    NAMESPACES("*v1.Namespace", "/api/v1/namespaces", KubernetesObject.Kind.NAMESPACE),
    SERVICES("*v1.Service", "/api/v1/services", KubernetesObject.Kind.SERVICE),
    SLICES(
            "*v1.EndpointSlice",
            "/apis/discovery.k8s.io/v1/endpointslices",
            KubernetesObject.Kind.ENDPOINT_SLICE),
    PODS("*v1.Pod", "/api/v1/pods", KubernetesObject.Kind.POD),
    IMPORTS(
            "*v1alpha1.ServiceImport",
            "/apis/multicluster.x-k8s.io/v1alpha1/serviceimports",
            KubernetesObject.Kind.SERVICE),
    IMPORTED_SLICES(
            "*v1.EndpointSlice",
            "/apis/discovery.k8s.io/v1/endpointslices",
            KubernetesObject.Kind.ENDPOINT_SLICE);

    private final String title;
    private final String path;
    private final KubernetesObject.Kind kind;

    ApiResource(String title, String path, KubernetesObject.Kind kind) {
        this.title = title;
        this.path = path;
        this.kind = kind;
    }

    /// As log lines have it.
    String title() {
        return title;
    }

    /// As labels of metrics have it.
    String label() {
        return name().toLowerCase(java.util.Locale.ROOT)
                .replace("imported_slices", "imported")
                .replace("slices", "endpointslices");
    }

    String path() {
        return path;
    }

    /// Where one object is, as a list of one: a server's account may list, and not get.
    String pathOf(KubernetesObject.Key key) {
        int resource = path.lastIndexOf('/');
        var within =
                this == NAMESPACES
                        ? path
                        : "%s/namespaces/%s%s"
                                .formatted(
                                        path.substring(0, resource),
                                        key.namespace(),
                                        path.substring(resource));
        return within + "?fieldSelector=metadata.name%3D" + key.name();
    }

    KubernetesObject.Kind kind() {
        return kind;
    }

    /// Whether it is about services of other clusters.
    boolean isImported() {
        return this == IMPORTS || this == IMPORTED_SLICES;
    }
}
