package dev.onoma.plugins.kubernetes;

import dev.onoma.api.Checkup;
import dev.onoma.api.Spelling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Follows a name from its namespace to the pods behind it, as a person would with `kubectl`, and
/// says where the way ends.
final class ServiceExamination {
    private static final String SERVICE = "service";
    private static final String ENDPOINTS = "endpoints";
    private static final int NAMED_MAX = 5;

    private final KubernetesOptions options;
    private final ClusterFacts facts;
    private final Checkup checkup;

    ServiceExamination(KubernetesOptions options, ClusterFacts facts, Checkup checkup) {
        this.options = options;
        this.facts = facts;
        this.checkup = checkup;
    }

    /// Looks, and puts what counts into a store.
    ///
    /// @return the service if it is there and served
    @Nullable ServiceObject look(ClusterQuestion.Service asked, ServiceStore store)
            throws IOException {
        var name = new ServiceName(asked.namespace(), asked.name());
        if (!namespace(asked.namespace(), store)) {
            elsewhere(name);
            return null;
        }
        var found = facts.service(name);
        if (found.isEmpty()) {
            missing(name);
            return null;
        }
        var service = found.get();
        if (!options.objects().labels().matches(service.labels())) {
            checkup.wrong(
                    SERVICE,
                    "Service %s is not served: it has not the labels that \"labels %s\" asks for"
                            .formatted(text(name), options.objects().labels().text()),
                    "kubectl -n %s label service %s ..., or change the Corefile"
                            .formatted(name.namespace(), name.name()));
            return null;
        }
        var object = service.object();
        store.put(object);
        describe(name, service);
        if (object.externalName() != null) {
            external(asked, object.externalName());
        } else {
            endpoints(asked, name, service, store);
        }
        return object;
    }

    /// Whether names of a namespace are served.
    boolean namespace(String namespace, ServiceStore store) throws IOException {
        if (!options.namespaces().isEmpty() && !options.namespaces().contains(namespace)) {
            checkup.wrong(
                    SERVICE,
                    "namespace \"%s\" is not served: the Corefile has \"namespaces %s\""
                            .formatted(namespace, sorted(options.namespaces())),
                    "add it there");
            return false;
        }
        var labels = facts.namespace(namespace);
        if (labels.isEmpty()) {
            var near = Spelling.nearest(namespace, facts.namespaces());
            checkup.wrong(
                    SERVICE,
                    "there is no namespace \"%s\"".formatted(namespace),
                    near.map("did you mean: %s?"::formatted)
                            .orElse("kubectl get namespaces lists those there are"));
            return false;
        }
        if (!options.objects().namespaceLabels().matches(labels.get())) {
            checkup.wrong(
                    SERVICE,
                    "namespace \"%s\" is not served: it has not the labels that \"namespace_labels %s\" asks for"
                            .formatted(namespace, options.objects().namespaceLabels().text()),
                    "kubectl label namespace %s ..., or change the Corefile".formatted(namespace));
            return false;
        }
        store.put(new NamespaceObject(namespace));
        return true;
    }

    private static String sorted(Iterable<String> words) {
        var list = new ArrayList<String>();
        words.forEach(list::add);
        list.sort(null);
        return String.join(" ", list);
    }

    private static String text(ServiceName name) {
        return name.namespace() + "/" + name.name();
    }

    private void elsewhere(ServiceName name) throws IOException {
        var places = facts.namespacesWith(name.name());
        if (!places.isEmpty()) {
            checkup.unknown(
                    SERVICE,
                    "a Service \"%s\" is in %s".formatted(name.name(), few(places)),
                    "ask for %s.%s".formatted(name.name(), places.getFirst()));
        }
    }

    private void missing(ServiceName name) throws IOException {
        var text =
                "there is no Service \"%s\" in namespace \"%s\""
                        .formatted(name.name(), name.namespace());
        var places = facts.namespacesWith(name.name());
        if (!places.isEmpty()) {
            checkup.wrong(
                    SERVICE,
                    "%s, but in %s".formatted(text, few(places)),
                    "ask for %s.%s".formatted(name.name(), places.getFirst()));
            return;
        }
        var there = facts.servicesIn(name.namespace());
        var near = Spelling.nearest(name.name(), there);
        var others = there.isEmpty() ? "there is no Service in it" : "there are: " + few(there);
        checkup.wrong(
                SERVICE,
                text,
                near.map(n -> "did you mean: %s? (%s)".formatted(n, others)).orElse(others));
    }

    private static String few(List<String> words) {
        var shown = String.join(", ", words.subList(0, Math.min(NAMED_MAX, words.size())));
        return words.size() > NAMED_MAX
                ? shown + " and %d more".formatted(words.size() - NAMED_MAX)
                : shown;
    }

    private void describe(ServiceName name, ClusterFacts.Service service) {
        var object = service.object();
        var target = object.externalName();
        var what =
                target != null
                        ? "ExternalName " + target
                        : object.isHeadless()
                                ? "headless, its names lead to the pods"
                                : service.type()
                                        + " "
                                        + object.clusterIps().stream()
                                                .map(Address::toString)
                                                .collect(Collectors.joining(", "));
        var ports = object.ports().isEmpty() ? "" : ", ports " + ports(object.ports());
        checkup.ok(SERVICE, "Service %s: %s%s".formatted(text(name), what, ports));
    }

    private static String ports(List<ServicePort> ports) {
        return ports.stream()
                .map(p ->
                        (p.name().isEmpty() ? "" : p.name() + "/") + p.protocol() + "/" + p.port())
                .collect(Collectors.joining(" "));
    }

    private void external(ClusterQuestion.Service asked, String target) {
        if (Address.parse(target).isPresent()) {
            checkup.wrong(
                    SERVICE,
                    "the externalName %s is an address, which no CNAME record can hold"
                            .formatted(target),
                    "make it a Service without selector, with an EndpointSlice of that address");
        }
        if (asked.port() != null || asked.endpoint() != null) {
            checkup.wrong(
                    SERVICE,
                    "a Service of type ExternalName has no ports and no endpoints in DNS",
                    "ask for %s.%s alone".formatted(asked.name(), asked.namespace()));
        }
    }

    private void endpoints(
            ClusterQuestion.Service asked,
            ServiceName name,
            ClusterFacts.Service service,
            ServiceStore store)
            throws IOException {
        var endpoints = facts.endpoints(name);
        endpoints.slices().forEach(store::put);
        var ports = new ArrayList<>(service.object().ports());
        endpoints.slices().forEach(slice -> ports.addAll(slice.ports()));
        port(asked, ports);
        int ready = endpoints.ready();
        if (!options.endpoints()) {
            checkup.warn(
                    ENDPOINTS,
                    "the Corefile has noendpoints: names of headless services and of endpoints do not exist",
                    "");
        } else if (ready > 0) {
            var rest = endpoints.notReady() == 0 ? "" : ", %d not".formatted(endpoints.notReady());
            checkup.ok(ENDPOINTS, "%s ready%s".formatted(counted(ready, "address"), rest));
            endpoint(asked, endpoints);
        } else {
            nobody(name, service, endpoints);
        }
    }

    private static String counted(int count, String noun) {
        return count == 1 ? "1 %s is".formatted(noun) : "%d %ses are".formatted(count, noun);
    }

    private void port(ClusterQuestion.Service asked, List<ServicePort> ports) {
        var port = asked.port();
        if (port == null) {
            return;
        }
        boolean there =
                ports.stream()
                        .anyMatch(p ->
                                p.name().equalsIgnoreCase(port)
                                        && p.protocol().equalsIgnoreCase(asked.protocol()));
        if (!there) {
            checkup.wrong(
                    SERVICE,
                    "no port is called _%s._%s".formatted(port, asked.protocol()),
                    "the ports are: " + ports(ports.stream().distinct().toList()));
        }
    }

    private void endpoint(ClusterQuestion.Service asked, ClusterFacts.Endpoints endpoints) {
        var label = asked.endpoint();
        if (label == null) {
            return;
        }
        var labels = new ArrayList<String>();
        for (var slice : endpoints.slices()) {
            slice.endpoints().forEach(e -> labels.add(e.label(options.podNames())));
        }
        if (labels.stream().noneMatch(l -> l.toLowerCase(Locale.ROOT).equals(label))) {
            checkup.wrong(
                    ENDPOINTS,
                    "no ready endpoint is called \"%s\"".formatted(label),
                    "there are: " + few(labels.stream().distinct().toList()));
        }
    }

    private void nobody(
            ServiceName name, ClusterFacts.Service service, ClusterFacts.Endpoints endpoints)
            throws IOException {
        var effect =
                service.object().isHeadless()
                        ? "its name does not exist then (NXDOMAIN)"
                        : options.ignoreEmptyServices()
                                ? "with \"ignore empty_service\" its name does not exist then"
                                : "its name is answered, and nobody answers connections";
        var text = "no address of %s is ready: %s".formatted(text(name), effect);
        if (service.selector().isEmpty()) {
            checkup.wrong(
                    ENDPOINTS,
                    text,
                    "it has no selector: write an EndpointSlice with the label kubernetes.io/service-name: "
                            + name.name());
            return;
        }
        var selector = selector(service.selector());
        List<ClusterFacts.Pod> pods;
        try {
            pods = facts.pods(name.namespace(), service.selector());
        } catch (ApiFailure e) {
            checkup.wrong(
                    ENDPOINTS,
                    "%s; its pods cannot be looked at: %s".formatted(text, e.getMessage()),
                    "kubectl -n %s get pods -l %s".formatted(name.namespace(), selector));
            return;
        }
        if (pods.isEmpty()) {
            checkup.wrong(
                    ENDPOINTS,
                    "%s; its selector %s finds no pod".formatted(text, selector),
                    "compare with kubectl -n %s get pods --show-labels"
                            .formatted(name.namespace()));
            return;
        }
        var waiting = pods.stream().filter(pod -> !pod.isReady()).toList();
        if (waiting.isEmpty()) {
            checkup.wrong(
                    ENDPOINTS,
                    "%s, though %d pods of selector %s are; they have %d addresses in EndpointSlices"
                            .formatted(
                                    text,
                                    pods.size(),
                                    selector,
                                    endpoints.notReady() + endpoints.ready()),
                    "see that targetPort names a port of the containers, and that kube-controller-manager runs");
            return;
        }
        var states = waiting.stream().map(pod -> pod.name() + " (" + pod.state() + ")").toList();
        checkup.wrong(
                ENDPOINTS,
                "%s; not ready: %s".formatted(text, few(states)),
                "kubectl -n %s describe pod %s"
                        .formatted(name.namespace(), waiting.getFirst().name()));
    }

    private static String selector(Map<String, String> selector) {
        return selector.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(","));
    }
}
