package dev.onoma.plugins.kubernetes;

import dev.onoma.api.NameKey;
import dev.onoma.api.RecordMessages;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;

/// The records of a reverse zone, as a transfer has them, each once: name servers, then what each
/// cluster IP and each endpoint is called that lies in the zone. An address that is a cluster IP is
/// called by its service alone.
///
/// Endpoints come slice by slice, so that it costs the same to name one of ten and one of ten
/// thousand.
final class ReverseZoneRecords implements RecordMessages.Batches {
    private final KubernetesOptions options;
    private final ClusterAnswers answers;
    private final ServiceStore store;
    private final AddressRange range;
    private final Iterator<Address> clusterIps;
    private final Iterator<ServiceState> services;

    // Of the service at hand.
    private Iterator<EndpointSliceObject> slices = Collections.emptyIterator();
    private ServiceName name = new ServiceName("", "");
    private final Set<Record> said = new HashSet<>();

    ReverseZoneRecords(
            KubernetesOptions options, ClusterAnswers answers, ServiceStore store, Name zone) {
        this.options = options;
        this.answers = answers;
        this.store = store;
        range = ReverseNames.range(NameKey.of(zone)).orElseThrow();
        clusterIps = store.clusterAddresses();
        services = options.endpoints() ? store.states().iterator() : Collections.emptyIterator();
    }

    @Override
    public @Nullable List<Record> next() {
        if (clusterIps.hasNext()) {
            return services(clusterIps.next());
        }
        if (slices.hasNext()) {
            return endpoints(slices.next());
        }
        if (services.hasNext()) {
            begin(services.next());
            return List.of();
        }
        return null;
    }

    private List<Record> services(Address address) {
        return range.contains(address)
                        && answers.pointers(owner(address), address)
                                instanceof Finding.Records(var pointers, _, _)
                ? pointers
                : List.of();
    }

    private static Name owner(Address address) {
        return ReverseMap.fromAddress(address.toInetAddress());
    }

    private void begin(ServiceState state) {
        said.clear();
        name = state.name();
        slices =
                answers.isExposed(name.namespace())
                        ? state.slices().iterator()
                        : Collections.emptyIterator();
    }

    private List<Record> endpoints(EndpointSliceObject slice) {
        var service = AnswerRecords.serviceName(name, options.primary());
        var made = new ArrayList<Record>();
        for (var endpoint : slice.endpoints()) {
            var address = endpoint.address();
            if (range.contains(address) && store.servicesOfClusterIp(address).isEmpty()) {
                AnswerRecords.fitting(endpoint.label(options.podNames()), service)
                        .map(target -> answers.records().pointer(owner(address), target))
                        .filter(said::add)
                        .ifPresent(made::add);
            }
        }
        return made;
    }
}
