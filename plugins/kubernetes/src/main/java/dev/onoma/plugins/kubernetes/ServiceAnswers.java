package dev.onoma.plugins.kubernetes;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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

    static final int WEIGHTS = 100;

    /// For those who want every endpoint, whether a message holds them or not.
    static final int EVERYTHING = Integer.MAX_VALUE;

    private final KubernetesOptions options;
    private final AnswerRecords records;

    /// A question about a service, and what belongs to it.
    private record Asked(
            ClusterQuestion.Service question,
            ServiceState state,
            Name owner,
            int type,
            Name zone,
            int octetsMax) {}

    /// An address behind a name, with one of its ports.
    private record Candidate(Address address, int port, Name target) {}

    ServiceAnswers(KubernetesOptions options, AnswerRecords records) {
        this.options = options;
        this.records = records;
    }

    /// @param octetsMax what the message holds, or [#EVERYTHING]
    Finding find(
            ClusterQuestion.Service question,
            ServiceState state,
            Name owner,
            int type,
            Name zone,
            int octetsMax) {
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
        if (!service.isHeadless() && question.endpoint() == null) {
            return question.topology() == null
                    ? answer(clusterIps(question, service, zone), owner, type, state)
                    : new Finding.NoName();
        }
        if (!options.endpoints()) {
            return new Finding.NoName();
        }
        var asked = new Asked(question, state, owner, type, zone, octetsMax);
        return question.topology() == null ? headless(asked) : zonal(asked, question.topology());
    }

    private Finding headless(Asked asked) {
        boolean bare = asked.question.endpoint() == null && asked.question.port() == null;
        var target = bare ? asked.state.target() : null;
        return target == null
                ? endpoints(asked, "")
                : alias(target, asked.owner, asked.type, asked.state);
    }

    /// @param near only endpoints of this zone; empty for all
    private Finding endpoints(Asked asked, String near) {
        boolean isAll = asked.question.endpoint() == null;
        return isAll
                        && asked.octetsMax != EVERYTHING
                        && asked.state.endpointCount() > EndpointSample.WHOLE_MAX
                ? new EndpointSample(asked.question, asked.state, near, records, options.podNames())
                        .find(asked.owner, asked.type, asked.zone, asked.octetsMax)
                : answer(
                        candidates(asked.question, asked.state, near, asked.zone),
                        asked.owner,
                        asked.type,
                        asked.state);
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

    /// Names of zones exist as soon as the service does: that there is nobody now is no data.
    private Finding zonal(Asked asked, ClusterQuestion.Topology topology) {
        if (asked.state.endpointCount() == 0) {
            return new Finding.NoData();
        }
        var near = endpoints(asked, topology.zone());
        if (!(near instanceof Finding.NoName)) {
            return near;
        }
        return topology.pinned() ? new Finding.NoData() : endpoints(asked, "");
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
    private List<Candidate> candidates(
            ClusterQuestion.Service question, ServiceState state, String near, Name zone) {
        var candidates = new ArrayList<Candidate>();
        var service = AnswerRecords.serviceName(state.name(), zone);
        var named = EndpointName.of(question);
        for (var slice : state.slices()) {
            var ports = ports(slice).stream().filter(port -> matches(question, port)).toList();
            for (var endpoint : ports.isEmpty() ? List.<Endpoint>of() : slice.endpoints()) {
                boolean asked = named == null || named.matches(endpoint, options.podNames());
                if (!asked || !near.isEmpty() && !near.equals(endpoint.zone())) {
                    continue;
                }
                AnswerRecords.fitting(endpoint.labels(options.podNames()), service)
                        .ifPresent(target ->
                                ports.forEach(port ->
                                        candidates.add(
                                                new Candidate(
                                                        endpoint.address(), port.port(), target))));
            }
        }
        return candidates;
    }

    /// The ports of a slice; one without ports has addresses but no SRV records.
    static List<ServicePort> ports(EndpointSliceObject slice) {
        return slice.ports().isEmpty() ? NO_PORTS : slice.ports();
    }

    static boolean matches(ClusterQuestion.Service question, ServicePort port) {
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
