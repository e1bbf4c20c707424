package dev.onoma.plugins.kubernetes;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Who has an address: mostly one, sometimes many (pods on the host's network share the node's).
///
/// One writer, readers without locks. While the writer moves a value, a reader may see it twice; it
/// never misses one that stays.
final class AddressIndex<T> {
    private final ConcurrentHashMap<Address, T> firsts = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Address, List<T>> others = new ConcurrentHashMap<>();

    void add(Address address, T value) {
        var first = firsts.putIfAbsent(address, value);
        if (first == null || first.equals(value)) {
            return;
        }
        var rest = others.getOrDefault(address, List.of());
        if (!rest.contains(value)) {
            var longer = new ArrayList<T>(rest);
            longer.add(value);
            others.put(address, List.copyOf(longer));
        }
    }

    void remove(Address address, T value) {
        var rest = others.get(address);
        if (rest == null) {
            firsts.remove(address, value);
            return;
        }
        var left = new ArrayList<T>(rest);
        if (value.equals(firsts.get(address))) {
            firsts.put(address, left.removeFirst());
        } else {
            left.remove(value);
        }
        if (left.isEmpty()) {
            others.remove(address);
        } else {
            others.put(address, List.copyOf(left));
        }
    }

    /// Everybody with this address, the longest known first.
    List<T> get(Address address) {
        var first = firsts.get(address);
        if (first == null) {
            return List.of();
        }
        var rest = others.get(address);
        if (rest == null) {
            return List.of(first);
        }
        var all = new ArrayList<T>();
        all.add(first);
        rest.stream().filter(value -> !value.equals(first)).forEach(all::add);
        return all;
    }

    /// Everybody once, in no order.
    List<T> values() {
        Set<T> values = new HashSet<>(firsts.values());
        others.values().forEach(values::addAll);
        return List.copyOf(values);
    }

    /// Every address once, in no order; those that come or go meanwhile may be there or not.
    Iterator<Address> addresses() {
        return firsts.keySet().iterator();
    }

    int size() {
        return firsts.size();
    }
}
