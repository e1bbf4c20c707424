package dev.onoma.plugins.kubernetes;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Pods with their names and labels, for metadata.
final class NamedPods implements Pods {
    private final AddressIndex<PodObject> byAddress = new AddressIndex<>();

    // The writer's own.
    private final Map<KubernetesObject.Key, PodObject> byKey = new HashMap<>();
    private final Set<KubernetesObject.Key> unseen = new HashSet<>();

    @Override
    public News put(PodObject pod) {
        unseen.remove(pod.key());
        var old = byKey.put(pod.key(), pod);
        if (pod.equals(old)) {
            return News.NOTHING;
        }
        pod.addresses().forEach(address -> byAddress.add(address, pod));
        if (old != null) {
            old.addresses().forEach(address -> byAddress.remove(address, old));
        }
        return old != null && old.addresses().equals(pod.addresses())
                ? News.DETAILS
                : News.ADDRESSES;
    }

    @Override
    public boolean delete(KubernetesObject.Key key) {
        var pod = byKey.remove(key);
        if (pod != null) {
            pod.addresses().forEach(address -> byAddress.remove(address, pod));
        }
        return pod != null;
    }

    @Override
    public void beginReplace() {
        unseen.clear();
        unseen.addAll(byKey.keySet());
    }

    @Override
    public boolean endReplace() {
        boolean any = !unseen.isEmpty();
        unseen.forEach(this::delete);
        unseen.clear();
        return any;
    }

    @Override
    public @Nullable String namespaceAt(Address address) {
        var pod = at(address);
        return pod == null ? null : pod.namespace();
    }

    @Override
    public boolean contains(String namespace, Address address) {
        return byAddress.get(address).stream().anyMatch(p -> p.namespace().equals(namespace));
    }

    /// The pod that has this address, the longest known of several; null if there is none.
    @Nullable PodObject at(Address address) {
        var pods = byAddress.get(address);
        return pods.isEmpty() ? null : pods.getFirst();
    }

    /// Every pod once. Any thread.
    List<PodObject> all() {
        return byAddress.values();
    }
}
