package dev.onoma.plugins.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Pods, with names and without.
final class PodsTest {
    private static final Address FIRST = new Address.V4(10 << 24 | 1);
    private static final Address SECOND = new Address.V4(10 << 24 | 2);
    private static final Address SIX = new Address.V6(0xfd00L << 48, 1);

    static Stream<Pods> kinds() {
        return Stream.of(new NamedPods(), new CompactPods(42));
    }

    private static PodObject pod(String namespace, String name, Address... addresses) {
        return new PodObject(namespace, name, List.of(addresses));
    }

    private static KubernetesObject.Key key(String namespace, String name) {
        return new KubernetesObject.Key(namespace, name);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aPodIsFoundByItsAddressesUntilItHasOthers(Pods pods) {
        assertThat(pods.put(pod("shop", "web", FIRST, SIX))).isEqualTo(Pods.News.ADDRESSES);
        assertThat(pods.put(pod("shop", "web", FIRST, SIX))).isEqualTo(Pods.News.NOTHING);
        assertThat(pods.namespaceAt(FIRST)).isEqualTo("shop");
        assertThat(pods.namespaceAt(SIX)).isEqualTo("shop");
        assertThat(pods.put(pod("shop", "web", SECOND))).isEqualTo(Pods.News.ADDRESSES);
        assertThat(pods.namespaceAt(FIRST)).isNull();
        assertThat(pods.namespaceAt(SIX)).isNull();
        assertThat(pods.namespaceAt(SECOND)).isEqualTo("shop");
        assertThat(pods.delete(key("shop", "web"))).isTrue();
        assertThat(pods.delete(key("shop", "web"))).isFalse();
        assertThat(pods.namespaceAt(SECOND)).isNull();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void onTheNetworkOfANodeManyPodsHaveOneAddress(Pods pods) {
        pods.put(pod("shop", "web", FIRST));
        pods.put(pod("bank", "web", FIRST));
        pods.put(pod("bank", "other", FIRST));
        assertThat(pods.namespaceAt(FIRST)).isEqualTo("shop");
        assertThat(pods.contains("bank", FIRST)).isTrue();
        assertThat(pods.contains("nowhere", FIRST)).isFalse();
        pods.delete(key("shop", "web"));
        assertThat(pods.namespaceAt(FIRST)).isEqualTo("bank");
        pods.delete(key("bank", "web"));
        assertThat(pods.contains("bank", FIRST)).isTrue();
        assertThat(pods.contains("shop", FIRST)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aListAgainForgetsWhoIsNotInIt(Pods pods) {
        pods.put(pod("shop", "stays", FIRST));
        pods.put(pod("shop", "goes", SECOND));
        pods.beginReplace();
        pods.put(pod("shop", "stays", FIRST));
        pods.put(pod("shop", "comes", SIX));
        assertThat(pods.namespaceAt(SECOND)).isEqualTo("shop");
        assertThat(pods.endReplace()).isTrue();
        assertThat(pods.namespaceAt(SECOND)).isNull();
        assertThat(pods.namespaceAt(FIRST)).isEqualTo("shop");
        assertThat(pods.namespaceAt(SIX)).isEqualTo("shop");
        assertThat(pods.endReplace()).isFalse();
    }

    @Test
    void labelsAreNewsThatDnsDoesNotShow() {
        var pods = new NamedPods();
        pods.put(new PodObject("shop", "web", List.of(FIRST), Map.of("app", "web")));
        assertThat(pods.put(new PodObject("shop", "web", List.of(FIRST), Map.of("app", "api"))))
                .isEqualTo(Pods.News.DETAILS);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whateverComesAndGoesTheRestIsFound(Pods pods) {
        var random = new Random(7);
        var known = new HashMap<KubernetesObject.Key, PodObject>();
        for (int i = 0; i < 200_000; i++) {
            var name = "pod-" + random.nextInt(2_000);
            var namespace = "ns-" + random.nextInt(5);
            if (random.nextInt(3) == 0) {
                assertThat(pods.delete(key(namespace, name)))
                        .isEqualTo(known.remove(key(namespace, name)) != null);
            } else {
                var addresses = new ArrayList<Address>();
                addresses.add(new Address.V4(1 + random.nextInt(3_000)));
                if (random.nextBoolean()) {
                    addresses.add(new Address.V6(1, random.nextInt(3_000)));
                }
                var pod = new PodObject(namespace, name, List.copyOf(addresses));
                pods.put(pod);
                known.put(pod.key(), pod);
            }
        }
        var owners = new HashMap<Address, HashSet<String>>();
        for (var pod : known.values()) {
            for (var address : pod.addresses()) {
                owners.computeIfAbsent(address, _ -> new HashSet<>()).add(pod.namespace());
            }
        }
        for (int i = 1; i <= 3_000; i++) {
            for (var address : List.of(new Address.V4(i), new Address.V6(1, i - 1))) {
                var there = owners.getOrDefault(address, new HashSet<>());
                var found = pods.namespaceAt(address);
                assertThat(there.isEmpty() ? found == null : there.contains(found)).isTrue();
                for (int n = 0; n < 5; n++) {
                    assertThat(pods.contains("ns-" + n, address))
                            .isEqualTo(there.contains("ns-" + n));
                }
            }
        }
    }

    @Test
    void compactPodsOutliveTheirProcess() {
        var pods = new CompactPods(42);
        pods.put(pod("shop", "web", FIRST, SIX));
        pods.put(pod("shop", "gone", SECOND));
        pods.delete(key("shop", "gone"));
        var others = new CompactPods(43);
        others.seed(pods.seed());
        pods.forEach(others::restore);
        assertThat(others.namespaceAt(FIRST)).isEqualTo("shop");
        assertThat(others.namespaceAt(SIX)).isEqualTo("shop");
        assertThat(others.namespaceAt(SECOND)).isNull();
        assertThat(others.put(pod("shop", "web", FIRST, SIX))).isEqualTo(Pods.News.NOTHING);
    }

    @Test
    void readersAlwaysFindWhoIsAlwaysThere() throws InterruptedException {
        var pods = new CompactPods(42);
        pods.put(pod("shop", "web", FIRST, SIX));
        var done = new AtomicBoolean();
        var wrong = new AtomicReference<>("");
        var reader =
                Thread.ofPlatform()
                        .start(() -> {
                            while (!done.get()) {
                                if (!"shop".equals(pods.namespaceAt(FIRST))
                                        || !pods.contains("shop", SIX)) {
                                    wrong.set("not found");
                                }
                            }
                        });
        for (int i = 0; i < 100_000; i++) {
            pods.put(pod("bank", "pod-" + i, new Address.V4(1 << 20 | i), new Address.V6(7, i)));
            if (i >= 1_000) {
                pods.delete(key("bank", "pod-" + (i - 1_000)));
            }
        }
        done.set(true);
        reader.join();
        assertThat(wrong.get()).isEmpty();
    }
}
