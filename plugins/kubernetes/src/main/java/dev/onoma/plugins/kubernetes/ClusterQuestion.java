package dev.onoma.plugins.kubernetes;

import dev.onoma.api.NameKey;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// A name in a cluster zone, taken apart from the right (Kubernetes DNS specification 1.1.0); all
/// texts in lower case.
sealed interface ClusterQuestion {
    /// `ZONE`, `svc.ZONE` or `pod.ZONE`.
    record Top(boolean apex) implements ClusterQuestion {}

    /// `dns-version.ZONE`.
    record Version() implements ClusterQuestion {}

    /// `ns.dns.ZONE`.
    record NameServer() implements ClusterQuestion {}

    /// `NAMESPACE.svc.ZONE` or `NAMESPACE.pod.ZONE`.
    ///
    /// @param pod whether it is the second
    record Namespace(String namespace, boolean pod) implements ClusterQuestion {}

    /// `ADDRESS.NAMESPACE.pod.ZONE`, whatever stands in front.
    record Pod(String namespace, String dashedAddress) implements ClusterQuestion {}

    /// `[ENDPOINT.|_PORT._PROTOCOL.|ZONE.(pin|prefer)._zone.]SERVICE.NAMESPACE.svc.ZONE`; in zones
    /// for services of other clusters `[ENDPOINT.CLUSTER.|_PORT._PROTOCOL.]`.
    ///
    /// @param endpoint null if all are meant
    /// @param cluster that the endpoint is in, in such a zone; else null
    /// @param port null if all are meant, then `protocol` is null too
    /// @param topology null unless it is a zonal name
    record Service(
            String namespace,
            String name,
            @Nullable String endpoint,
            @Nullable String cluster,
            @Nullable String port,
            @Nullable String protocol,
            @Nullable Topology topology)
            implements ClusterQuestion {}

    /// The part of a zonal name.
    ///
    /// @param pinned whether endpoints of other zones are never given
    record Topology(String zone, boolean pinned) {}

    /// What may stand in front of a service, besides ports.
    enum Forms {
        /// An endpoint.
        USUAL,
        /// An endpoint, or a topology zone.
        ZONAL,
        /// An endpoint and its cluster.
        MULTICLUSTER;

        /// Those of a zone.
        static Forms of(KubernetesOptions options, Name zone) {
            if (options.multicluster().contains(zone)) {
                return MULTICLUSTER;
            }
            return options.zonal() ? ZONAL : USUAL;
        }
    }

    /// Anything else.
    record Unknown() implements ClusterQuestion {}

    /// Takes a name apart.
    ///
    /// @param zoneLabels the number of labels of the zone
    /// @param forms what else may stand in front of a service
    static ClusterQuestion of(NameKey name, int zoneLabels, Forms forms) {
        int count = name.labels() - zoneLabels;
        if (count == 0) {
            return new Top(true);
        }
        var kind = name.labelText(count - 1);
        if (count == 1 && kind.equals("dns-version")) {
            return new Version();
        }
        if (count == 2 && kind.equals("dns") && name.labelText(0).equals("ns")) {
            return new NameServer();
        }
        boolean pod = kind.equals("pod");
        if (!pod && !kind.equals("svc")) {
            return new Unknown();
        }
        return switch (count) {
            case 1 -> new Top(false);
            case 2 -> new Namespace(name.labelText(0), pod);
            default ->
                    pod
                            ? new Pod(name.labelText(count - 2), name.labelText(count - 3))
                            : service(name, count, forms);
        };
    }

    private static ClusterQuestion service(NameKey name, int count, Forms forms) {
        var namespace = name.labelText(count - 2);
        var service = name.labelText(count - 3);
        boolean multicluster = forms == Forms.MULTICLUSTER;
        return switch (count) {
            case 3 -> new Service(namespace, service, null, null, null, null, null);
            case 4 ->
                    multicluster
                            ? new Unknown()
                            : new Service(
                                    namespace, service, name.labelText(0), null, null, null, null);
            case 5 -> pair(namespace, service, name.labelText(0), name.labelText(1), multicluster);
            default -> {
                var topology = forms == Forms.ZONAL ? topology(name, count) : null;
                yield topology == null
                        ? new Unknown()
                        : new Service(namespace, service, null, null, null, null, topology);
            }
        };
    }

    private static Service pair(
            String namespace, String service, String first, String second, boolean multicluster) {
        return multicluster && !first.startsWith("_") && !second.startsWith("_")
                ? new Service(namespace, service, first, second, null, null, null)
                : new Service(namespace, service, null, null, bare(first), bare(second), null);
    }

    private static @Nullable Topology topology(NameKey name, int count) {
        var direction = name.labelText(count - 5);
        boolean pinned = direction.equals("pin");
        boolean known = pinned || direction.equals("prefer");
        if (!known || !name.labelText(count - 4).equals("_zone")) {
            return null;
        }
        var zone = new StringBuilder(name.labelText(0));
        for (int label = 1; label < count - 5; label++) {
            zone.append('.').append(name.labelText(label));
        }
        return new Topology(zone.toString(), pinned);
    }

    private static String bare(String label) {
        return label.startsWith("_") ? label.substring(1) : label;
    }
}
