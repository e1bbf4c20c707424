package dev.onoma.plugins.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads manifests of kind Service.
final class ServiceManifests {
    private static final String SERVICE_TYPES = "ClusterIP, NodePort, LoadBalancer or ExternalName";

    private final Interner interner;

    ServiceManifests(Interner interner) {
        this.interner = interner;
    }

    Manifest.Service service(
            YamlNode node, ManifestReader.Identity identity, Map<String, String> labels) {
        var spec = node.require("spec", "it describes the service");
        var externalName = externalName(spec);
        var clusterIps = new ArrayList<Address>();
        boolean headless = clusterIps(spec, clusterIps);
        if (externalName != null) {
            clusterIps.clear();
            headless = false;
        }
        var selector = spec.textsOf("selector");
        boolean bothByDefault = headless && selector.isEmpty();
        var families = families(spec, clusterIps, bothByDefault);
        return new Manifest.Service(
                interner.intern(identity.namespace()),
                identity.name(),
                labels,
                headless,
                List.copyOf(clusterIps),
                families.contains("IPv4"),
                families.contains("IPv6"),
                spec.itemsOf("ports").stream().map(ServiceManifests::port).toList(),
                externalName == null ? selector : Map.of(),
                spec.truthOr("publishNotReadyAddresses", false),
                externalName,
                external(node, spec));
    }

    private static @Nullable String externalName(YamlNode spec) {
        var type = spec.get("type");
        return switch (type.map(YamlNode::text).orElse("ClusterIP")) {
            case "ClusterIP", "NodePort", "LoadBalancer" -> null;
            case "ExternalName" ->
                    spec.require("externalName", "type ExternalName needs a name to point to")
                            .text();
            default -> throw type.orElse(spec).expected(SERVICE_TYPES);
        };
    }

    /// Whether the service is headless; its addresses go into the list.
    private static boolean clusterIps(YamlNode spec, List<Address> into) {
        var nodes = new ArrayList<YamlNode>();
        spec.get("clusterIP").ifPresent(nodes::add);
        nodes.addAll(spec.itemsOf("clusterIPs"));
        boolean headless = false;
        for (var node : nodes) {
            if (node.text().equals("None")) {
                headless = true;
            } else if (!node.text().isEmpty()) {
                var address =
                        Address.parse(node.text())
                                .orElseThrow(() -> node.expected("an address, or None"));
                if (!into.contains(address)) {
                    into.add(address);
                }
            }
        }
        return headless;
    }

    /// The address families: as listed, else those of its addresses, else IPv4, and both for a dual
    /// stack policy.
    private static List<String> families(
            YamlNode spec, List<Address> clusterIps, boolean bothByDefault) {
        var families = new ArrayList<String>();
        for (var node : spec.itemsOf("ipFamilies")) {
            switch (node.text()) {
                case "IPv4", "IPv6" -> families.add(node.text());
                default -> throw node.expected("IPv4 or IPv6");
            }
        }
        if (families.isEmpty()) {
            for (var address : clusterIps) {
                families.add(address.isV4() ? "IPv4" : "IPv6");
            }
        }
        if (families.isEmpty()) {
            families.add("IPv4");
            if (bothByDefault) {
                families.add("IPv6");
            }
        }
        var policy = spec.get("ipFamilyPolicy");
        switch (policy.map(YamlNode::text).orElse("SingleStack")) {
            case "SingleStack" -> {}
            case "PreferDualStack", "RequireDualStack" -> families.addAll(List.of("IPv4", "IPv6"));
            default ->
                    throw policy.orElse(spec)
                            .expected("SingleStack, PreferDualStack or RequireDualStack");
        }
        return families;
    }

    private static Manifest.Port port(YamlNode node) {
        int number = node.require("port", "the port clients connect to").number(1, 65_535);
        var port = new ServicePort(node.textOr("name", ""), ManifestReader.protocol(node), number);
        var target = node.get("targetPort");
        if (target.isEmpty() || target.get().text().equals("0")) {
            return new Manifest.Port(port, null, number);
        }
        var targetNode = target.get();
        return targetNode.isNumber()
                ? new Manifest.Port(port, null, targetNode.number(1, 65_535))
                : new Manifest.Port(port, targetNode.text(), 0);
    }

    private static List<String> external(YamlNode node, YamlNode spec) {
        var external = new ArrayList<String>();
        spec.itemsOf("externalIPs").forEach(ip -> external.add(ip.text()));
        node.get("status")
                .flatMap(status -> status.get("loadBalancer"))
                .map(balancer -> balancer.itemsOf("ingress"))
                .orElse(List.of())
                .forEach(ingress -> {
                    var address = ingress.textOr("ip", ingress.textOr("hostname", ""));
                    if (!address.isEmpty()) {
                        external.add(address);
                    }
                });
        return List.copyOf(external);
    }
}
