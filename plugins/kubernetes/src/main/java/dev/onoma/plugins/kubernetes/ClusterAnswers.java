package dev.onoma.plugins.kubernetes;

import dev.onoma.api.NameKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Answers every question in the zones of one `kubernetes` directive from the store, as records.
///
/// Off the hot path: what it finds is compiled and kept.
final class ClusterAnswers {
    private final KubernetesOptions options;
    private final ServiceStore store;
    private final ServiceStore imports;
    private final AnswerRecords records;
    private final ServiceAnswers services;
    private final LocalNameServers nameServers;

    /// @param imports services of other clusters, for the zones of `multicluster`
    ClusterAnswers(
            KubernetesOptions options,
            ServiceStore store,
            ServiceStore imports,
            LocalNameServers nameServers) {
        this.options = options;
        this.store = store;
        this.imports = imports;
        this.nameServers = nameServers;
        this.records = new AnswerRecords(options.ttlSeconds());
        this.services = new ServiceAnswers(options, records);
    }

    AnswerRecords records() {
        return records;
    }

    Record soa(Name zone) {
        var of = isForImports(zone) ? imports : store;
        return soa(zone, of.serials().cluster());
    }

    Record soa(Name zone, long serialSeconds) {
        return records.soa(zone, serialSeconds);
    }

    private boolean isForImports(Name zone) {
        return options.multicluster().contains(zone);
    }

    CNAMERecord alias(Name owner, Name target) {
        return records.alias(owner, target);
    }

    /// Everything there is to a question.
    ///
    /// @param owner the name asked for, lower case
    /// @param zone that it lies in, lower case
    Finding find(NameKey name, Name owner, int type, Name zone) {
        return find(name, owner, type, zone, ServiceAnswers.EVERYTHING);
    }

    /// What there is to a question; of many endpoints as many as a message holds.
    ///
    /// @param owner the name asked for, lower case
    /// @param zone that it lies in, lower case
    /// @param octetsMax of the message
    Finding find(NameKey name, Name owner, int type, Name zone, int octetsMax) {
        if (type == Type.AXFR || type == Type.IXFR) {
            return new Finding.Refused();
        }
        if (KubernetesDirective.isReverse(zone)) {
            var address = ReverseNames.address(name);
            if (address.isPresent() && type == Type.PTR) {
                return pointers(owner, address.get());
            }
        }
        return switch (ClusterQuestion.of(
                name, zone.labels() - 1, ClusterQuestion.Forms.of(options, zone))) {
            case ClusterQuestion.Top(boolean apex) ->
                    apex ? apex(zone, type) : new Finding.NoData();
            case ClusterQuestion.Version() -> version(owner, type);
            case ClusterQuestion.NameServer() -> nameServer(owner, type, zone);
            case ClusterQuestion.Namespace(var namespace, boolean pod) -> namespace(namespace, pod);
            case ClusterQuestion.Pod(var namespace, var dashed) ->
                    pod(owner, type, namespace, dashed);
            case ClusterQuestion.Service service -> service(service, owner, type, zone, octetsMax);
            case ClusterQuestion.Unknown() -> new Finding.NoName();
        };
    }

    boolean isExposed(String namespace) {
        return options.isExposed(namespace, store);
    }

    /// Without names of pods there is nothing below `pod`.
    private Finding namespace(String namespace, boolean pod) {
        boolean hidden = pod && options.pods() == KubernetesOptions.Pods.DISABLED;
        return !hidden && isExposed(namespace) ? new Finding.NoData() : new Finding.NoName();
    }

    private Finding apex(Name zone, int type) {
        return switch (type) {
            case Type.SOA -> Finding.ofRecords(List.of(soa(zone)), List.of(), null);
            case Type.NS -> nameServers(zone);
            default -> new Finding.NoData();
        };
    }

    private static Finding version(Name owner, int type) {
        return type == Type.TXT
                ? Finding.ofRecords(List.of(AnswerRecords.version(owner)), List.of(), null)
                : new Finding.NoName();
    }

    /// `ns.dns` is wherever the name servers of the zone are.
    private Finding nameServer(Name owner, int type, Name zone) {
        if (type == Type.TXT) {
            return new Finding.NoName();
        }
        var addresses = nameServersOf(zone).stream().map(NameServer::address).distinct().toList();
        return Finding.ofRecords(records.addresses(owner, type, addresses), List.of(), null);
    }

    /// The name servers of a zone, as a transfer has them: a zone without one is none.
    List<Record> nameServerRecords(Name zone) {
        return nameServers(zone) instanceof Finding.Records(var servers, _, _)
                ? servers
                : List.of(records.nameServer(zone, ownNameServer(zone)));
    }

    private Name ownNameServer(Name zone) {
        return AnswerRecords.under(AnswerRecords.NAME_SERVER, nameServersZone(zone));
    }

    /// Where the names of the name servers of a zone are.
    private Name nameServersZone(Name zone) {
        boolean ours = !KubernetesDirective.isReverse(zone) && !isForImports(zone);
        return ours ? zone : options.primary();
    }

    /// A name server with one of its addresses.
    private record NameServer(Name name, Address address) {}

    Finding nameServers(Name zone) {
        var answer = new LinkedHashSet<Record>();
        var additional = new LinkedHashSet<Record>();
        for (var server : nameServersOf(zone)) {
            answer.add(records.nameServer(zone, server.name()));
            additional.add(records.address(server.name(), server.address()));
        }
        return Finding.ofRecords(List.copyOf(answer), List.copyOf(additional), null);
    }

    /// The services that have one of our own addresses as an endpoint, else `ns.dns`. Of a headless
    /// one all endpoints that stand beside ours, so that every server names the same.
    private List<NameServer> nameServersOf(Name zone) {
        var within = nameServersZone(zone);
        var servers = new ArrayList<NameServer>();
        for (var local : nameServers.addresses()) {
            var owners =
                    options.endpoints() ? store.servicesOfEndpoint(local) : List.<ServiceState>of();
            for (var state : owners) {
                var service = state.service();
                if (service == null || !isExposed(state.name().namespace())) {
                    continue;
                }
                if (service.isHeadless()) {
                    servers.addAll(besides(local, state, within));
                } else {
                    var target = AnswerRecords.serviceName(state.name(), within);
                    service.clusterIps().forEach(ip -> servers.add(new NameServer(target, ip)));
                }
            }
        }
        if (servers.isEmpty()) {
            var target = ownNameServer(zone);
            nameServers.addresses().forEach(ip -> servers.add(new NameServer(target, ip)));
        }
        return servers;
    }

    private List<NameServer> besides(Address local, ServiceState state, Name zone) {
        return state.slices().stream()
                .filter(slice -> ServiceState.hasEndpoint(List.of(slice), local))
                .flatMap(slice -> slice.endpoints().stream())
                .map(e -> new NameServer(endpointName(e, state, zone), e.address()))
                .toList();
    }

    private Finding pod(Name owner, int type, String namespace, String dashed) {
        if (options.pods() == KubernetesOptions.Pods.DISABLED || !isExposed(namespace)) {
            return new Finding.NoName();
        }
        Optional<Address> address = ReverseNames.dashedAddress(dashed);
        boolean known =
                options.pods() == KubernetesOptions.Pods.INSECURE
                        || address.filter(a -> store.pods().contains(namespace, a)).isPresent();
        if (address.isEmpty() || !known) {
            return new Finding.NoName();
        }
        return Finding.ofRecords(
                records.addresses(owner, type, List.of(address.get())), List.of(), null);
    }

    private Finding service(
            ClusterQuestion.Service question, Name owner, int type, Name zone, int octetsMax) {
        if (!isExposed(question.namespace())) {
            return new Finding.NoName();
        }
        var of = isForImports(zone) ? imports : store;
        var state = of.service(question.namespace(), question.name());
        return state == null
                ? new Finding.NoName()
                : services.find(question, state, owner, type, zone, octetsMax);
    }

    /// One name for a cluster IP; else one for each service behind which the address is.
    Finding pointers(Name owner, Address address) {
        for (var state : store.servicesOfClusterIp(address)) {
            if (isExposed(state.name().namespace())) {
                var target = AnswerRecords.serviceName(state.name(), options.primary());
                return Finding.ofRecords(List.of(records.pointer(owner, target)), List.of(), null);
            }
        }
        var answer = new LinkedHashSet<Record>();
        var owners =
                options.endpoints() ? store.servicesOfEndpoint(address) : List.<ServiceState>of();
        for (var state : owners) {
            if (isExposed(state.name().namespace())) {
                endpointNames(state, address, options.primary())
                        .forEach(target -> answer.add(records.pointer(owner, target)));
            }
        }
        return answer.isEmpty()
                ? new Finding.NoName()
                : Finding.ofRecords(List.copyOf(answer), List.of(), null);
    }

    private List<Name> endpointNames(ServiceState state, Address address, Name zone) {
        var names = new ArrayList<Name>(1);
        state.forEachEndpoint(endpoint -> {
            if (endpoint.address().equals(address)) {
                names.add(endpointName(endpoint, state, zone));
            }
        });
        return names;
    }

    private Name endpointName(Endpoint endpoint, ServiceState state, Name zone) {
        return AnswerRecords.endpointName(endpoint.label(options.podNames()), state.name(), zone);
    }
}
