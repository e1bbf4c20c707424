package dev.onoma.plugins.k8s_external;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Cluster;
import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Outcome;
import dev.onoma.testkit.Bench;
import dev.onoma.testkit.Directives;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Scenarios;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.xbill.DNS.Rcode;

/// What an operator reads who made a mistake in the directive; answers are scenarios.
final class K8sExternalTest {
    private final Scenarios scenarios = Scenarios.against(new OnomaSubject());

    private Stream<DynamicTest> refused(String property, String... messages) {
        var text = new StringBuilder(". {\n kubernetes cluster.local\n k8s_external {\n  ");
        text.append(property).append("\n }\n}\ngiven namespace shop\n! start fails\n");
        for (var message : messages) {
            text.append("    ").append(message).append('\n');
        }
        return scenarios.play(text.toString());
    }

    @TestFactory
    Stream<DynamicTest> mistakesAreShownWithTheirPlace() {
        return Stream.of(
                        refused("ttl 3601", "*SECONDS is a whole number from 0 to 3600, not 3601*"),
                        refused("ttl", "*SECONDS is missing after \"ttl\"*"),
                        refused("apex", "*LABEL is missing after \"apex\"*"),
                        refused("apex a..b", "*LABEL is a domain name, not \"a..b\"*"),
                        refused("apex .", "*LABEL is a label such as dns, not the root*"),
                        refused("headles", "*there is no property*", "*did you mean: headless?*"),
                        refused("headless yes", "*takes no arguments*"))
                .flatMap(tests -> tests);
    }

    @Test
    void nothingIsDeniedBeforeEverythingIsRead() {
        var bench = new Bench("example.org.");
        var handler = handler(bench, new Empty(/* isSynced= */ false, /* isRestored= */ false));
        assertThat(handler.handle(bench.query("web.shop.example.org.", "A"), Bench.NOTHING))
                .isEqualTo(Outcome.failed(new Failure.NotSynced("nowhere")));
        assertThat(bench.answer(handler, "example.org.", "SOA").getRcode())
                .isEqualTo(Rcode.NOERROR);
    }

    private static ExternalHandler handler(Bench bench, Cluster cluster) {
        var options = ExternalOptions.parse(Directives.parseAll("k8s_external", _ -> {}), bench);
        var handler = new ExternalHandler(options);
        handler.cluster(cluster);
        return handler;
    }

    private static int ede(Bench bench, ExternalHandler handler, String name, String type) {
        return handler.handle(bench.query(name, type), Bench.NOTHING)
                        instanceof Outcome.Reply(var response)
                ? response.ede()
                : -1;
    }

    @Test
    void whatComesFromASnapshotSaysSo() {
        var bench = new Bench("example.org.");
        var old = handler(bench, new Empty(/* isSynced= */ true, /* isRestored= */ true));
        assertThat(ede(bench, old, "example.org.", "SOA")).isEqualTo(Ede.STALE_ANSWER);
        assertThat(ede(bench, old, "web.shop.example.org.", "A")).isEqualTo(Ede.STALE_NXDOMAIN);
        var fresh = handler(bench, new Empty(/* isSynced= */ true, /* isRestored= */ false));
        assertThat(ede(bench, fresh, "example.org.", "SOA")).isEqualTo(Ede.NONE);
    }

    /// A cluster without anything.
    private record Empty(boolean isSynced, boolean isRestored) implements Cluster {
        @Override
        public String source() {
            return "nowhere";
        }

        @Override
        public boolean isExposed(String namespace) {
            return false;
        }

        @Override
        public void takeVersion() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Service> service(String namespace, String name) {
            return Optional.empty();
        }

        @Override
        public List<Service> servicesAt(InetAddress external) {
            return List.of();
        }

        @Override
        public List<Service> servicesHere() {
            return List.of();
        }

        @Override
        public List<InetAddress> addressesHere() {
            return List.of();
        }

        @Override
        public List<Service> services() {
            return List.of();
        }

        @Override
        public long serialSeconds() {
            return 0;
        }

        @Override
        public long externalSerialSeconds() {
            return 0;
        }
    }
}
