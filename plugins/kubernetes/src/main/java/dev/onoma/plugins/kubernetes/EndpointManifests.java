package dev.onoma.plugins.kubernetes;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads manifests of kind EndpointSlice, and Endpoints as the mirroring controller does.
final class EndpointManifests {
    static final String SERVICE_LABEL = "kubernetes.io/service-name";
    static final String TRIGGER_ANNOTATION = "endpoints.kubernetes.io/last-change-trigger-time";

    private final Interner interner;

    EndpointManifests(Interner interner) {
        this.interner = interner;
    }

    /// A slice without the label of a service belongs to none: its service is the empty text.
    Manifest.EndpointSlice slice(YamlNode node, ManifestReader.Identity identity) {
        var labels = ManifestReader.labels(node);
        var type = node.get("addressType");
        boolean names =
                switch (type.map(YamlNode::text).orElse("IPv4")) {
                    case "IPv4", "IPv6" -> false;
                    case "FQDN" -> true;
                    default -> throw type.orElse(node).expected("IPv4, IPv6 or FQDN");
                };
        var endpoints = new ArrayList<Endpoint>();
        var targets = new ArrayList<String>();
        for (var endpoint : node.itemsOf("endpoints")) {
            var conditions = endpoint.get("conditions");
            if (!conditions.map(known -> known.truthOr("ready", true)).orElse(true)) {
                continue;
            }
            for (var address : endpoint.itemsOf("addresses")) {
                if (names) {
                    targets.add(address.text());
                } else {
                    endpoints.add(endpoint(endpoint, address));
                }
            }
        }
        var object =
                new EndpointSliceObject(
                        interner.intern(identity.namespace()),
                        identity.name(),
                        labels.getOrDefault(SERVICE_LABEL, ""),
                        List.copyOf(endpoints),
                        ports(node),
                        List.copyOf(targets),
                        triggeredMillis(node));
        return new Manifest.EndpointSlice(object, labels);
    }

    private Endpoint endpoint(YamlNode endpoint, YamlNode address) {
        var zone = text(endpoint.get("zone"));
        return new Endpoint(
                ManifestReader.address(address),
                hostname(endpoint),
                text(endpoint.get("targetRef").flatMap(target -> target.get("name"))),
                /* cluster= */ null,
                zone == null ? null : interner.intern(zone.toLowerCase(Locale.ROOT)));
    }

    private static @Nullable String hostname(YamlNode endpoint) {
        var hostname = endpoint.get("hostname").filter(node -> !node.text().isEmpty());
        return hostname.map(ManifestReader::subdomain).orElse(null);
    }

    private static @Nullable String text(Optional<YamlNode> node) {
        return node.map(YamlNode::text).filter(text -> !text.isEmpty()).orElse(null);
    }

    private List<ServicePort> ports(YamlNode node) {
        return interner.intern(
                node.itemsOf("ports").stream()
                        .map(port ->
                                new ServicePort(
                                        port.textOr("name", ""),
                                        ManifestReader.protocol(port),
                                        port.get("port")
                                                .map(number -> number.number(0, 65_535))
                                                .orElse(0)))
                        .toList());
    }

    private static long triggeredMillis(YamlNode node) {
        var annotation =
                node.get("metadata")
                        .flatMap(metadata -> metadata.get("annotations"))
                        .flatMap(annotations -> annotations.get(TRIGGER_ANNOTATION));
        if (annotation.isEmpty()) {
            return EndpointSliceObject.NOT_TRIGGERED;
        }
        try {
            return OffsetDateTime.parse(annotation.get().text()).toInstant().toEpochMilli();
        } catch (DateTimeException _) {
            return EndpointSliceObject.NOT_TRIGGERED; // it says nothing, and only a metric reads it
        }
    }

    /// Addresses of a subset's `notReadyAddresses` are left out.
    Manifest.Endpoints endpoints(YamlNode node, ManifestReader.Identity identity) {
        var slices = new ArrayList<EndpointSliceObject>();
        for (var subset : node.itemsOf("subsets")) {
            var endpoints = new ArrayList<Endpoint>();
            for (var address : subset.itemsOf("addresses")) {
                endpoints.add(endpoint(address, address.require("ip", "the endpoint's address")));
            }
            slices.add(
                    new EndpointSliceObject(
                            interner.intern(identity.namespace()),
                            "%s-mirrored-%d".formatted(identity.name(), slices.size()),
                            identity.name(),
                            List.copyOf(endpoints),
                            ports(subset),
                            List.of(),
                            triggeredMillis(node)));
        }
        return new Manifest.Endpoints(
                interner.intern(identity.namespace()), identity.name(), List.copyOf(slices));
    }
}
