package dev.onoma.plugins.kubernetes;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.reader.UnicodeReader;
import org.yaml.snakeyaml.representer.Representer;

/// Reads the text of one file, YAML or JSON with any number of documents, into [Manifest]s.
///
/// Kinds that mean nothing to DNS are passed over. A mistake in one that does is reported with its
/// place, and the file is not used: half a file may be half a service.
final class ManifestReader {
    static final int FILE_OCTETS_MAX = 32 << 20;
    static final int NESTING_MAX = 100;
    static final int ALIASES_MAX = 200;
    static final int REPLICAS_MAX = 10_000;

    private static final int LIST_DEPTH_MAX = 3;
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern SUBDOMAIN =
            Pattern.compile("(?=.{1,253}$)[a-z0-9][-a-z0-9]*(\\.[a-z0-9][-a-z0-9]*)*");
    private static final String LABEL_RULE =
            "1 to 63 of the characters a-z, 0-9 and -, with no - at either end";
    private static final String SUBDOMAIN_RULE =
            "1 to 253 of the characters a-z, 0-9, - and ., with a-z or 0-9 at each end";

    private final Interner interner;
    private final List<Manifest> manifests = new ArrayList<>();

    private ManifestReader(Interner interner) {
        this.interner = interner;
    }

    /// @param file as messages call it
    /// @throws ManifestException at the first mistake
    static List<Manifest> read(String file, byte[] octets, Interner interner) {
        var source =
                new YamlNode.Source(
                        file, new String(octets, StandardCharsets.UTF_8).lines().toList());
        var reader = new ManifestReader(interner);
        try {
            for (var root :
                    yaml().composeAll(new UnicodeReader(new ByteArrayInputStream(octets)))) {
                var document = YamlNode.document(source, root);
                if (!isEmpty(document)) {
                    reader.document(document, "", 0);
                }
            }
        } catch (MarkedYAMLException e) {
            throw ManifestException.of(file, e, source.lines());
        } catch (YAMLException e) {
            throw ManifestException.at(
                    file, null, source.lines(), "this is not YAML: " + e.getMessage());
        }
        return List.copyOf(reader.manifests);
    }

    private static Yaml yaml() {
        var options = new LoaderOptions();
        options.setCodePointLimit(FILE_OCTETS_MAX);
        options.setNestingDepthLimit(NESTING_MAX);
        options.setMaxAliasesForCollections(ALIASES_MAX);
        options.setAllowDuplicateKeys(false);
        options.setAllowRecursiveKeys(false);
        // Only the composer is used; a constructor that could do harm shall not even be there.
        var dumper = new DumperOptions();
        return new Yaml(new SafeConstructor(options), new Representer(dumper), dumper, options);
    }

    /// Comments between two `---` make an empty document.
    private static boolean isEmpty(YamlNode document) {
        return !document.isMapping() && document.isBlank();
    }

    private void document(YamlNode node, String kindOfList, int depth) {
        var kind =
                kindOfList.isEmpty()
                        ? node.require("kind", "say what this is, for example kind: Service").text()
                        : node.textOr("kind", kindOfList);
        if (kind.endsWith("List") && node.get("items").isPresent() && depth < LIST_DEPTH_MAX) {
            var kindOfItems = kind.substring(0, kind.length() - "List".length());
            for (var item : node.itemsOf("items")) {
                document(item, kindOfItems, depth + 1);
            }
            return;
        }
        var version =
                kindOfList.isEmpty()
                        ? node.require("apiVersion", "for example apiVersion: v1").text()
                        : node.textOr("apiVersion", "");
        switch (group(version)) {
            case "" -> core(node, kind);
            case "apps" -> apps(node, kind);
            case "discovery.k8s.io" -> {
                if (kind.equals("EndpointSlice")) {
                    manifests.add(new EndpointManifests(interner).slice(node, identity(node, 2)));
                }
            }
            default -> {} // somebody else's kind, even if it is called Service
        }
    }

    private static String group(String version) {
        int slash = version.indexOf('/');
        return slash < 0 ? "" : version.substring(0, slash);
    }

    private void core(YamlNode node, String kind) {
        switch (kind) {
            case "Namespace" ->
                    manifests.add(new Manifest.Namespace(identity(node, 0).name(), labels(node)));
            case "Service" ->
                    manifests.add(
                            new ServiceManifests(interner)
                                    .service(node, identity(node, 1), labels(node)));
            case "Endpoints" ->
                    manifests.add(
                            new EndpointManifests(interner).endpoints(node, identity(node, 2)));
            case "Pod" -> manifests.add(pod(node));
            case "Node" ->
                    manifests.add(
                            new Manifest.Node(
                                    identity(node, 0).name(),
                                    labels(node).get("topology.kubernetes.io/zone")));
            case "EndpointSlice" -> // an item of an EndpointSliceList
                    manifests.add(new EndpointManifests(interner).slice(node, identity(node, 2)));
            default -> apps(node, kind);
        }
    }

    private void apps(YamlNode node, String kind) {
        switch (kind) {
            case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet" -> workload(node, kind);
            default -> {} // a kind that DNS does not know
        }
    }

    /// What an object is called.
    record Identity(String namespace, String name) {}

    /// @param strictness 0 for objects outside of namespaces, 1 for names that become a DNS label,
    ///   2 for names that may have dots
    private static Identity identity(YamlNode node, int strictness) {
        var metadata = node.require("metadata", "it names the object");
        var nameNode = metadata.require("name", "it names the object");
        var name = nameNode.text();
        boolean label = strictness == 1;
        if (!(label ? LABEL : SUBDOMAIN).matcher(name).matches()) {
            throw nameNode.expected(label ? LABEL_RULE : SUBDOMAIN_RULE);
        }
        var namespaceNode = metadata.get("namespace");
        var namespace = namespaceNode.map(YamlNode::text).orElse("default");
        if (!LABEL.matcher(namespace).matches()) {
            throw namespaceNode.orElse(metadata).expected(LABEL_RULE);
        }
        return new Identity(strictness == 0 ? "" : namespace, name);
    }

    static Map<String, String> labels(YamlNode node) {
        return node.get("metadata").map(metadata -> metadata.textsOf("labels")).orElse(Map.of());
    }

    private Manifest.Pod pod(YamlNode node) {
        var identity = identity(node, 2);
        var metadata = node.require("metadata", "it names the object");
        var status = node.get("status").filter(YamlNode::isMapping);
        var addresses = new ArrayList<Address>();
        status.ifPresent(known -> {
            known.get("podIP").ifPresent(ip -> addresses.add(address(ip)));
            for (var item : known.itemsOf("podIPs")) {
                item.get("ip")
                        .map(ManifestReader::address)
                        .filter(address -> !addresses.contains(address))
                        .ifPresent(addresses::add);
            }
        });
        return new Manifest.Pod(
                interner.intern(identity.namespace()),
                identity.name(),
                labels(node),
                List.copyOf(addresses),
                status.map(known -> state(known, !addresses.isEmpty()))
                        .orElse(Manifest.State.READY),
                metadata.get("deletionTimestamp").isPresent(),
                !metadata.itemsOf("ownerReferences").isEmpty(),
                node.get("spec").map(this::podSpec).orElse(podSpecEmpty()));
    }

    /// A status that says nothing of readiness is one a person wrote to give an address.
    private static Manifest.State state(YamlNode status, boolean hasAddress) {
        var phase = status.textOr("phase", "");
        var conditions = status.itemsOf("conditions");
        if (phase.equals("Succeeded") || phase.equals("Failed")) {
            return Manifest.State.FINISHED;
        }
        if (!hasAddress && (phase.equals("Pending") || phase.equals("Unknown"))) {
            return Manifest.State.PENDING;
        }
        var ready =
                conditions.stream()
                        .filter(condition -> condition.textOr("type", "").equals("Ready"))
                        .map(condition -> condition.textOr("status", "").equals("True"))
                        .findFirst();
        boolean silent = conditions.isEmpty() && (phase.isEmpty() || phase.equals("Running"));
        return ready.orElse(silent) ? Manifest.State.READY : Manifest.State.NOT_READY;
    }

    private static Manifest.PodSpec podSpecEmpty() {
        return new Manifest.PodSpec(null, null, null, List.of());
    }

    private Manifest.PodSpec podSpec(YamlNode spec) {
        var ports = new ArrayList<ServicePort>();
        for (var container : spec.itemsOf("containers")) {
            ports.addAll(containerPorts(container));
        }
        for (var container : spec.itemsOf("initContainers")) {
            if (container.textOr("restartPolicy", "").equals("Always")) { // a sidecar
                ports.addAll(containerPorts(container));
            }
        }
        return new Manifest.PodSpec(
                spec.get("hostname").map(ManifestReader::subdomain).orElse(null),
                text(spec, "subdomain"),
                text(spec, "nodeName"),
                interner.intern(List.copyOf(ports)));
    }

    private static List<ServicePort> containerPorts(YamlNode container) {
        return container.itemsOf("ports").stream()
                .map(port ->
                        new ServicePort(
                                port.textOr("name", ""),
                                protocol(port),
                                port.require("containerPort", "the port listened on")
                                        .number(1, 65_535)))
                .toList();
    }

    private @Nullable String text(YamlNode spec, String key) {
        return spec.get(key)
                .map(YamlNode::text)
                .filter(text -> !text.isEmpty())
                .map(interner::intern)
                .orElse(null);
    }

    private void workload(YamlNode node, String kind) {
        var identity = identity(node, 2);
        var metadata = node.require("metadata", "it names the object");
        if (kind.equals("ReplicaSet") && !metadata.itemsOf("ownerReferences").isEmpty()) {
            return; // its Deployment counts
        }
        var spec = node.require("spec", "it describes the pods");
        var template = spec.require("template", "it describes the pods");
        var podSpec = template.get("spec").map(this::podSpec).orElse(podSpecEmpty());
        boolean stateful = kind.equals("StatefulSet");
        if (stateful) {
            podSpec =
                    new Manifest.PodSpec(
                            null,
                            text(spec, "serviceName"),
                            podSpec.nodeName(),
                            podSpec.containerPorts());
        }
        manifests.add(
                new Manifest.Workload(
                        interner.intern(identity.namespace()),
                        identity.name(),
                        kind,
                        // There is no node to count here, so a DaemonSet has one pod.
                        kind.equals("DaemonSet") ? 1 : replicas(spec),
                        spec.get("ordinals")
                                .flatMap(ordinals -> ordinals.get("start"))
                                .map(start -> start.number(0, 999_999))
                                .orElse(0),
                        labels(template),
                        podSpec));
    }

    private static int replicas(YamlNode spec) {
        return spec.get("replicas").map(count -> count.number(0, REPLICAS_MAX)).orElse(1);
    }

    /// A text that may stand as labels of a name.
    static String subdomain(YamlNode node) {
        if (!SUBDOMAIN.matcher(node.text()).matches()) {
            throw node.expected(SUBDOMAIN_RULE);
        }
        return node.text();
    }

    static Address address(YamlNode node) {
        return Address.parse(node.text())
                .orElseThrow(() -> node.expected("an IPv4 or IPv6 address"));
    }

    /// Lower case; TCP when nothing is said.
    static String protocol(YamlNode port) {
        Optional<YamlNode> node = port.get("protocol");
        var protocol = node.map(YamlNode::text).orElse("TCP");
        return switch (protocol) {
            case "TCP", "UDP", "SCTP" -> protocol.toLowerCase(Locale.ROOT);
            default -> throw node.orElse(port).expected("TCP, UDP or SCTP");
        };
    }
}
