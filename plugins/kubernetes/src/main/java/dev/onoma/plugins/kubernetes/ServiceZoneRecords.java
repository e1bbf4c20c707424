package dev.onoma.plugins.kubernetes;

import dev.onoma.api.RecordMessages;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/// The records of a zone of services, as a transfer has them, each once: name servers, then the
/// services by name. Pods and zonal names are not among them, as nothing lists these.
///
/// Records are made for one service at a time, of a headless one for one slice at a time. What is
/// held beside them is the list of services, and what was said already about the service at hand.
final class ServiceZoneRecords implements RecordMessages.Batches {
    private final KubernetesOptions options;
    private final ClusterAnswers answers;
    private final AnswerRecords records;
    private final Name zone;
    private final Iterator<ServiceState> services;

    // Of the headless service at hand.
    private Iterator<EndpointSliceObject> slices = Collections.emptyIterator();
    private ServiceName name = new ServiceName("", "");
    private final Set<Object> said = new HashSet<>();

    /// An address record of an endpoint.
    private record Placed(String label, Address address) {}

    /// A port of an endpoint.
    private record Served(String label, ServicePort port) {}

    ServiceZoneRecords(
            KubernetesOptions options, ClusterAnswers answers, ServiceStore store, Name zone) {
        this.options = options;
        this.answers = answers;
        this.records = answers.records();
        this.zone = zone;
        services =
                store.services().stream()
                        .sorted(
                                Comparator.comparing((ServiceState state) -> state.name().name())
                                        .thenComparing(state -> state.name().namespace()))
                        .iterator();
    }

    @Override
    public @Nullable List<Record> next() {
        if (slices.hasNext()) {
            return endpoints(slices.next());
        }
        return services.hasNext() ? service(services.next()) : null;
    }

    /// The addresses of name servers that are services come with these.
    static List<Record> apex(ClusterAnswers answers, Name zone) {
        var top = new ArrayList<Record>(answers.nameServerRecords(zone));
        var ours = AnswerRecords.under(AnswerRecords.NAME_SERVER, zone);
        if (answers.nameServers(zone) instanceof Finding.Records(_, var glue, _)) {
            glue.stream().filter(r -> r.getName().equals(ours)).forEach(top::add);
        }
        top.add(AnswerRecords.version(AnswerRecords.under("dns-version", zone)));
        return top;
    }

    private List<Record> service(ServiceState state) {
        var service = state.service();
        if (service == null || !answers.isExposed(service.namespace())) {
            return List.of();
        }
        var owner = AnswerRecords.serviceName(state.name(), zone);
        var external = service.externalName();
        if (external != null) {
            return alias(owner, external);
        }
        if (!service.isHeadless()) {
            return options.hides(state) ? List.of() : clusterIps(owner, service);
        }
        return headless(owner, state);
    }

    private List<Record> alias(Name owner, String target) {
        return AnswerRecords.target(target)
                .map(name -> List.<Record>of(records.alias(owner, name)))
                .orElse(List.of());
    }

    private List<Record> clusterIps(Name owner, ServiceObject service) {
        var made = new ArrayList<Record>();
        service.clusterIps().forEach(ip -> made.add(records.address(owner, ip)));
        for (var port : service.ports()) {
            made.add(records.service(owner, ServiceAnswers.WEIGHTS, port.port(), owner));
            portName(port, owner)
                    .ifPresent(n ->
                            made.add(
                                    records.service(
                                            n, ServiceAnswers.WEIGHTS, port.port(), owner)));
        }
        return made;
    }

    /// Ports without a name have none.
    private static Optional<Name> portName(ServicePort port, Name owner) {
        return port.name().isEmpty()
                ? Optional.empty()
                : AnswerRecords.fitting(
                        "_%s._%s".formatted(port.name(), port.protocol()).toLowerCase(Locale.ROOT),
                        owner);
    }

    private List<Record> headless(Name owner, ServiceState state) {
        said.clear();
        name = state.name();
        slices = options.endpoints() ? state.slices().iterator() : Collections.emptyIterator();
        var target = state.target();
        return target == null ? List.of() : alias(owner, target);
    }

    private List<Record> endpoints(EndpointSliceObject slice) {
        var owner = AnswerRecords.serviceName(name, zone);
        int weight = Math.max(1, ServiceAnswers.WEIGHTS / Math.max(1, slice.endpoints().size()));
        var made = new ArrayList<Record>();
        for (var endpoint : slice.endpoints()) {
            var address = endpoint.address();
            if (said.add(address)) {
                made.add(records.address(owner, address));
            }
            var label = endpoint.labels(options.podNames());
            AnswerRecords.fitting(label, owner)
                    .ifPresent(target -> {
                        if (said.add(new Placed(label, address))) {
                            made.add(records.address(target, address));
                        }
                        for (var port : slice.ports()) {
                            portName(port, owner)
                                    .filter(_ -> said.add(new Served(label, port)))
                                    .map(n -> records.service(n, weight, port.port(), target))
                                    .ifPresent(made::add);
                        }
                    });
        }
        return made;
    }
}
