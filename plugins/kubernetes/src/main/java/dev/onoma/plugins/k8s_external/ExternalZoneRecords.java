package dev.onoma.plugins.k8s_external;

import dev.onoma.api.Addresses;
import dev.onoma.api.Cluster;
import dev.onoma.api.RecordMessages;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;

/// The records of a zone, as a transfer has them, each once: the name server, then the services by
/// name, in a reverse zone the names of their addresses.
///
/// Records are made for one service at a time, below a headless one for one endpoint at a time.
final class ExternalZoneRecords implements RecordMessages.Batches {
    private final ExternalAnswers answers;
    private final Name zone;
    private final boolean reverse;
    private final Iterator<Cluster.Service> services;
    private final Set<InetAddress> said = new HashSet<>();
    private Iterator<List<Record>> endpoints = Collections.emptyIterator();

    ExternalZoneRecords(ExternalAnswers answers, Name zone, Collection<Cluster.Service> services) {
        this.answers = answers;
        this.zone = zone;
        this.services =
                services.stream()
                        .sorted(
                                Comparator.comparing(Cluster.Service::name)
                                        .thenComparing(Cluster.Service::namespace))
                        .iterator();
        reverse = ExternalOptions.isReverse(zone);
    }

    @Override
    public @Nullable List<Record> next() {
        if (endpoints.hasNext()) {
            return endpoints.next();
        }
        return services.hasNext() ? records(services.next()) : null;
    }

    private List<Record> records(Cluster.Service service) {
        if (reverse) {
            return pointers(service);
        }
        endpoints = answers.ofEndpoints(service, zone);
        return answers.ofService(service, zone);
    }

    private List<Record> pointers(Cluster.Service service) {
        var made = new ArrayList<Record>();
        for (var text : service.external()) {
            var address = Addresses.parse(text);
            if (address.isPresent() && said.add(address.get())) {
                var owner = ReverseMap.fromAddress(address.get());
                if (owner.subdomain(zone)
                        && answers.pointers(owner, address.get())
                                instanceof Found.Records(var pointers, _, _, _)) {
                    made.addAll(pointers);
                }
            }
        }
        return made;
    }
}
