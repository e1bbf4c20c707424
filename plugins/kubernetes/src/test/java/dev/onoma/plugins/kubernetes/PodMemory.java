package dev.onoma.plugins.kubernetes;

import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/// How much heap a pod takes for *autopath* and `pods verified`: the difference of the live heap
/// with and without pods, divided by their number.
///
/// `java -cp ... dev.onoma.plugins.kubernetes.PodMemory [PODS]` with the test class path of the
/// module; 100,000 without.
final class PodMemory {
    private static final int PODS = 100_000;
    private static final int POD_IPS = 10 << 24 | 128 << 16 | 1;

    private PodMemory() {}

    @SuppressWarnings("SystemOut") // a program that prints
    public static void main(String[] arguments) {
        int pods = arguments.length > 0 ? Integer.parseInt(arguments[0]) : PODS;
        System.out.printf(Locale.ROOT, "%,d pods, octets of live heap a pod:%n", pods);
        print("versions of an API server", pods, () -> ledger(pods));
        print("what autopath needs, IPv4", pods, () -> compact(pods, PodMemory::v4));
        print("what autopath needs, both families", pods, () -> compact(pods, PodMemory::dual));
        print("with names, for metadata", pods, () -> named(pods));
    }

    /// Makes something that is to be measured.
    private interface Maker {
        Object make();
    }

    private static void print(String what, int pods, Maker maker) {
        long before = live();
        var made = maker.make();
        try {
            long taken = live() - before;
            System.out.printf(Locale.ROOT, "  %-36s %6.1f%n", what, (double) taken / pods);
        } finally {
            Reference.reachabilityFence(made);
        }
    }

    private static long live() {
        for (int i = 0; i < 5; i++) { // not each moves everything together
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static ServiceStore filled(Pods kept, int pods, IntFunction<List<Address>> addresses) {
        var store = new ServiceStore(InstantSource.system(), kept);
        var interner = new Interner();
        for (int i = 0; i < pods; i++) {
            var namespace = interner.intern("ns-" + i % 50);
            store.put(new PodObject(namespace, name(i), addresses.apply(i)));
        }
        store.publish();
        return store;
    }

    private static String name(int i) {
        return "svc-" + i % 5_000 + "-7d4f8b9c6d-" + i;
    }

    private static Object compact(int pods, IntFunction<List<Address>> addresses) {
        return filled(new CompactPods(/* seed= */ 42), pods, addresses);
    }

    private static Object named(int pods) {
        return filled(new NamedPods(), pods, PodMemory::v4);
    }

    private static Object ledger(int pods) {
        var ledger = new VersionLedger(/* seed= */ 42);
        for (int i = 0; i < pods; i++) {
            var key = new KubernetesObject.Key("ns-" + i % 50, name(i));
            if (!ledger.note(key, 1_000L + i, /* gone= */ false)) {
                throw new IllegalStateException("two names have one hash");
            }
        }
        return ledger;
    }

    private static List<Address> v4(int i) {
        return List.of(new Address.V4(POD_IPS + i));
    }

    private static List<Address> dual(int i) {
        return List.of(new Address.V4(POD_IPS + i), new Address.V6(0xfd00L << 48, i + 1L));
    }
}
