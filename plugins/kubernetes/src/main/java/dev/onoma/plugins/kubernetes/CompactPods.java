package dev.onoma.plugins.kubernetes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Pods as *autopath* and names of pods need them: which namespace has an address.
///
/// *Idea.* A pod is a row of arrays: the hash of its name ([KeyHashes]), by which its events find
/// it, its namespace, and an address of each family, as API servers give them. Two tables of row
/// numbers lead to it.
///
/// *Memory.* A row takes 16 to 20 octets, its places in the tables 10 to 13; an IPv6 address takes
/// 16 to 20 more, and a place. `PodMemory` measures it.
///
/// *Threads.* One writer; readers read without a lock, and again when something was written
/// meanwhile ([StampedLock]).
final class CompactPods implements Pods {
    private static final int ROWS_MIN = 16;
    private static final int OPTIMISM = 3;
    private static final int NONE = -1;

    private final StampedLock lock = new StampedLock();
    private KeyHashes names;

    private long[] hashes = new long[ROWS_MIN];
    private int[] v4 = new int[ROWS_MIN];
    private @Nullable String[] namespaces = new @Nullable String[ROWS_MIN];
    // Of IPv6 addresses, none until there is one.
    private long[] high = new long[0];
    private long[] low = new long[0];

    private final IntIndex byName = new IntIndex(row -> hashes[row]);
    private final IntIndex byV4 = new IntIndex(row -> hash(v4[row]));
    private final IntIndex byV6 = new IntIndex(row -> hash(high[row], low[row]));

    private int rows; // ever used
    private int free = NONE; // the first of those given back, chained by v4
    private @Nullable BitSet unseen;

    /// @param seed of hashes of names, not known to those who name pods
    CompactPods(long seed) {
        names = new KeyHashes(seed);
    }

    /// Takes a pod that is kept elsewhere.
    interface Keeper {
        void keep(long name, String namespace, List<Address> addresses);
    }

    @Override
    public News put(PodObject pod) {
        return put(names.of(pod.key()), pod.namespace(), pod.addresses());
    }

    private News put(long name, String namespace, List<Address> addresses) {
        int v4 = 0;
        long high = 0;
        long low = 0;
        for (var address : addresses.reversed()) { // the first of a family counts
            switch (address) {
                case Address.V4(int bits) -> v4 = bits;
                case Address.V6(long h, long l) -> {
                    high = h;
                    low = l;
                }
            }
        }
        int row = row(name);
        if (row != NONE) {
            see(row);
            if (this.v4[row] == v4 && v6Equals(row, high, low)) {
                return News.NOTHING;
            }
        }
        long stamp = lock.writeLock();
        try {
            if (row == NONE) {
                row = newRow();
                hashes[row] = name;
                namespaces[row] = namespace;
                byName.add(row);
            } else {
                unlink(row);
            }
            link(row, v4, high, low);
        } finally {
            lock.unlockWrite(stamp);
        }
        return News.ADDRESSES;
    }

    private int row(long name) {
        return byName.find(name, row -> hashes[row] == name);
    }

    private void see(int row) {
        if (unseen != null) {
            unseen.clear(row);
        }
    }

    private boolean v6Equals(int row, long high, long low) {
        return row < this.high.length
                ? this.high[row] == high && this.low[row] == low
                : high == 0 && low == 0;
    }

    private int newRow() {
        if (free != NONE) {
            int row = free;
            free = v4[row];
            return row;
        }
        if (rows == hashes.length) {
            int more = rows + rows / 4;
            hashes = Arrays.copyOf(hashes, more);
            v4 = Arrays.copyOf(v4, more);
            namespaces = Arrays.copyOf(namespaces, more);
        }
        return rows++;
    }

    private void link(int row, int address, long addressHigh, long addressLow) {
        v4[row] = address;
        if (address != 0) {
            byV4.add(row);
        }
        boolean has6 = addressHigh != 0 || addressLow != 0;
        if (has6 && high.length <= row) {
            high = Arrays.copyOf(high, hashes.length);
            low = Arrays.copyOf(low, hashes.length);
        }
        if (row < high.length) {
            high[row] = addressHigh;
            low[row] = addressLow;
        }
        if (has6) {
            byV6.add(row);
        }
    }

    private void unlink(int row) {
        if (v4[row] != 0) {
            byV4.remove(row);
        }
        if (has6(row)) {
            byV6.remove(row);
        }
    }

    private boolean has6(int row) {
        return row < high.length && (high[row] != 0 || low[row] != 0);
    }

    @Override
    public boolean delete(KubernetesObject.Key key) {
        int row = row(names.of(key));
        if (row != NONE) {
            delete(row);
        }
        return row != NONE;
    }

    private void delete(int row) {
        see(row);
        long stamp = lock.writeLock();
        try {
            unlink(row);
            byName.remove(row);
            namespaces[row] = null;
            hashes[row] = 0;
            if (row < high.length) {
                high[row] = 0;
                low[row] = 0;
            }
            v4[row] = free;
            free = row;
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    @Override
    public void beginReplace() {
        var used = new BitSet(rows);
        for (int row = 0; row < rows; row++) {
            used.set(row, namespaces[row] != null);
        }
        unseen = used;
    }

    @Override
    public boolean endReplace() {
        var gone = unseen;
        unseen = null;
        if (gone == null) {
            return false;
        }
        gone.stream().forEach(this::delete);
        return !gone.isEmpty();
    }

    @Override
    public @Nullable String namespaceAt(Address address) {
        return read(() -> {
            int row = find(address, _ -> true);
            return row == NONE ? null : namespaces[row];
        });
    }

    @Override
    public boolean contains(String namespace, Address address) {
        return read(() -> find(address, row -> namespace.equals(namespaces[row]))) != NONE;
    }

    private int find(Address address, IntIndex.Matcher more) {
        return switch (address) {
            case Address.V4(int bits) ->
                    byV4.find(hash(bits), row -> v4[row] == bits && more.isIt(row));
            case Address.V6(long h, long l) ->
                    byV6.find(hash(h, l), row -> high[row] == h && low[row] == l && more.isIt(row));
        };
    }

    /// What was read while nobody wrote.
    private <T extends @Nullable Object> T read(Supplier<T> reading) {
        for (int i = 0; i < OPTIMISM; i++) {
            long stamp = lock.tryOptimisticRead();
            try {
                var found = reading.get();
                if (lock.validate(stamp)) {
                    return found;
                }
            } catch (IndexOutOfBoundsException e) {
                // A row of arrays that were exchanged meanwhile; otherwise it is a mistake of ours.
                if (lock.validate(stamp)) {
                    throw e;
                }
            }
        }
        long stamp = lock.readLock();
        try {
            return reading.get();
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /// The seed of the hashes of names.
    long seed() {
        return names.seed();
    }

    /// Takes pods from elsewhere, whose names were hashed with this seed; before the first pod.
    void seed(long seed) {
        if (rows > 0) {
            throw new IllegalStateException("there are pods already");
        }
        names = new KeyHashes(seed);
    }

    /// Takes a pod from elsewhere.
    void restore(long name, String namespace, List<Address> addresses) {
        put(name, namespace, addresses);
    }

    /// Gives every pod once. Any thread; the writer waits for one pod at a time.
    void forEach(Keeper keeper) {
        for (int row = 0; ; row++) {
            String namespace;
            long name;
            List<Address> addresses;
            long stamp = lock.readLock();
            try {
                if (row >= rows) {
                    return;
                }
                namespace = namespaces[row];
                name = hashes[row];
                addresses = namespace == null ? List.of() : addresses(row);
            } finally {
                lock.unlockRead(stamp);
            }
            if (namespace != null) {
                keeper.keep(name, namespace, addresses);
            }
        }
    }

    private List<Address> addresses(int row) {
        var addresses = new ArrayList<Address>(2);
        if (v4[row] != 0) {
            addresses.add(new Address.V4(v4[row]));
        }
        if (has6(row)) {
            addresses.add(new Address.V6(high[row], low[row]));
        }
        return addresses;
    }

    private static long hash(int bits) {
        return KeyHashes.spread(KeyHashes.spread(bits + 1L));
    }

    private static long hash(long high, long low) {
        return KeyHashes.spread(KeyHashes.spread(high) + low);
    }
}
