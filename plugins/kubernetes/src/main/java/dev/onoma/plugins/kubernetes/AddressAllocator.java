package dev.onoma.plugins.kubernetes;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Gives each key an address of a range: always the same one, and never one that is taken.
///
/// The place is a hash of the key; if somebody sits there already, the next free one is taken. Who
/// asks in the same order gets the same addresses, on every machine.
final class AddressAllocator {
    private static final long FNV_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final AddressRange range;
    private final Set<Address> taken = new HashSet<>();

    AddressAllocator(AddressRange range) {
        this.range = range;
    }

    /// Keeps an address somebody chose by hand from being given out.
    void reserve(Address address) {
        taken.add(address);
    }

    /// Empty when the range is full.
    Optional<Address> allocate(String key) {
        long size = range.size();
        if (size == 0) {
            return Optional.empty();
        }
        long start = Long.remainderUnsigned(hash(key), size);
        // No more than all taken addresses can be in the way.
        long tries = Math.min(size, taken.size() + 1L);
        for (long i = 0; i < tries; i++) {
            var address = range.at((start + i) % size);
            if (taken.add(address)) {
                return Optional.of(address);
            }
        }
        return Optional.empty();
    }

    /// FNV-1a with a final mix, so that `web-0` and `web-1` do not sit side by side.
    private static long hash(String key) {
        long hash = FNV_BASIS;
        for (byte octet : key.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xff)) * FNV_PRIME;
        }
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        return hash ^ hash >>> 33;
    }
}
