package dev.onoma.plugins.kubernetes;

import dev.onoma.api.NameKey;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;

/// The records of a reverse zone, as a transfer has them: name servers, then what each cluster IP
/// and each endpoint is called that lies in the zone, in no order.
///
/// What an address is called is looked up when its turn comes.
final class ReverseZoneRecords implements Iterator<Record> {
    private final ClusterAnswers answers;
    private final ServiceStore store;
    private final AddressRange range;
    private final Iterator<Address> clusterIps;
    private final Iterator<Address> endpoints;
    private Iterator<Record> ready;

    ReverseZoneRecords(ClusterAnswers answers, ServiceStore store, Name zone) {
        this.answers = answers;
        this.store = store;
        this.range = ReverseNames.range(NameKey.of(zone)).orElseThrow();
        clusterIps = store.clusterAddresses();
        endpoints = store.endpointAddresses();
        ready = answers.nameServerRecords(zone).iterator();
    }

    private static Iterator<Record> made(Finding finding) {
        return finding instanceof Finding.Records(var records, _, _)
                ? records.iterator()
                : Collections.emptyIterator();
    }

    @Override
    public boolean hasNext() {
        while (!ready.hasNext()) {
            if (clusterIps.hasNext()) {
                ready = pointers(clusterIps.next());
            } else if (endpoints.hasNext()) {
                var address = endpoints.next();
                boolean said = !store.servicesOfClusterIp(address).isEmpty();
                ready = said ? Collections.emptyIterator() : pointers(address);
            } else {
                return false;
            }
        }
        return true;
    }

    @Override
    public Record next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.next();
    }

    private Iterator<Record> pointers(Address address) {
        return range.contains(address)
                ? made(answers.pointers(ReverseMap.fromAddress(address.toInetAddress()), address))
                : List.<Record>of().iterator();
    }
}
