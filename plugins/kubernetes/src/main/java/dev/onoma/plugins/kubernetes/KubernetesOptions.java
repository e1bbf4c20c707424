package dev.onoma.plugins.kubernetes;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// What a `kubernetes` directive says.
///
/// @param zones answered for, in order
/// @param primary the zone that names in PTR records are in: the first one that is not reverse
/// @param manifests a directory or a file; null if there is an API server
/// @param objects how manifests become a cluster
/// @param api the API server; null if there are manifests
/// @param namespaces exposed, lower case; empty for all
/// @param endpoints false for `noendpoints`
/// @param podNames `endpoint_pod_names`
/// @param fallthrough zones in which another plugin may know what is not here; null for none
/// @param ignoreEmptyServices `ignore empty_service`
/// @param multicluster those of the zones that are for services of other clusters
/// @param startupTimeout how long the start waits for the first complete list
record KubernetesOptions(
        List<Name> zones,
        Name primary,
        @Nullable Path manifests,
        ManifestOptions objects,
        @Nullable ApiOptions api,
        Set<String> namespaces,
        Pods pods,
        boolean endpoints,
        boolean podNames,
        boolean zonal,
        int ttlSeconds,
        @Nullable List<Name> fallthrough,
        boolean ignoreEmptyServices,
        List<Name> multicluster,
        Duration startupTimeout) {
    static final int TTL_DEFAULT = 5;
    static final int TTL_MAX = 3600;
    static final Duration STARTUP_TIMEOUT_DEFAULT = Duration.ofSeconds(5);

    /// Where the objects come from, and which, in words: a reload that leaves them leaves the
    /// store.
    String sourceText() {
        return api == null ? manifests + " " + objects : api.identity();
    }

    /// Whether names of this namespace, in lower case, are answered.
    boolean isExposed(String namespace, ServiceStore store) {
        return (namespaces.isEmpty() || namespaces.contains(namespace))
                && store.hasNamespace(namespace);
    }

    /// Whether a service with cluster IPs is left out because nothing is ready behind it.
    boolean hides(ServiceState state) {
        return ignoreEmptyServices && (!endpoints || !state.hasEndpoint());
    }

    /// How names of pods are answered.
    enum Pods {
        /// Not at all.
        DISABLED,
        /// With the address in the name, whether there is such a pod or not.
        INSECURE,
        /// With the address in the name if a pod of that namespace has it.
        VERIFIED
    }
}
