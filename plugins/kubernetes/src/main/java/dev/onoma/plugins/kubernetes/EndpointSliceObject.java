package dev.onoma.plugins.kubernetes;

import java.util.List;

/// The ready endpoints of one slice; endpoints that are not ready do not get here.
///
/// @param name of the slice
/// @param service that it belongs to, in the same namespace: label `kubernetes.io/service-name`
/// @param targets names to follow, for a slice of address type FQDN; such a slice has no endpoints
/// @param triggeredMillis when the change behind this slice happened (annotation
///   `endpoints.kubernetes.io/last-change-trigger-time`), or [#NOT_TRIGGERED]
record EndpointSliceObject(
        String namespace,
        String name,
        String service,
        List<Endpoint> endpoints,
        List<ServicePort> ports,
        List<String> targets,
        long triggeredMillis)
        implements KubernetesObject {
    static final long NOT_TRIGGERED = Long.MIN_VALUE;

    @Override
    public Kind kind() {
        return Kind.ENDPOINT_SLICE;
    }

    @Override
    public Key key() {
        return new Key(namespace, name);
    }

    /// Whether a zone with both slices says the same, so that its serial may stay.
    boolean sameAnswer(EndpointSliceObject other) {
        if (endpoints.size() != other.endpoints.size()
                || !ports.equals(other.ports)
                || !targets.equals(other.targets)) {
            return false;
        }
        for (int i = 0; i < endpoints.size(); i++) {
            if (!endpoints.get(i).sameAnswer(other.endpoints.get(i))) {
                return false;
            }
        }
        return true;
    }
}
