package dev.onoma.plugins.kubernetes;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The objects of a cluster as DNS sees them.
///
/// *Idea.* Each service has a slot, found by its name and by each of its addresses; the slot points
/// to an immutable [ServiceState] that holds the service and all its endpoint slices. A change
/// makes a new state and swaps one reference, so a query sees all of a service before the change or
/// all of it after, and never nothing in between.
///
/// *Threads.* One writer (see [ObjectSink]); readers take no lock. An address is indexed before the
/// state that has it appears and removed after the state is gone, and readers check what the index
/// says against the state.
///
/// *Memory.* The value objects of the source are the storage, there is no second form: about 300
/// bytes for a service and 100 for an endpoint, its place in the index included.
///
/// *Validity.* Whoever keeps an answer keeps with it what it was made from: the state for an answer
/// about one service, together with [#namespaceEpoch]; else [#generation], read before the look-up.
final class ServiceStore implements ObjectSink {
    /// So many addresses are looked for one by one.
    private static final int FEW = 16;

    private final InstantSource clock;
    private final List<StoreListener> listeners = new CopyOnWriteArrayList<>();

    private final ConcurrentHashMap<ServiceName, ServiceState.Slot> slots =
            new ConcurrentHashMap<>();
    private final Set<String> namespaces = ConcurrentHashMap.newKeySet();
    private final AddressIndex<ServiceState.Slot> clusterIps = new AddressIndex<>();
    private final AddressIndex<ServiceState.Slot> endpointIps = new AddressIndex<>();
    private final AddressIndex<ServiceState.Slot> externalIps = new AddressIndex<>();
    private final Pods pods;

    private final AtomicLong generation = new AtomicLong();
    private final AtomicInteger namespaceEpoch = new AtomicInteger();
    private final ZoneSerials serials = new ZoneSerials();
    private volatile boolean synced;
    private volatile @Nullable Instant restoredAt;

    // The writer's own.
    private final Map<KubernetesObject.Key, EndpointSliceObject> slices = new HashMap<>();
    private final Map<KubernetesObject.Kind, Set<KubernetesObject.Key>> unseen = new HashMap<>();
    private final Map<String, Boolean> pendingNamespaces = new HashMap<>();
    private final List<ServiceState.Slot> dirty = new ArrayList<>();
    private final List<EndpointSliceObject> changedSlices = new ArrayList<>();
    private boolean changed;
    private boolean serialDue;
    private boolean externalSerialDue;
    private boolean external;

    /// A store of which nobody asks what pods are called.
    ServiceStore(InstantSource clock) {
        this(clock, new CompactPods(/* seed= */ 0));
    }

    ServiceStore(InstantSource clock, Pods pods) {
        this.clock = clock;
        this.pods = pods;
    }

    /// From now on, what services are called outside of the cluster is kept. Before the first
    /// object.
    void keepExternal() {
        external = true;
    }

    /// Whether everything has been listed once, so that what is not here does not exist.
    boolean isSynced() {
        return synced;
    }

    /// When that was known which is served until there is something newer; null if all is new.
    @Nullable Instant restoredAt() {
        return restoredAt;
    }

    /// Whether everything here comes from the source itself.
    boolean isFresh() {
        return synced && restoredAt == null;
    }

    boolean hasNamespace(String namespace) {
        return namespaces.contains(namespace);
    }

    /// The service of that name, lower case; null if there is none.
    @Nullable ServiceState service(String namespace, String name) {
        var slot = slots.get(new ServiceName(namespace, name));
        var state = slot == null ? null : slot.current();
        return state == null || state.service() == null ? null : state;
    }

    /// The services that have this cluster IP, the longest known first.
    List<ServiceState> servicesOfClusterIp(Address address) {
        var found = new ArrayList<ServiceState>(1);
        for (var slot : clusterIps.get(address)) {
            var state = slot.current();
            var service = state == null ? null : state.service();
            if (state != null && service != null && service.clusterIps().contains(address)) {
                found.add(state);
            }
        }
        return found;
    }

    /// The services that have this address outside of the cluster, the longest known first.
    List<ServiceState> servicesOfExternal(Address address) {
        var found = new ArrayList<ServiceState>(1);
        for (var slot : externalIps.get(address)) {
            var state = slot.current();
            var service = state == null ? null : state.service();
            if (state != null && service != null && service.externalIps().contains(address)) {
                found.add(state);
            }
        }
        return found;
    }

    /// The services, known or not, behind whose name this address is a ready endpoint.
    List<ServiceState> servicesOfEndpoint(Address address) {
        var found = new ArrayList<ServiceState>(1);
        for (var slot : endpointIps.get(address)) {
            var state = slot.current();
            if (state != null && state.hasEndpoint(address)) {
                found.add(state);
            }
        }
        return found;
    }

    /// Every service there is, in no order.
    Collection<ServiceState> services() {
        return slots.values().stream()
                .map(ServiceState.Slot::current)
                .filter(Objects::nonNull)
                .filter(state -> state.service() != null)
                .toList();
    }

    /// Every slot in use, those without a service too, in no order; any thread.
    List<ServiceState> states() {
        return slots.values().stream()
                .map(ServiceState.Slot::current)
                .filter(Objects::nonNull)
                .toList();
    }

    List<String> namespaceNames() {
        return List.copyOf(namespaces);
    }

    Pods pods() {
        return pods;
    }

    /// Grows with every visible change.
    long generation() {
        return generation.get();
    }

    /// Grows when a namespace appears or goes.
    int namespaceEpoch() {
        return namespaceEpoch.get();
    }

    ZoneSerials serials() {
        return serials;
    }

    /// Every cluster IP once, in no order; those that come or go meanwhile may be there or not.
    Iterator<Address> clusterAddresses() {
        return clusterIps.addresses();
    }

    int namespaceCount() {
        return namespaces.size();
    }

    int endpointAddressCount() {
        return endpointIps.size();
    }

    void addListener(StoreListener listener) {
        listeners.add(listener);
    }

    @Override
    public void put(KubernetesObject object) {
        switch (object) {
            case NamespaceObject(String name) -> pendingNamespaces.put(name, true);
            case ServiceObject service -> putService(service);
            case EndpointSliceObject slice -> putSlice(slice);
            case PodObject pod -> {
                putPod(pod);
                return; // which keeps track of its own
            }
        }
        var seen = unseen.get(object.kind());
        if (seen != null) {
            seen.remove(object.key());
        }
    }

    @Override
    public void delete(KubernetesObject.Kind kind, KubernetesObject.Key key) {
        switch (kind) {
            case NAMESPACE -> pendingNamespaces.put(key.name(), false);
            case SERVICE -> deleteService(key);
            case ENDPOINT_SLICE -> {
                var slice = slices.remove(key);
                if (slice != null) {
                    detach(slice);
                    changedSlices.add(slice);
                    serialDue = true;
                }
            }
            case POD -> podsChanged(pods.delete(key));
        }
    }

    @Override
    public void beginReplace(KubernetesObject.Kind kind) {
        Set<KubernetesObject.Key> keys = new HashSet<>();
        switch (kind) {
            case NAMESPACE ->
                    namespaces.forEach(name -> keys.add(new KubernetesObject.Key("", name)));
            case SERVICE ->
                    slots.values().stream()
                            .map(slot -> slot.service)
                            .filter(Objects::nonNull)
                            .forEach(service -> keys.add(service.key()));
            case ENDPOINT_SLICE -> keys.addAll(slices.keySet());
            case POD -> pods.beginReplace();
        }
        unseen.put(kind, keys);
    }

    @Override
    public void endReplace(KubernetesObject.Kind kind) {
        var gone = unseen.remove(kind);
        if (gone != null) {
            gone.forEach(key -> delete(kind, key));
        }
        if (kind == KubernetesObject.Kind.POD) {
            podsChanged(pods.endReplace());
        }
    }

    @Override
    public void publish() {
        publishNamespaces(true);
        dirty.forEach(this::publishSlot);
        publishNamespaces(false);
        pendingNamespaces.clear();
        changed |= !dirty.isEmpty();
        dirty.clear();
        if (serialDue || externalSerialDue) {
            serials.changed(clock.instant().getEpochSecond(), serialDue, externalSerialDue);
            serialDue = false;
            externalSerialDue = false;
        }
        if (changed) {
            changed = false;
            generation.incrementAndGet();
        }
        notifyListeners();
    }

    /// What was put so far is the last known state: it counts as complete until there is a newer
    /// one.
    ///
    /// @param at when it was known
    void restored(Instant at) {
        restoredAt = at;
        synced = true;
        generation.incrementAndGet();
    }

    @Override
    public void synced() {
        restoredAt = null;
        synced = true;
        generation.incrementAndGet();
    }

    private void putService(ServiceObject put) {
        var service = external ? put : put.withoutExternal();
        var slot = slot(service.namespace(), service.name());
        var old = slot.service;
        if (service.equals(old)) {
            return;
        }
        slot.service = service;
        markDirty(slot);
        externalSerialDue |= isExternal(old) || isExternal(service);
        serialDue |=
                old == null
                        || !old.ports().equals(service.ports())
                        || !old.clusterIps().equals(service.clusterIps())
                        || !Objects.equals(old.externalName(), service.externalName());
    }

    private void deleteService(KubernetesObject.Key key) {
        var slot = slots.get(new ServiceName(key.namespace(), key.name()));
        if (slot != null && slot.service != null) {
            externalSerialDue |= isExternal(slot.service);
            slot.service = null;
            markDirty(slot);
            serialDue = true;
        }
    }

    private static boolean isExternal(@Nullable ServiceObject service) {
        return service != null && !service.external().isEmpty();
    }

    private void putSlice(EndpointSliceObject slice) {
        var key = slice.key();
        var old = slices.get(key);
        if (slice.equals(old)) {
            return; // what is known stays, so that a list again leaves no second copy
        }
        slices.put(key, slice);
        if (old != null && !old.service().equals(slice.service())) {
            detach(old);
        }
        var slot = slot(slice.namespace(), slice.service());
        var merged = new ArrayList<>(slot.slices);
        merged.removeIf(other -> other.name().equals(slice.name()));
        merged.add(slice);
        merged.sort(Comparator.comparing(EndpointSliceObject::name));
        slot.slices = List.copyOf(merged);
        markDirty(slot);
        changedSlices.add(slice);
        serialDue |= old == null || !old.sameAnswer(slice);
    }

    private void detach(EndpointSliceObject slice) {
        var slot = slot(slice.namespace(), slice.service());
        slot.slices =
                slot.slices.stream().filter(other -> !other.name().equals(slice.name())).toList();
        markDirty(slot);
    }

    private void putPod(PodObject pod) {
        switch (pods.put(pod)) {
            case ADDRESSES -> podsChanged(true);
            case DETAILS, NOTHING -> {
                // DNS shows neither
            }
        }
    }

    private void podsChanged(boolean news) {
        changed |= news;
        serialDue |= news;
    }

    private ServiceState.Slot slot(String namespace, String name) {
        return slots.computeIfAbsent(new ServiceName(namespace, name), ServiceState.Slot::new);
    }

    private void markDirty(ServiceState.Slot slot) {
        if (!slot.dirty) {
            slot.dirty = true;
            dirty.add(slot);
        }
    }

    /// New namespaces come before their services, and go after them.
    private void publishNamespaces(boolean present) {
        for (var pending : pendingNamespaces.entrySet()) {
            if (pending.getValue() != present) {
                continue;
            }
            boolean news =
                    present
                            ? namespaces.add(pending.getKey())
                            : namespaces.remove(pending.getKey());
            if (news) {
                namespaceEpoch.incrementAndGet();
                changed = true;
                serialDue = true;
            }
        }
    }

    private void publishSlot(ServiceState.Slot slot) {
        slot.dirty = false;
        var old = slot.current();
        var oldService = old == null ? null : old.service();
        var oldSlices = old == null ? List.<EndpointSliceObject>of() : old.slices();
        var newService = slot.service;
        var newSlices = slot.slices;

        var oldIps = oldService == null ? List.<Address>of() : oldService.clusterIps();
        var newIps = newService == null ? List.<Address>of() : newService.clusterIps();
        newIps.forEach(address -> clusterIps.add(address, slot));
        var oldExternal = oldService == null ? List.<Address>of() : oldService.externalIps();
        var newExternal = newService == null ? List.<Address>of() : newService.externalIps();
        newExternal.forEach(address -> externalIps.add(address, slot));
        var added = addressesOf(without(newSlices, oldSlices));
        added.forEach(address -> endpointIps.add(address, slot));

        slot.publish();

        oldIps.stream()
                .filter(address -> !newIps.contains(address))
                .forEach(address -> clusterIps.remove(address, slot));
        oldExternal.stream()
                .filter(address -> !newExternal.contains(address))
                .forEach(address -> externalIps.remove(address, slot));
        var gone = addressesOf(without(oldSlices, newSlices));
        gone.removeAll(added);
        if (gone.size() > FEW) {
            newSlices.forEach(slice -> slice.endpoints().forEach(e -> gone.remove(e.address())));
        } else {
            gone.removeIf(address -> ServiceState.hasEndpoint(newSlices, address));
        }
        gone.forEach(address -> endpointIps.remove(address, slot));
        if (slot.isEmpty()) {
            slots.remove(slot.name, slot);
        }
    }

    /// The slices of the first list that are not, as the same object, in the second.
    private static List<EndpointSliceObject> without(
            List<EndpointSliceObject> slices, List<EndpointSliceObject> others) {
        Set<EndpointSliceObject> same = Collections.newSetFromMap(new IdentityHashMap<>());
        same.addAll(others);
        return slices.stream().filter(slice -> !same.contains(slice)).toList();
    }

    private static Set<Address> addressesOf(List<EndpointSliceObject> slices) {
        var addresses = new HashSet<Address>();
        slices.forEach(slice -> slice.endpoints().forEach(e -> addresses.add(e.address())));
        return addresses;
    }

    private void notifyListeners() {
        for (var slice : changedSlices) {
            var state = service(slice.namespace(), slice.service());
            var service = state == null ? null : state.service();
            listeners.forEach(listener -> listener.sliceChanged(slice, service));
        }
        changedSlices.clear();
    }
}
