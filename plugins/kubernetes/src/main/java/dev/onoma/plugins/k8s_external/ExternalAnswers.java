package dev.onoma.plugins.k8s_external;

import dev.onoma.api.Addresses;
import dev.onoma.api.Cluster;
import dev.onoma.api.NameKey;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.Type;

/// Says what there is to a name.
///
/// The candidates of a question are pairs of a host (an address, or the name of a load balancer)
/// and a port. Without a candidate the name does not exist; what exists but gives no record of the
/// type is no data.
final class ExternalAnswers {
    /// Stands for "no ports at all": such a service has addresses but no SRV records.
    private static final List<Cluster.Port> NO_PORTS = List.of(new Cluster.Port("", "", -1));

    private static final int WEIGHTS = 100;

    /// Up to here all endpoints make one answer.
    private static final int WHOLE_MAX = 256;

    /// What the record of an IPv4 address takes.
    private static final int ADDRESS_OCTETS = 16;

    private static final int[] ALL = {Type.A, Type.AAAA, Type.SRV};

    private final ExternalOptions options;
    private final Cluster cluster;
    private final ExternalRecords records;

    /// A place where a service can be reached.
    ///
    /// @param address null for a load balancer that has a name instead
    /// @param target of SRV records
    private record Candidate(@Nullable InetAddress address, int port, Name target) {}

    /// A name below a zone, taken apart from the right.
    ///
    /// @param endpoint null if all are meant
    /// @param port null if all are meant, then `protocol` is null too
    private record Question(
            Cluster.Service service,
            @Nullable String endpoint,
            @Nullable String port,
            @Nullable String protocol) {
        boolean matches(Cluster.Port candidate) {
            return port == null
                    || (port.equalsIgnoreCase(candidate.name())
                            && candidate.protocol().equalsIgnoreCase(protocol));
        }
    }

    ExternalAnswers(ExternalOptions options, Cluster cluster) {
        this.options = options;
        this.cluster = cluster;
        this.records = new ExternalRecords(options.ttlSeconds(), options.apex());
    }

    /// When something that the zones show last changed.
    long serialSeconds() {
        return options.headless()
                ? Math.max(cluster.serialSeconds(), cluster.externalSerialSeconds())
                : cluster.externalSerialSeconds();
    }

    Record soa(Name zone) {
        return soa(zone, serialSeconds());
    }

    Record soa(Name zone, long serialSeconds) {
        return records.soa(zone, serialSeconds);
    }

    CNAMERecord alias(Name owner, Name target) {
        return records.alias(owner, target);
    }

    /// The zone itself, and what lies below its apex.
    Found own(NameKey name, Name owner, int type, Name zone, NameKey apex) {
        int below = name.labels() - apex.labels();
        if (below < 0) {
            return switch (type) {
                case Type.SOA -> Found.of(List.of(soa(zone)), List.of());
                case Type.NS -> Found.of(List.of(records.ns(zone)), glue(zone));
                default -> new Found.NoData();
            };
        }
        if (below == 0) {
            return new Found.NoData();
        }
        return below == 1 && name.labelText(0).equals("ns1")
                ? Found.of(records.addresses(owner, type, nameServers()), List.of())
                : new Found.NoName();
    }

    /// What a zone has beside services and its start of authority.
    List<Record> top(Name zone) {
        var top = new ArrayList<Record>();
        top.add(records.ns(zone));
        top.addAll(glue(zone));
        return top;
    }

    private List<Record> glue(Name zone) {
        var owner = records.nameServer(zone);
        return nameServers().stream().distinct().map(a -> records.address(owner, a)).toList();
    }

    /// Where this server is reached from outside: through the services it is behind, else itself.
    private List<InetAddress> nameServers() {
        var services = cluster.servicesHere();
        if (services.isEmpty()) {
            return cluster.addressesHere();
        }
        var addresses = new ArrayList<InetAddress>();
        for (var service : services) {
            if (options.headless() && service.isHeadless() && service.external().isEmpty()) {
                service.endpoints().forEach(endpoint -> addresses.add(endpoint.address()));
            } else {
                service.external().forEach(e -> Addresses.parse(e).ifPresent(addresses::add));
            }
        }
        return addresses;
    }

    /// Everything else.
    ///
    /// @param octetsMax of the message, which may hold less than there is
    Found find(NameKey name, Name owner, int type, Name zone, int octetsMax) {
        if (type == Type.PTR) {
            var address = reverseAddress(owner);
            if (address.isPresent()) {
                return pointers(owner, address.get());
            }
        }
        int count = name.labels() - (zone.labels() - 1);
        var namespace = name.labelText(count - 1);
        if (!cluster.isExposed(namespace)) {
            return new Found.NoName();
        }
        if (count == 1) {
            return new Found.NoData();
        }
        var service = cluster.service(namespace, name.labelText(count - 2));
        if (service.isEmpty() || count > 4) {
            return new Found.NoName();
        }
        var question =
                switch (count) {
                    case 2 -> new Question(service.get(), null, null, null);
                    case 3 -> new Question(service.get(), bare(name.labelText(0)), null, null);
                    default ->
                            new Question(
                                    service.get(),
                                    null,
                                    bare(name.labelText(0)),
                                    bare(name.labelText(1)));
                };
        return endpointsOf(question)
                .map(endpoints -> some(endpoints, question, zone, owner, type, octetsMax))
                .orElseGet(() -> answer(external(question, zone), owner, type));
    }

    /// What is known about a name, in a line for whoever has a query explained.
    String note(NameKey name, Name zone) {
        var address = reverseAddress(name.copy().name());
        if (address.isPresent()) {
            return "services with external address %s: %d"
                    .formatted(
                            address.get().getHostAddress(),
                            cluster.servicesAt(address.get()).size());
        }
        int count = name.labels() - (zone.labels() - 1);
        if (count == 0) {
            return "the zone itself";
        }
        var namespace = name.labelText(count - 1);
        if (!cluster.isExposed(namespace)) {
            return "there is no namespace %s, or the Corefile does not show it"
                    .formatted(namespace);
        }
        if (count == 1) {
            return "namespace %s is there".formatted(namespace);
        }
        var title = "service %s/%s".formatted(namespace, name.labelText(count - 2));
        return cluster.service(namespace, name.labelText(count - 2))
                .map(service ->
                        service.external().isEmpty()
                                ? title + " has no address outside of the cluster"
                                : title + " has outside of the cluster " + service.external())
                .orElse("there is no " + title);
    }

    private static Optional<InetAddress> reverseAddress(Name name) {
        try {
            return ExternalOptions.isReverse(name)
                    ? Optional.of(ReverseMap.fromName(name))
                    : Optional.empty();
        } catch (UnknownHostException _) {
            return Optional.empty(); // a reverse name, but not of a whole address
        }
    }

    private static String bare(String label) {
        return label.startsWith("_") ? label.substring(1) : label;
    }

    Found pointers(Name owner, InetAddress address) {
        var answer = new LinkedHashSet<Record>();
        for (var service : cluster.servicesAt(address)) {
            if (cluster.isExposed(service.namespace())) {
                serviceName(service, options.primary())
                        .ifPresent(target -> answer.add(records.pointer(owner, target)));
            }
        }
        return answer.isEmpty() ? new Found.NoName() : Found.of(List.copyOf(answer), List.of());
    }

    private static Optional<Name> serviceName(Cluster.Service service, Name zone) {
        return ExternalRecords.under(service.name() + "." + service.namespace(), zone);
    }

    /// Every record of the name of a service and of the names of its ports. An alias stands alone.
    List<Record> ofService(Cluster.Service service, Name zone) {
        var owner = serviceName(service, zone).filter(name -> isShown(service, name, zone));
        if (owner.isEmpty()) {
            return List.of();
        }
        var name = owner.get();
        var bare = candidates(new Question(service, null, null, null), zone);
        var made = records(bare, name, Type.CNAME);
        if (made.isEmpty()) {
            made.addAll(records(bare, name, Type.A, Type.AAAA, Type.SRV));
        }
        for (var port : portNames(service)) {
            var question = new Question(service, null, port.name(), port.protocol());
            ExternalRecords.under("_%s._%s".formatted(port.name(), port.protocol()), name)
                    .map(n -> records(candidates(question, zone), n, Type.SRV))
                    .ifPresent(made::addAll);
        }
        return made;
    }

    /// Every record of the names of the endpoints of a service, one name after the other.
    Iterator<List<Record>> ofEndpoints(Cluster.Service service, Name zone) {
        var owner = serviceName(service, zone).filter(name -> isShown(service, name, zone));
        if (owner.isEmpty() || !byEndpoint(service)) {
            return Collections.emptyIterator();
        }
        var byName = new LinkedHashMap<Name, List<Candidate>>();
        var bare = new Question(service, null, null, null);
        for (var candidate : candidates(service.endpoints(), bare, zone)) {
            byName.computeIfAbsent(candidate.target(), _ -> new ArrayList<>()).add(candidate);
        }
        return byName.entrySet().stream()
                .map(named -> records(named.getValue(), named.getKey(), ALL))
                .iterator();
    }

    /// Names below the apex are those of the name server, whatever namespaces are called.
    private boolean isShown(Cluster.Service service, Name owner, Name zone) {
        return cluster.isExposed(service.namespace())
                && ExternalRecords.under(options.apex(), zone).filter(owner::subdomain).isEmpty();
    }

    /// The ports of a service that have names, whether its own or those of its endpoints.
    private Collection<Cluster.Port> portNames(Cluster.Service service) {
        var ports = new LinkedHashMap<String, Cluster.Port>();
        service.ports().forEach(port -> ports.putIfAbsent(key(port), port));
        if (byEndpoint(service)) {
            service.endpoints()
                    .forEach(e -> e.ports().forEach(port -> ports.putIfAbsent(key(port), port)));
        }
        ports.remove("");
        return ports.values();
    }

    private static String key(Cluster.Port port) {
        return port.name().isEmpty() ? "" : port.name() + "." + port.protocol();
    }

    private List<Record> records(List<Candidate> candidates, Name owner, int... types) {
        var made = new ArrayList<Record>();
        for (int type : types) {
            if (answer(candidates, owner, type) instanceof Found.Records(var records, _, _, _)) {
                made.addAll(records);
            }
        }
        return made;
    }

    private List<Candidate> candidates(Question question, Name zone) {
        return endpointsOf(question)
                .map(endpoints -> candidates(endpoints, question, zone))
                .orElseGet(() -> external(question, zone));
    }

    /// The endpoints that a question is about; empty if it is about what is outside.
    private Optional<List<Cluster.Endpoint>> endpointsOf(Question question) {
        var service = question.service();
        var label = question.endpoint();
        if (label != null) {
            return isInner(service) ? Optional.of(service.endpoints(label)) : Optional.empty();
        }
        return byEndpoint(service) ? Optional.of(service.endpoints()) : Optional.empty();
    }

    /// Of many endpoints those that a message holds, beginning with any.
    private Found some(
            List<Cluster.Endpoint> endpoints,
            Question question,
            Name zone,
            Name owner,
            int type,
            int octetsMax) {
        if (endpoints.size() <= WHOLE_MAX) {
            return answer(candidates(endpoints, question, zone), owner, type);
        }
        boolean addresses = type == Type.A || type == Type.AAAA;
        var wanted = addresses ? question.service().endpoints(type) : endpoints;
        if (wanted.isEmpty()) {
            return answer(candidates(endpoints.subList(0, 1), question, zone), owner, type);
        }
        int most = octetsMax / ADDRESS_OCTETS + 1;
        int start = ThreadLocalRandom.current().nextInt(wanted.size());
        var some = new ArrayList<Cluster.Endpoint>();
        for (int i = 0; i < Math.min(most, wanted.size()); i++) {
            some.add(wanted.get((start + i) % wanted.size()));
        }
        var found = answer(candidates(some, question, zone), owner, type);
        return some.size() < wanted.size() ? found.asPart() : found;
    }

    /// Whether its name stands for its endpoints.
    private boolean byEndpoint(Cluster.Service service) {
        return service.isHeadless() && isInner(service);
    }

    /// Whether endpoints are shown because there is nothing outside.
    private boolean isInner(Cluster.Service service) {
        return options.headless() && service.external().isEmpty();
    }

    private static List<Candidate> external(Question question, Name zone) {
        var service = question.service();
        var candidates = new ArrayList<Candidate>();
        for (var text : service.external()) {
            var address = Addresses.parse(text);
            var target =
                    address.isPresent()
                            ? serviceName(service, zone)
                            : ExternalRecords.hostname(text);
            if (target.isEmpty()) {
                continue;
            }
            for (var port : orNone(service.ports())) {
                if (question.matches(port)) {
                    candidates.add(
                            new Candidate(address.orElse(null), port.number(), target.get()));
                }
            }
        }
        return candidates;
    }

    private static List<Candidate> candidates(
            List<Cluster.Endpoint> endpoints, Question question, Name zone) {
        var base = serviceName(question.service(), zone);
        var candidates = new ArrayList<Candidate>();
        for (var endpoint : endpoints) {
            var target = base.flatMap(b -> ExternalRecords.under(endpoint.label(), b));
            if (target.isEmpty()) {
                continue;
            }
            for (var port : orNone(endpoint.ports())) {
                if (question.matches(port)) {
                    candidates.add(new Candidate(endpoint.address(), port.number(), target.get()));
                }
            }
        }
        return candidates;
    }

    private static List<Cluster.Port> orNone(List<Cluster.Port> ports) {
        return ports.isEmpty() ? NO_PORTS : ports;
    }

    private Found answer(List<Candidate> candidates, Name owner, int type) {
        if (candidates.isEmpty()) {
            return new Found.NoName();
        }
        return switch (type) {
            case Type.A, Type.AAAA, Type.CNAME -> addresses(candidates, owner, type);
            case Type.SRV -> services(candidates, owner);
            default -> new Found.NoData();
        };
    }

    /// A name is either an alias or has addresses (RFC 1034, section 3.6.2), so the name of a load
    /// balancer counts only where there is no address.
    private Found addresses(List<Candidate> candidates, Name owner, int type) {
        var addresses = new ArrayList<InetAddress>();
        for (var candidate : candidates) {
            if (candidate.address() != null) {
                addresses.add(candidate.address());
            }
        }
        if (!addresses.isEmpty()) {
            return Found.of(records.addresses(owner, type, addresses), List.of());
        }
        var target = candidates.getFirst().target();
        return type == Type.CNAME
                ? Found.of(List.of(records.alias(owner, target)), List.of())
                : new Found.Alias(target);
    }

    private Found services(List<Candidate> candidates, Name owner) {
        int weight = Math.max(1, WEIGHTS / candidates.size());
        var answer = new LinkedHashSet<Record>();
        var additional = new LinkedHashSet<Record>();
        var hosts = new LinkedHashSet<Name>();
        for (var candidate : candidates) {
            if (candidate.port() < 0) {
                continue;
            }
            answer.add(records.service(owner, weight, candidate.port(), candidate.target()));
            if (candidate.address() == null) {
                hosts.add(candidate.target());
            } else {
                additional.add(records.address(candidate.target(), candidate.address()));
            }
        }
        return answer.isEmpty()
                ? new Found.NoData()
                : new Found.Records(
                        List.copyOf(answer),
                        List.copyOf(additional),
                        List.copyOf(hosts),
                        /* whole= */ true);
    }
}
