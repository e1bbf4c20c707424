package dev.onoma.plugins.kubernetes;

import dev.onoma.api.Arguments;
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
import java.util.function.Consumer;
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
        "startup_timeout",
        "tls",
        "ttl",
        "zonal"
    };

    private final Directive directive;
    private final ServerBlock block;
    private final List<Name> zones;

    private @Nullable Path manifests;
    private @Nullable Directive apiServer;
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
        var from = manifests;
        if (from == null) {
            throw (apiServer == null ? directive : apiServer)
                    .wrong(
                            "this version reads a cluster from manifests, not from an API server;"
                                    + " add the line: manifests DIR");
        }
        if (apiServer != null) {
            apiServer.warn("\"" + apiServer.name() + "\" is not used: manifests come first");
        }
        var selected = objects.selecting(labels, namespaceLabels);
        return new KubernetesOptions(
                zones,
                primary,
                from,
                pods == KubernetesOptions.Pods.VERIFIED ? selected.withPods() : selected,
                namespaces,
                pods,
                endpoints,
                podNames,
                zonal != null,
                ttlSeconds,
                fallthrough,
                ignoreEmptyServices,
                startupTimeout);
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
            default -> apiServer(property);
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

    /// What is said to an API server is checked, and then refused by [#options].
    private void apiServer(Directive property) {
        switch (property.name()) {
            case "endpoint" -> {
                var urls = property.arguments("URL").restNotEmpty("URL");
                if (urls.size() > 1) {
                    property.warnAt(
                            2,
                            "Multiple endpoints have been deprecated, only the first specified endpoint '%s' is used"
                                    .formatted(urls.getFirst()));
                }
            }
            case "tls" -> {
                var arguments = property.arguments("CERT KEY CACERT");
                arguments.text("CERT");
                arguments.text("KEY");
                arguments.text("CACERT");
                arguments.expectEnd();
            }
            case "kubeconfig" -> {
                var arguments = property.arguments("FILE [CONTEXT]");
                arguments.text("FILE");
                arguments.textOr("CONTEXT", "");
                arguments.expectEnd();
            }
            case "apiserver_qps" -> end(property, a -> a.decimal("QPS", 0, Float.MAX_VALUE), "QPS");
            case "apiserver_burst" -> end(property, a -> a.number("BURST", 0), "BURST");
            case "apiserver_max_inflight" -> end(property, a -> a.number("COUNT", 0), "COUNT");
            case "multicluster" -> multicluster(property);
            default -> throw property.unknown(KNOWN);
        }
        apiServer = property;
    }

    /// Reads one argument and nothing behind it.
    private static void end(Directive property, Consumer<Arguments> read, String usage) {
        var arguments = property.arguments(usage);
        read.accept(arguments);
        arguments.expectEnd();
    }

    private void multicluster(Directive property) {
        for (var zone : property.arguments("[ZONES...]").zonesOr(List.of())) {
            if (!zones.contains(zone)) {
                throw property.wrongAt(
                        1,
                        "is not authoritative for the multicluster zone %s (authoritative zones: %s)"
                                .formatted(zone, zones));
            }
        }
    }
}
