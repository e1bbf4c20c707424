package dev.onoma.plugins.loadbalance;

import dev.onoma.api.Response;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// How often each address of a name comes first, in proportion. What is not listed has weight 1.
///
/// @param byName names in any spelling (RFC 4343)
record Weights(Map<Name, Map<InetAddress, Integer>> byName) {
    static final Weights NONE = new Weights(Map.of());

    /// Draws an address and puts it first, in answer and additional section.
    Response reorder(Response response, RandomGenerator random) {
        int type = response.query().type();
        if (type == Type.A || type == Type.AAAA || type == Type.SRV) {
            if (response.count(Section.ANSWER) > 1) {
                reorder(response.answers(), random);
            }
            if (response.count(Section.ADDITIONAL) > 1) {
                reorder(response.additionals(), random);
            }
        }
        return response;
    }

    private void reorder(List<Record> section, RandomGenerator random) {
        var sorted = Sorted.of(section);
        var addresses = sorted.addresses();
        if (addresses.isEmpty()) {
            return;
        }
        Collections.swap(addresses, 0, draw(addresses, random));
        section.clear();
        section.addAll(sorted.aliases());
        section.addAll(sorted.rest());
        section.addAll(addresses);
        section.addAll(sorted.exchangers());
    }

    private int draw(List<Record> addresses, RandomGenerator random) {
        var weights = addresses.stream().mapToInt(this::weight).toArray();
        int total = 0;
        for (int weight : weights) {
            total += weight;
        }
        int left = random.nextInt(total);
        int index = 0;
        while (left >= weights[index]) {
            left -= weights[index];
            index++;
        }
        return index;
    }

    private int weight(Record r) {
        var listed = byName.getOrDefault(r.getName(), Map.of());
        var address = Sorted.address(r);
        return address == null ? 1 : listed.getOrDefault(address, 1);
    }
}
