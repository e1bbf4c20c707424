package dev.onoma.plugins.kubernetes;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The name of an endpoint in a question, to be looked for among thousands: one that spells an
/// address is compared as an address.
///
/// @param label lower case
/// @param address that the label spells
/// @param cluster null if it may be in any
record EndpointName(String label, Optional<Address> address, @Nullable String cluster) {
    /// Null if all endpoints are asked for.
    static @Nullable EndpointName of(ClusterQuestion.Service question) {
        var label = question.endpoint();
        return label == null ? null : of(label, question.cluster());
    }

    /// @param label lower case
    /// @param cluster null if it may be in any
    static EndpointName of(String label, @Nullable String cluster) {
        var address =
                ReverseNames.dashedAddress(label)
                        .filter(spelled -> Endpoint.dashed(spelled).equals(label));
        return new EndpointName(label, address, cluster);
    }

    boolean matches(Endpoint endpoint, boolean podNames) {
        if (cluster != null && !cluster.equals(endpoint.cluster())) {
            return false;
        }
        return endpoint.hasName(podNames)
                ? endpoint.label(podNames).toLowerCase(Locale.ROOT).equals(label)
                : address.isPresent() && address.get().equals(endpoint.address());
    }
}
