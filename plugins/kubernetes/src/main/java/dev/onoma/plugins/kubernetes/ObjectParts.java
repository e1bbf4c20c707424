package dev.onoma.plugins.kubernetes;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What was found of one object, whatever it was written in, and what becomes of it.
///
/// Used again for each object, by one thread.
final class ObjectParts {
    static final String SERVICE_NAME = "kubernetes.io/service-name";
    static final String IMPORT_NAME = "multicluster.kubernetes.io/service-name";
    static final String SOURCE_CLUSTER = "multicluster.kubernetes.io/source-cluster";
    static final String TRIGGERED = "endpoints.kubernetes.io/last-change-trigger-time";
    static final String END_OF_LIST = "k8s.io/initial-events-end";

    private static final String NONE = "None";

    private final ObjectDetails details;
    private final Consumer<String> problems;
    private final Interner interner = new Interner();

    String namespace = "";
    String name = "";
    String version = "";
    String service = "";
    String importName = "";
    String cluster = "";
    String triggered = "";
    boolean endOfList;
    boolean deleting;
    String type = "";
    String externalName = "";
    String phase = "";
    final List<String> addresses = new ArrayList<>();
    final List<String> external = new ArrayList<>();
    final List<ServicePort> ports = new ArrayList<>();
    final List<Endpoint> endpoints = new ArrayList<>();
    final List<String> targets = new ArrayList<>();
    final Map<String, String> labels = new HashMap<>();

    ObjectParts(ObjectDetails details, Consumer<String> problems) {
        this.details = details;
        this.problems = problems;
    }

    ObjectDetails details() {
        return details;
    }

    void clear() {
        namespace = "";
        name = "";
        version = "";
        service = "";
        importName = "";
        cluster = "";
        triggered = "";
        endOfList = false;
        deleting = false;
        type = "";
        externalName = "";
        phase = "";
        addresses.clear();
        external.clear();
        ports.clear();
        endpoints.clear();
        targets.clear();
        labels.clear();
    }

    /// A label of a pod.
    void label(String key, String value) {
        labels.put(interner.intern(key), interner.intern(value));
    }

    void port(String portName, String protocol, int number) {
        var lower = protocol.isEmpty() ? "tcp" : protocol.toLowerCase(Locale.ROOT);
        ports.add(interner.intern(new ServicePort(portName, lower, number)));
    }

    /// Only endpoints that are ready are given here, after the labels of their slice.
    void endpoint(String address, String hostname, String pod, String zone) {
        var parsed = Address.parse(address);
        if (parsed.isEmpty()) {
            targets.add(address); // a slice of address type FQDN
            return;
        }
        endpoints.add(
                new Endpoint(
                        parsed.get(),
                        orNull(hostname),
                        orNull(pod),
                        cluster.isEmpty()
                                ? null
                                : interner.intern(cluster.toLowerCase(Locale.ROOT)),
                        zone.isEmpty() ? null : interner.intern(zone.toLowerCase(Locale.ROOT))));
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    ApiItem item(ApiResource resource) {
        var space = interner.intern(namespace);
        var key = new KubernetesObject.Key(space, name);
        return new ApiItem(key, version, object(resource, space));
    }

    private @Nullable KubernetesObject object(ApiResource resource, String space) {
        return switch (resource) {
            case NAMESPACES -> new NamespaceObject(name);
            case SERVICES -> service(space);
            case SLICES -> service.isEmpty() ? null : slice(space, service);
            case IMPORTED_SLICES -> importName.isEmpty() ? null : slice(space, importName);
            case IMPORTS -> imported(space);
            case PODS -> pod(space);
        };
    }

    private ServiceObject service(String space) {
        boolean alias = type.equals("ExternalName");
        return new ServiceObject(
                space,
                name,
                alias ? List.of() : parsed(addresses),
                interner.intern(List.copyOf(ports)),
                alias ? externalName : null,
                List.copyOf(external));
    }

    /// Of type Headless, it has no addresses of its own.
    private ServiceObject imported(String space) {
        return new ServiceObject(
                space,
                name,
                type.equals("Headless") ? List.of() : parsed(addresses),
                interner.intern(List.copyOf(ports)),
                null,
                List.of());
    }

    private EndpointSliceObject slice(String space, String owner) {
        return new EndpointSliceObject(
                space,
                name,
                owner,
                List.copyOf(endpoints),
                interner.intern(List.copyOf(ports)),
                List.copyOf(targets),
                triggeredMillis(space));
    }

    private @Nullable PodObject pod(String space) {
        boolean over =
                phase.equals("Succeeded") || phase.equals("Failed") || phase.equals("Unknown");
        var ips = parsed(addresses);
        return over || ips.isEmpty() ? null : new PodObject(space, name, ips, Map.copyOf(labels));
    }

    private static List<Address> parsed(List<String> texts) {
        if (texts.isEmpty() || texts.getFirst().equals(NONE)) {
            return List.of();
        }
        if (texts.size() == 1) {
            return Address.parse(texts.getFirst()).map(List::of).orElse(List.of());
        }
        return texts.stream().flatMap(text -> Address.parse(text).stream()).distinct().toList();
    }

    private long triggeredMillis(String space) {
        if (triggered.isEmpty()) {
            return EndpointSliceObject.NOT_TRIGGERED;
        }
        try {
            return Instant.parse(triggered).toEpochMilli();
        } catch (DateTimeParseException _) {
            problems.accept(
                    ("DnsProgrammingLatency cannot be calculated for Endpoints '%s/%s'; invalid"
                                    + " \"%s\" annotation RFC3339 value of \"%s\"")
                            .formatted(space, name, TRIGGERED, triggered));
            return EndpointSliceObject.NOT_TRIGGERED;
        }
    }
}
