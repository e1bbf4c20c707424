package dev.onoma.plugins.kubernetes;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A service of any type.
///
/// @param clusterIps empty for headless services and for type ExternalName
/// @param externalName the target of type ExternalName, else null
/// @param external `spec.externalIPs` and the addresses, else names, of load balancers
record ServiceObject(
        String namespace,
        String name,
        List<Address> clusterIps,
        List<ServicePort> ports,
        @Nullable String externalName,
        List<String> external)
        implements KubernetesObject {
    @Override
    public Kind kind() {
        return Kind.SERVICE;
    }

    @Override
    public Key key() {
        return new Key(namespace, name);
    }

    /// The same without `external`.
    ServiceObject withoutExternal() {
        return external.isEmpty()
                ? this
                : new ServiceObject(namespace, name, clusterIps, ports, externalName, List.of());
    }

    /// Those of `external` that are addresses.
    List<Address> externalIps() {
        return external.stream().flatMap(text -> Address.parse(text).stream()).toList();
    }

    boolean isHeadless() {
        return clusterIps.isEmpty() && externalName == null;
    }
}
