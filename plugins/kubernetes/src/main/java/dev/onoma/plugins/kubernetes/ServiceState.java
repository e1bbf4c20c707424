package dev.onoma.plugins.kubernetes;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Everything known about one service at one moment; never changes.
///
/// Whatever is computed from it, a wire answer say, holds exactly as long as [#isCurrent] does: one
/// volatile read, no look-up.
final class ServiceState {
    private final Slot slot;
    private final @Nullable ServiceObject service;
    private final List<EndpointSliceObject> slices;
    private final int endpointCount;

    private ServiceState(
            Slot slot, @Nullable ServiceObject service, List<EndpointSliceObject> slices) {
        this.slot = slot;
        this.service = service;
        this.slices = slices;
        int count = 0;
        for (var slice : slices) {
            count += slice.endpoints().size();
        }
        endpointCount = count;
    }

    /// Whether the store still says this about the service.
    boolean isCurrent() {
        return slot.current == this;
    }

    ServiceName name() {
        return slot.name;
    }

    /// Null when there are endpoint slices of that name only.
    @Nullable ServiceObject service() {
        return service;
    }

    /// Sorted by name.
    List<EndpointSliceObject> slices() {
        return slices;
    }

    /// How many endpoints the slices have; one that is in two of them counts twice.
    int endpointCount() {
        return endpointCount;
    }

    boolean hasEndpoint() {
        return endpointCount > 0 || target() != null;
    }

    /// The name that stands in place of endpoints, of a slice with names (`addressType: FQDN`);
    /// null as long as there are endpoints.
    @Nullable String target() {
        if (endpointCount == 0) {
            for (var slice : slices) {
                if (!slice.targets().isEmpty()) {
                    return slice.targets().getFirst();
                }
            }
        }
        return null;
    }

    boolean hasEndpoint(Address address) {
        return hasEndpoint(slices, address);
    }

    static boolean hasEndpoint(List<EndpointSliceObject> slices, Address address) {
        for (var slice : slices) {
            for (var endpoint : slice.endpoints()) {
                if (endpoint.address().equals(address)) {
                    return true;
                }
            }
        }
        return false;
    }

    void forEachEndpoint(Consumer<Endpoint> action) {
        for (var slice : slices) {
            slice.endpoints().forEach(action);
        }
    }

    /// The place of a service in the store: its state now, and the one being put together.
    static final class Slot {
        final ServiceName name;

        // Read by everybody, written by publish().
        private volatile @Nullable ServiceState current;

        // The writer's own.
        @Nullable ServiceObject service;
        List<EndpointSliceObject> slices = List.of();
        boolean dirty;

        Slot(ServiceName name) {
            this.name = name;
        }

        @Nullable ServiceState current() {
            return current;
        }

        boolean isEmpty() {
            return service == null && slices.isEmpty();
        }

        /// Makes what the writer has put together the current state.
        void publish() {
            current = isEmpty() ? null : new ServiceState(this, service, slices);
        }
    }
}
