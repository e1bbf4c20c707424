package dev.onoma.plugins.kubernetes;

import dev.onoma.api.Checkup;
import dev.onoma.api.Examination;
import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
import dev.onoma.api.ZoneSet;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.Type;

/// Examines the cluster of one `kubernetes` directive: what there is, and what should be answered.
///
/// What should be answered is said by the same code that answers, from a store with nothing in it
/// but the objects in question.
final class ClusterExamination implements Examination {
    private static final String ABSENT = "onoma-doctor-looks-for-nothing";
    private static final int DNS_PORT = 53;
    private static final int PORTS_MAX = 3;

    private final KubernetesOptions options;
    private final ClusterFacts facts;
    private final ZoneSet zones;

    /// Opens nothing yet but files.
    static ClusterExamination of(KubernetesOptions options) {
        var manifests = options.manifests();
        var api = options.api();
        return new ClusterExamination(
                options,
                api == null
                        ? new ManifestFacts(Objects.requireNonNull(manifests), options.objects())
                        : new ApiFacts(api.access(), options));
    }

    ClusterExamination(KubernetesOptions options, ClusterFacts facts) {
        this.options = options;
        this.facts = facts;
        this.zones = new ZoneSet(options.zones());
    }

    @Override
    public List<Name> zones() {
        return options.zones();
    }

    /// `web`, `web.shop`, `shop/web`, `_http._tcp.web.shop`, `web.shop.svc`, the whole name, or an
    /// address, whose name is the reverse one.
    @Override
    public Optional<Name> name(String text, List<Name> search) {
        var address = Address.parse(text);
        if (address.isPresent()) {
            var reverse = ReverseMap.fromAddress(address.get().toInetAddress());
            return zones.contains(NameKey.of(reverse)) ? Optional.of(reverse) : Optional.empty();
        }
        int slash = text.indexOf('/');
        if (slash != text.lastIndexOf('/')) {
            return Optional.empty();
        }
        var dotted = slash < 0 ? text : text.substring(slash + 1) + "." + text.substring(0, slash);
        try {
            var name = Names.of(dotted.endsWith(".") ? dotted : dotted + ".");
            if (zones.contains(NameKey.of(name))) {
                return Optional.of(name);
            }
            if (dotted.endsWith(".")) {
                return Optional.empty();
            }
            var labels = List.of(dotted.split("\\."));
            if (labels.getLast().equals("svc") || labels.getLast().equals("pod")) {
                return Optional.of(AnswerRecords.under(dotted, options.primary()));
            }
            if (labels.contains("svc") || labels.contains("pod")) {
                return Optional.empty(); // a whole name of another zone
            }
            var place = labels.size() == 1 ? "." + namespace(search) : "";
            return Optional.of(AnswerRecords.under(dotted + place + ".svc", options.primary()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// That of the pod whose search list this is.
    private String namespace(List<Name> search) {
        for (var domain : search) {
            boolean inZone = domain.subdomain(options.primary());
            int below = domain.labels() - options.primary().labels();
            if (inZone && below == 2 && domain.getLabelString(1).equals("svc")) {
                return domain.getLabelString(0);
            }
        }
        return "default";
    }

    @Override
    public List<Place> servers() {
        var places = new ArrayList<Place>();
        try {
            for (var service : facts.dnsServices()) {
                places.addAll(places(service.object()));
            }
        } catch (IOException | RuntimeException _) {
            return List.of(); // source() says why
        }
        return places;
    }

    private List<Place> places(ServiceObject service) throws IOException {
        var name = new ServiceName(service.namespace(), service.name());
        var backends = new LinkedHashSet<InetSocketAddress>();
        for (var slice : slicesIfAllowed(name)) {
            int port = dnsPort(slice.ports());
            slice.endpoints()
                    .forEach(e ->
                            backends.add(new InetSocketAddress(e.address().toInetAddress(), port)));
        }
        var title = "Service " + service.namespace() + "/" + service.name();
        int port = dnsPort(service.ports());
        return service.clusterIps().stream()
                .map(ip -> new InetSocketAddress(ip.toInetAddress(), port))
                .map(address -> new Place(title, address, List.copyOf(backends)))
                .toList();
    }

    /// The Service has an address whether or not its endpoints may be looked at, which source()
    /// says.
    private List<EndpointSliceObject> slicesIfAllowed(ServiceName service) throws IOException {
        try {
            return facts.endpoints(service).slices();
        } catch (ApiFailure _) {
            return List.of();
        }
    }

    private static int dnsPort(List<ServicePort> ports) {
        return ports.stream()
                .filter(p -> p.name().equals("dns") || p.port() == DNS_PORT)
                .mapToInt(ServicePort::port)
                .findFirst()
                .orElse(DNS_PORT);
    }

    @Override
    public boolean source(Checkup checkup) {
        var obstacles = facts.obstacles();
        for (var obstacle : obstacles) {
            checkup.wrong("source", obstacle.text(), obstacle.advice());
        }
        if (obstacles.isEmpty()) {
            checkup.ok("source", facts.source() + " can be read");
            if (servers().isEmpty()) {
                checkup.warn(
                        "server",
                        "no Service has the label k8s-app=kube-dns, so the cluster does not say where its DNS is",
                        "kubectl -n kube-system get service kube-dns; docker/kubernetes/onoma.yaml has it");
            }
        }
        return obstacles.isEmpty();
    }

    @Override
    public Optional<Name> absent() {
        var namespace =
                options.namespaces().stream()
                        .sorted()
                        .findFirst()
                        .map(n -> n + ".svc")
                        .orElse("default.svc");
        var name = AnswerRecords.under(ABSENT + "." + namespace, options.primary());
        var through = options.fallthrough();
        return through != null && new ZoneSet(through).contains(NameKey.of(name))
                ? Optional.empty()
                : Optional.of(name);
    }

    @Override
    public List<String> log() {
        try {
            for (var service : facts.dnsServices()) {
                var object = service.object();
                var lines = facts.log(new ServiceName(object.namespace(), object.name()));
                if (!lines.isEmpty()) {
                    return lines;
                }
            }
        } catch (IOException | RuntimeException _) {
            // The account of a server may not read logs; they come another way then.
        }
        return List.of();
    }

    @Override
    public List<Expected> subject(Name name, Checkup checkup) {
        int place = zones.match(NameKey.of(name));
        if (place < 0) {
            throw new IllegalArgumentException(name + " is not in " + options.zones());
        }
        var zone = zones.name(place);
        if (options.multicluster().contains(zone)) {
            checkup.unknown(
                    "service",
                    zone + " is for services of other clusters, which are not looked at",
                    "kubectl get serviceimports -A");
            return List.of();
        }
        try {
            return subject(name, zone, checkup);
        } catch (IOException e) {
            checkup.unknown("service", facts.source() + ": " + e.getMessage(), "try again");
            return List.of();
        }
    }

    private List<Expected> subject(Name name, Name zone, Checkup checkup) throws IOException {
        var store = new ServiceStore(Instant::now);
        var key = NameKey.of(name);
        if (KubernetesDirective.isReverse(zone)) {
            checkup.unknown(
                    "service",
                    name + " is the name of an address; whose it is is not looked at",
                    "kubectl get services,endpointslices -A shows addresses");
            return List.of();
        }
        var question =
                ClusterQuestion.of(key, zone.labels() - 1, ClusterQuestion.Forms.of(options, zone));
        var types = List.of(Type.A, Type.AAAA);
        var ports = List.<ServicePort>of();
        switch (question) {
            case ClusterQuestion.Service asked -> {
                var service = new ServiceExamination(options, facts, checkup).look(asked, store);
                if (asked.port() != null) {
                    types = List.of(Type.A, Type.AAAA, Type.SRV);
                } else if (service != null && asked.endpoint() == null) {
                    ports = service.ports();
                }
            }
            case ClusterQuestion.Pod(var namespace, _) -> {
                pod(namespace, store, checkup);
                if (options.pods() == KubernetesOptions.Pods.VERIFIED) {
                    checkup.unknown(
                            "pod",
                            "whether a pod has that address is not looked at",
                            "kubectl -n %s get pods -o wide".formatted(namespace));
                    return List.of();
                }
            }
            case ClusterQuestion.Namespace(var namespace, _) ->
                    new ServiceExamination(options, facts, checkup).namespace(namespace, store);
            case ClusterQuestion.Top _,
                    ClusterQuestion.Version _,
                    ClusterQuestion.NameServer _,
                    ClusterQuestion.Unknown _ -> {
                checkup.unknown(
                        "service",
                        name + " is no name of a service",
                        "ask for SERVICE.NAMESPACE, or for the whole name");
                return List.of();
            }
        }
        store.publish();
        store.synced();
        var expected = new ArrayList<Expected>();
        for (int type : types) {
            expected.add(expected(name, type, zone, store));
        }
        ports.stream()
                .filter(port -> !port.name().isEmpty())
                .limit(PORTS_MAX)
                .map(port -> "_" + port.name() + "._" + port.protocol())
                .map(labels -> AnswerRecords.under(labels, name))
                .forEach(port -> expected.add(expected(port, Type.SRV, zone, store)));
        return expected;
    }

    private void pod(String namespace, ServiceStore store, Checkup checkup) throws IOException {
        new ServiceExamination(options, facts, checkup).namespace(namespace, store);
        if (options.pods() == KubernetesOptions.Pods.DISABLED) {
            checkup.wrong(
                    "pod",
                    "names of pods are not answered",
                    "write \"pods insecure\" or \"pods verified\" into the kubernetes directive");
        }
    }

    private Expected expected(Name name, int type, Name zone, ServiceStore store) {
        var answers = new ClusterAnswers(options, store, store, new LocalNameServers());
        var key = NameKey.of(name);
        return switch (answers.find(key, key.name(), type, zone)) {
            case Finding.Records(var answer, _, _) ->
                    new Expected(name, type, Rcode.NOERROR, answer, null);
            case Finding.Sample _ -> throw new IllegalStateException("everything was asked for");
            case Finding.Alias(var target) -> alias(name, type, target);
            case Finding.NoData() -> new Expected(name, type, Rcode.NOERROR, List.of(), null);
            case Finding.NoName() -> new Expected(name, type, Rcode.NXDOMAIN, List.of(), null);
            case Finding.Refused() -> new Expected(name, type, Rcode.REFUSED, List.of(), null);
        };
    }

    private static Expected alias(Name name, int type, @Nullable Name target) {
        return new Expected(name, type, Rcode.NOERROR, List.of(), target);
    }

    @Override
    public void close() {
        facts.close();
    }
}
