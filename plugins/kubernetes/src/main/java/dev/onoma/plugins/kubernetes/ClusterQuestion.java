package dev.onoma.plugins.kubernetes;

import dev.onoma.api.NameKey;
import org.jspecify.annotations.Nullable;

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

    /// `[ENDPOINT.|_PORT._PROTOCOL.|ZONE.(pin|prefer)._zone.]SERVICE.NAMESPACE.svc.ZONE`.
    ///
    /// @param endpoint null if all are meant
    /// @param port null if all are meant, then `protocol` is null too
    /// @param topology null unless it is a zonal name
    record Service(
            String namespace,
            String name,
            @Nullable String endpoint,
            @Nullable String port,
            @Nullable String protocol,
            @Nullable Topology topology)
            implements ClusterQuestion {}

    /// The part of a zonal name.
    ///
    /// @param pinned whether endpoints of other zones are never given
    record Topology(String zone, boolean pinned) {}

    /// Anything else.
    record Unknown() implements ClusterQuestion {}

    /// Takes a name apart.
    ///
    /// @param zoneLabels the number of labels of the zone
    /// @param zonal whether zonal names are known
    static ClusterQuestion of(NameKey name, int zoneLabels, boolean zonal) {
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
                            : service(name, count, zonal);
        };
    }

    private static ClusterQuestion service(NameKey name, int count, boolean zonal) {
        var namespace = name.labelText(count - 2);
        var service = name.labelText(count - 3);
        return switch (count) {
            case 3 -> new Service(namespace, service, null, null, null, null);
            case 4 -> new Service(namespace, service, name.labelText(0), null, null, null);
            case 5 ->
                    new Service(
                            namespace,
                            service,
                            null,
                            bare(name.labelText(0)),
                            bare(name.labelText(1)),
                            null);
            default -> {
                var topology = zonal ? topology(name, count) : null;
                yield topology == null
                        ? new Unknown()
                        : new Service(namespace, service, null, null, null, topology);
            }
        };
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
