package dev.onoma.plugins.kubernetes;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Answers about the name of a service, its ports and its endpoints.
///
/// The candidates of a question are pairs of an address and a port. Without a candidate the name
/// does not exist; what exists but gives no record of the type is no data.
final class ServiceAnswers {
    /// Stands for "no ports at all": such a service has addresses but no SRV records.
    private static final List<ServicePort> NO_PORTS = List.of(new ServicePort("", "", -1));

    private static final int WEIGHTS = 100;

    private final KubernetesOptions options;
    private final AnswerRecords records;

    /// An address behind a name, with one of its ports.
    private record Candidate(Address address, int port, Name target) {}

    ServiceAnswers(KubernetesOptions options, AnswerRecords records) {
        this.options = options;
        this.records = records;
    }

    Finding find(
            ClusterQuestion.Service question, ServiceState state, Name owner, int type, Name zone) {
        var service = state.service();
        if (service == null) {
            return new Finding.NoName();
        }
        var external = service.externalName();
        if (external != null) {
            return external(question, external, owner, type, state);
        }
        if (!service.isHeadless() && options.hides(state)) {
            return new Finding.NoName();
        }
        boolean byEndpoint = service.isHeadless() || question.endpoint() != null;
        if (!byEndpoint) {
            return question.topology() == null
                    ? answer(clusterIps(question, service, zone), owner, type, state)
                    : new Finding.NoName();
        }
        if (!options.endpoints()) {
            return new Finding.NoName();
        }
        var topology = question.topology();
        if (topology != null) {
            return zonal(question, topology, state, owner, type, zone);
        }
        var candidates = endpoints(question, state, "", zone);
        if (candidates.isEmpty() && question.endpoint() == null && question.port() == null) {
            for (var slice : state.slices()) {
                if (!slice.targets().isEmpty()) {
                    return alias(slice.targets().getFirst(), owner, type, state);
                }
            }
        }
        return answer(candidates, owner, type, state);
    }

    /// A name that is an address is no name; CoreDNS treats such a service as absent.
    private Finding external(
            ClusterQuestion.Service question,
            String external,
            Name owner,
            int type,
            ServiceState state) {
        boolean bare =
                question.endpoint() == null
                        && question.port() == null
                        && question.topology() == null;
        return bare ? alias(external, owner, type, state) : new Finding.NoName();
    }

    private Finding alias(String external, Name owner, int type, ServiceState state) {
        var target = AnswerRecords.target(external);
        if (target.isEmpty()) {
            return new Finding.NoName();
        }
        return switch (type) {
            case Type.A, Type.AAAA -> new Finding.Alias(target.get());
            case Type.CNAME ->
                    Finding.ofRecords(
                            List.of(records.alias(owner, target.get())), List.of(), state);
            default -> new Finding.NoData();
        };
    }

    private Finding zonal(
            ClusterQuestion.Service question,
            ClusterQuestion.Topology topology,
            ServiceState state,
            Name owner,
            int type,
            Name zone) {
        var all = endpoints(question, state, "", zone);
        if (all.isEmpty()) {
            return new Finding.NoName();
        }
        var near = endpoints(question, state, topology.zone(), zone);
        if (near.isEmpty()) {
            return topology.pinned() ? new Finding.NoData() : answer(all, owner, type, state);
        }
        return answer(near, owner, type, state);
    }

    private static List<Candidate> clusterIps(
            ClusterQuestion.Service question, ServiceObject service, Name zone) {
        var target =
                AnswerRecords.serviceName(
                        new ServiceName(service.namespace(), service.name()), zone);
        var candidates = new ArrayList<Candidate>();
        for (var address : service.clusterIps()) {
            for (var port : service.ports().isEmpty() ? NO_PORTS : service.ports()) {
                if (matches(question, port)) {
                    candidates.add(new Candidate(address, port.port(), target));
                }
            }
        }
        return candidates;
    }

    /// @param near only endpoints of this zone; empty for all
    private List<Candidate> endpoints(
            ClusterQuestion.Service question, ServiceState state, String near, Name zone) {
        var candidates = new ArrayList<Candidate>();
        for (var slice : state.slices()) {
            var ports = slice.ports().isEmpty() ? NO_PORTS : slice.ports();
            for (var endpoint : slice.endpoints()) {
                var label = endpoint.label(options.podNames()).toLowerCase(Locale.ROOT);
                boolean asked =
                        question.endpoint() == null
                                || (label.equals(question.endpoint())
                                        && isIn(question.cluster(), endpoint));
                if (!asked || (!near.isEmpty() && !near.equals(endpoint.zone()))) {
                    continue;
                }
                var cluster = endpoint.cluster();
                var target =
                        AnswerRecords.endpointName(
                                cluster == null ? label : label + "." + cluster,
                                state.name(),
                                zone);
                for (var port : ports) {
                    if (matches(question, port)) {
                        candidates.add(new Candidate(endpoint.address(), port.port(), target));
                    }
                }
            }
        }
        return candidates;
    }

    private static boolean isIn(@Nullable String cluster, Endpoint endpoint) {
        return cluster == null || cluster.equals(endpoint.cluster());
    }

    private static boolean matches(ClusterQuestion.Service question, ServicePort port) {
        return question.port() == null
                || (port.name().equalsIgnoreCase(question.port())
                        && port.protocol().equalsIgnoreCase(question.protocol()));
    }

    private Finding answer(List<Candidate> candidates, Name owner, int type, ServiceState state) {
        if (candidates.isEmpty()) {
            return new Finding.NoName();
        }
        return switch (type) {
            case Type.A, Type.AAAA -> {
                var addresses = candidates.stream().map(Candidate::address).toList();
                yield Finding.ofRecords(
                        records.addresses(owner, type, addresses), List.of(), state);
            }
            case Type.SRV -> services(candidates, owner, state);
            default -> new Finding.NoData();
        };
    }

    private Finding services(List<Candidate> candidates, Name owner, ServiceState state) {
        int weight = Math.max(1, WEIGHTS / candidates.size());
        var answer = new LinkedHashSet<Record>();
        var additional = new LinkedHashSet<Record>();
        for (var candidate : candidates) {
            if (candidate.port() >= 0) {
                answer.add(records.service(owner, weight, candidate.port(), candidate.target()));
                additional.add(records.address(candidate.target(), candidate.address()));
            }
        }
        return Finding.ofRecords(List.copyOf(answer), List.copyOf(additional), state);
    }
}
