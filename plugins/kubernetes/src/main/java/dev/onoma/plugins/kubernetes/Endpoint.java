package dev.onoma.plugins.kubernetes;

import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One ready address behind a service: 32 bytes and the address.
///
/// @param hostname the endpoint's own label, if it has one
/// @param podName `targetRef.name`, for `endpoint_pod_names`
/// @param cluster where it is, behind a service import
/// @param zone for zonal names, lower case
record Endpoint(
        Address address,
        @Nullable String hostname,
        @Nullable String podName,
        @Nullable String cluster,
        @Nullable String zone) {
    private static final int LABEL_OCTETS_MAX = 63;

    static Endpoint of(Address address) {
        return new Endpoint(address, null, null, null, null);
    }

    /// The label in front of the service's name: the hostname, the pod's name when asked for and
    /// short enough, else the address with dashes.
    String label(boolean podNames) {
        var name = name(podNames);
        return name == null ? dashed(address) : name;
    }

    /// Whether it is called otherwise than by its address.
    boolean hasName(boolean podNames) {
        return name(podNames) != null;
    }

    private @Nullable String name(boolean podNames) {
        if (hostname != null && !hostname.isEmpty()) {
            return hostname;
        }
        return podNames
                        && podName != null
                        && !podName.isEmpty()
                        && podName.length() <= LABEL_OCTETS_MAX
                ? podName
                : null;
    }

    /// All that stands in front of the service's name, in lower case: for an endpoint of another
    /// cluster, that too.
    String labels(boolean podNames) {
        var label = label(podNames).toLowerCase(Locale.ROOT);
        return cluster == null ? label : label + "." + cluster;
    }

    /// `10.0.0.1` as `10-0-0-1`, `fd00::1` as `fd00--1`, and `fd00:1::` as `fd00-1--0`, since a
    /// label must not end in a dash.
    static String dashed(Address address) {
        String dashed = address.toString().replace(address.isV4() ? '.' : ':', '-');
        return dashed.endsWith("-") ? dashed + "0" : dashed;
    }

    /// Whether DNS sees no difference: the pod behind it may be another one.
    boolean sameAnswer(Endpoint other) {
        return address.equals(other.address)
                && Objects.equals(hostname, other.hostname)
                && Objects.equals(cluster, other.cluster)
                && Objects.equals(zone, other.zone);
    }
}
