package dev.onoma.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every attack that [Attacks] measures, for a moment, one after the other on the same server:
/// others are served when it is over, what clients make the server keep is within its limits, and
/// nothing of it stays. How long others wait meanwhile is measured, not tested.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AttacksTest {
    private static final String TIGHT = "onoma.memory.tight.octets";
    private static final int ATTACK_MILLIS = 300;
    private static final int PAUSE_MILLIS = 20;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final String TIMEOUTS =
            """
                    read 1s
                    write 1s
                    idle 1s
            """;

    /// What is kept for clients, and the most of it (ARCHITECTURE.md).
    private static final Map<String, Integer> KEPT =
            Map.of(
                    "onoma_unfinished_octets", 8 << 20,
                    "onoma_unsent_octets", 8 << 20,
                    "onoma_undelivered_octets", 16 << 20,
                    "onoma_handshakes", 1024,
                    "onoma_connections", 20_000);

    /// Which has a line for each frame that comes too late.
    private static final Logger NETTY = Logger.getLogger("io.netty");

    private Scene scene;
    private Victim victim;
    private Subject.Running onoma;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        NETTY.setLevel(Level.WARNING);
        // As if memory were tight: what QUIC may keep is of no consequence else.
        System.setProperty(TIGHT, "1");
        scene = Scene.in(folder);
        victim = scene.victim();
        var corefile = scene.corefile(Peer.ONOMA, TIMEOUTS);
        onoma =
                new OnomaSubject()
                        .start(
                                new Subject.Setup(
                                        folder, corefile, scene.port("dns"), Cluster.none(folder)));
    }

    @AfterAll
    void stop() throws IOException {
        System.clearProperty(TIGHT);
        onoma.close();
    }

    /// `QuicFloodsTest` plays the others.
    static Stream<String> doors() {
        return attacks().map(Attack::door).distinct();
    }

    private static Stream<Attack> attacks() {
        return Attack.all().stream().filter(attack -> !QuicDeeds.isOfPackets(attack.name()));
    }

    @ParameterizedTest
    @MethodSource("doors")
    void othersAreServedAndNothingStays(String door) throws Exception {
        var attacks = attacks().filter(attack -> attack.door().equals(door)).toList();
        assertThat(attacks).isNotEmpty();
        for (var attack : attacks) {
            strike(attack);
            assertServed(attack, door);
            assertServed(attack, "dns");
            KEPT.forEach((metric, most) ->
                    assertThat(value(metric)).as(attack.name()).isLessThanOrEqualTo(most));
        }
        for (var metric : KEPT.keySet()) {
            long end = System.nanoTime() + PATIENCE_NANOS;
            while (value(metric) > 0 && System.nanoTime() - end < 0) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
            assertThat(value(metric)).as(metric + " after attacks on " + door).isZero();
        }
    }

    private void strike(Attack attack) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ATTACK_MILLIS);
        var attackers =
                Stream.generate(() -> attacker(attack, until)).limit(attack.attackers()).toList();
        for (var attacker : attackers) {
            attacker.join();
        }
    }

    private Thread attacker(Attack attack, long untilNanos) {
        return Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try {
                        attack.deed().strike(victim, untilNanos);
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(attack.name(), e);
                    }
                });
    }

    private void assertServed(Attack attack, String door) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        boolean isServed = victim.serves(door);
        while (!isServed && System.nanoTime() - end < 0) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            isServed = victim.serves(door);
        }
        assertThat(isServed).as("%s after %s", door, attack.name()).isTrue();
    }

    private double value(String metric) {
        return scene.values(metric).getOrDefault("", 0.0);
    }
}
