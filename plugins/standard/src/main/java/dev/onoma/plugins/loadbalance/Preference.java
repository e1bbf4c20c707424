package dev.onoma.plugins.loadbalance;

import dev.onoma.api.Cidr;
import dev.onoma.api.Response;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/// Networks whose addresses come first, in their order.
record Preference(List<Cidr> networks) {
    Response reorder(Response response) {
        // A single record needs no order, and stays ready for the socket.
        if (response.count(Section.ANSWER) > 1) {
            reorder(response.answers());
        }
        if (response.count(Section.ADDITIONAL) > 1) {
            reorder(response.additionals());
        }
        return response;
    }

    private void reorder(List<Record> section) {
        var sorted = Sorted.of(section);
        section.clear();
        section.addAll(sorted.aliases());
        section.addAll(preferred(sorted.addresses()));
        section.addAll(sorted.exchangers());
        section.addAll(sorted.rest());
    }

    private List<Record> preferred(List<Record> addresses) {
        var left = new ArrayList<>(addresses);
        var ordered = new ArrayList<Record>();
        for (var network : networks) {
            for (var r : List.copyOf(left)) {
                var address = Sorted.address(r);
                if (address != null && network.contains(address)) {
                    ordered.add(r);
                    left.remove(r);
                }
            }
        }
        ordered.addAll(left);
        return ordered;
    }
}
