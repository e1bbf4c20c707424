package dev.onoma.plugins.kubernetes;

import dev.onoma.api.Directive;
import dev.onoma.api.Names;
import dev.onoma.api.ServerBlock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// Reads `kubernetes [ZONES...] { ... }`.
final class KubernetesDirective {
    private static final Name REVERSE_V4 = Names.of("in-addr.arpa.");
    private static final Name REVERSE_V6 = Names.of("ip6.arpa.");
    private static final String[] KNOWN = {
        "apiserver_burst",
        "apiserver_max_inflight",
        "apiserver_qps",
        "endpoint",
        "endpoint_pod_names",
        "fallthrough",
        "ignore",
        "kubeconfig",
        "labels",
        "manifests",
        "multicluster",
        "namespace_labels",
        "namespaces",
        "noendpoints",
        "pod_cidr",
        "pods",
        "service_cidr",
        "snapshot",
        "startup_timeout",
        "tls",
        "ttl",
        "zonal"
    };

    private final Directive directive;
    private final ServerBlock block;
    private final List<Name> zones;

    private @Nullable Path manifests;
    private final ApiDirective api;
    private List<Name> multicluster = List.of();
    private ManifestOptions objects = ManifestOptions.defaults();
    private LabelSelector labels = LabelSelector.EVERYTHING;
    private LabelSelector namespaceLabels = LabelSelector.EVERYTHING;
    private Set<String> namespaces = Set.of();
    private KubernetesOptions.Pods pods = KubernetesOptions.Pods.DISABLED;
    private boolean endpoints = true;
    private boolean podNames;
    private @Nullable Directive zonal;
    private int ttlSeconds = KubernetesOptions.TTL_DEFAULT;
    private @Nullable List<Name> fallthrough;
    private boolean ignoreEmptyServices;
    private Duration startupTimeout = KubernetesOptions.STARTUP_TIMEOUT_DEFAULT;

    private KubernetesDirective(Directive directive, ServerBlock block) {
        this.directive = directive;
        this.block = block;
        this.api = new ApiDirective(block);
        this.zones = directive.arguments("[ZONES...]").zonesOr(block.zones());
    }

    /// Reads the directive.
    ///
    /// @throws dev.onoma.api.CorefileException that points at the wrong word
    static KubernetesOptions parse(Directive directive, ServerBlock block) {
        var reader = new KubernetesDirective(directive, block);
        directive.properties().forEach(reader::property);
        return reader.options();
    }

    private KubernetesOptions options() {
        var primary =
                zones.stream()
                        .filter(zone -> !isReverse(zone))
                        .findFirst()
                        .orElseThrow(() -> directive.wrong("non-reverse zone name must be used"));
        if (zonal != null && !endpoints) {
            throw zonal.wrong("zonal requires the endpoint cache; remove noendpoints");
        }
        var apiServer = api.first();
        if (manifests != null && apiServer != null) {
            apiServer.warn("\"" + apiServer.name() + "\" is not used: manifests come first");
        }
        boolean verified = pods == KubernetesOptions.Pods.VERIFIED;
        var selected = objects.selecting(labels, namespaceLabels);
        return new KubernetesOptions(
                zones,
                primary,
                manifests,
                verified ? selected.withPods() : selected,
                manifests == null ? apiOptions(verified) : null,
                namespaces,
                pods,
                endpoints,
                podNames,
                zonal != null,
                ttlSeconds,
                fallthrough,
                ignoreEmptyServices,
                multicluster,
                startupTimeout);
    }

    private ApiOptions apiOptions(boolean verified) {
        boolean imports = !multicluster.isEmpty();
        var identity =
                "%s|%s|%s|%s|%s|%s|%s"
                        .formatted(
                                labels.text(),
                                namespaceLabels.text(),
                                endpoints,
                                verified,
                                imports,
                                podNames,
                                zonal != null);
        return api.options(identity, labels, namespaceLabels, endpoints, verified, imports);
    }

    static boolean isReverse(Name zone) {
        return zone.subdomain(REVERSE_V4) || zone.subdomain(REVERSE_V6);
    }

    private void property(Directive property) {
        switch (property.name()) {
            case "manifests" -> manifests(property);
            case "service_cidr" -> serviceRange(property);
            case "pod_cidr" -> podRange(property);
            case "namespaces" -> namespaces(property);
            case "namespace_labels" -> namespaceLabels(property);
            case "labels" -> labels = selector(property, "label selector");
            case "pods" -> pods(property);
            case "endpoint_pod_names" -> {
                property.expectNothingElse();
                podNames = true;
            }
            case "ttl" -> {
                var arguments = property.arguments("SECONDS");
                ttlSeconds = arguments.number("SECONDS", 0, KubernetesOptions.TTL_MAX);
                arguments.ignoreRest();
            }
            case "noendpoints" -> {
                property.expectNothingElse();
                endpoints = false;
            }
            case "fallthrough" ->
                    fallthrough = property.arguments("[ZONES...]").zonesOr(List.of(Name.root));
            case "ignore" -> ignore(property);
            case "zonal" -> {
                property.expectNothingElse();
                zonal = property;
            }
            case "startup_timeout" -> {
                var arguments = property.arguments("DURATION");
                startupTimeout = arguments.duration("DURATION", Duration.ZERO);
                arguments.expectEnd();
            }
            case "multicluster" -> multicluster(property);
            default -> {
                if (!api.property(property)) {
                    throw property.unknown(KNOWN);
                }
            }
        }
    }

    private void manifests(Directive property) {
        var arguments = property.arguments("DIR");
        manifests = block.file(arguments.text("DIR"));
        if (Files.notExists(manifests)) {
            throw arguments.wrong(
                    "there is no directory or file %s; create it, or mount it"
                            .formatted(manifests));
        }
        arguments.expectEnd();
    }

    private void serviceRange(Directive property) {
        for (var range : ranges(property)) {
            boolean v4 = range.first().isV4();
            objects =
                    new ManifestOptions(
                            v4 ? range : objects.serviceRange(),
                            v4 ? objects.serviceRangeV6() : range,
                            objects.podRange(),
                            objects.podRangeV6(),
                            labels,
                            namespaceLabels,
                            false);
        }
    }

    private void podRange(Directive property) {
        for (var range : ranges(property)) {
            boolean v4 = range.first().isV4();
            objects =
                    new ManifestOptions(
                            objects.serviceRange(),
                            objects.serviceRangeV6(),
                            v4 ? range : objects.podRange(),
                            v4 ? objects.podRangeV6() : range,
                            labels,
                            namespaceLabels,
                            false);
        }
    }

    /// One range, or one for each address family.
    private static List<AddressRange> ranges(Directive property) {
        var arguments = property.arguments("CIDR [CIDR]");
        var ranges = new ArrayList<AddressRange>();
        do {
            var text = arguments.text("CIDR");
            var range = AddressRange.parse(text);
            if (range.isEmpty() || range.get().size() == 0) {
                throw arguments.wrong(
                        "CIDR is a range of at least 32 addresses such as 10.96.0.0/12, not \"%s\""
                                .formatted(text));
            }
            ranges.add(range.get());
        } while (arguments.hasNext() && ranges.size() < 2);
        arguments.expectEnd();
        return ranges;
    }

    private void namespaces(Directive property) {
        var names = new HashSet<>(namespaces);
        for (var name : property.arguments("NAMESPACE...").restNotEmpty("NAMESPACE")) {
            names.add(name.toLowerCase(Locale.ROOT));
        }
        namespaces = Set.copyOf(names);
        expectOneWayToSelectNamespaces(property);
    }

    private void namespaceLabels(Directive property) {
        namespaceLabels = selector(property, "namespace_label selector");
        expectOneWayToSelectNamespaces(property);
    }

    private void expectOneWayToSelectNamespaces(Directive property) {
        if (!namespaces.isEmpty() && !namespaceLabels.equals(LabelSelector.EVERYTHING)) {
            throw property.wrong("namespaces and namespace_labels cannot both be set");
        }
    }

    private static LabelSelector selector(Directive property, String what) {
        var arguments = property.arguments("SELECTOR");
        var text = String.join(" ", arguments.restNotEmpty("SELECTOR"));
        try {
            return LabelSelector.parse(text);
        } catch (IllegalArgumentException e) {
            throw property.wrongAt(
                    1, "unable to parse %s value: '%s': %s".formatted(what, text, e.getMessage()));
        }
    }

    private void pods(Directive property) {
        var arguments = property.arguments("disabled|verified|insecure");
        pods =
                switch (arguments.oneOf("the mode", "disabled", "verified", "insecure")) {
                    case "insecure" -> KubernetesOptions.Pods.INSECURE;
                    case "verified" -> KubernetesOptions.Pods.VERIFIED;
                    default -> KubernetesOptions.Pods.DISABLED; // the only other one
                };
        arguments.expectEnd();
    }

    private void ignore(Directive property) {
        var arguments = property.arguments("empty_service");
        if (!arguments.hasNext()) {
            property.warn("ignore says nothing without empty_service");
            return;
        }
        arguments.oneOf("what to ignore", "empty_service");
        ignoreEmptyServices = true;
        arguments.ignoreRest();
    }

    private void multicluster(Directive property) {
        multicluster = property.arguments("[ZONES...]").zonesOr(List.of());
        for (var zone : multicluster) {
            if (!zones.contains(zone)) {
                throw property.wrongAt(
                        1,
                        "is not authoritative for the multicluster zone %s (authoritative zones: %s)"
                                .formatted(zone, zones));
            }
        }
    }
}
