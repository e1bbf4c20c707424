package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.ApiServer;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.ClusterData;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The zone of a cluster on name servers of others, which hear of its changes.
final class ClusterTransferTest {
    private static final int SERVICES = 1_000;
    private static final int ENDPOINTS = 20;
    private static final int HEADLESS = SERVICES / 100;
    private static final String ZONE = "cluster.local";
    private static final String KEY = "hmac-sha256:key.example:" + Peers.SECRET;

    private static final ClusterData DATA = new ClusterData(SERVICES, ENDPOINTS, 0);

    @TempDir Path folder;

    private final String dig = Tools.tool("dig", "bind9-dnsutils");
    private int ours;
    private int theirs;

    @BeforeEach
    void ports() throws Exception {
        ours = Ports.free();
        theirs = Ports.free();
    }

    private Subject.Running onoma(ApiServer api) throws Exception {
        var corefile =
                """
                cluster.local {
                    tsig {
                        secret key.example. %s
                    }
                    transfer {
                        to 127.0.0.1:%d
                        source 127.0.0.1
                        key key.example.
                    }
                    kubernetes {
                        endpoint %s
                    }
                }
                """
                        .formatted(Peers.SECRET, theirs, api.url());
        return new OnomaSubject()
                .start(new Subject.Setup(folder, corefile, ours, Cluster.none(folder)));
    }

    private String ask(int port, String... words) throws Exception {
        return Tools.run(asking(port, words));
    }

    private String[] asking(int port, String... words) {
        var command = new ArrayList<>(List.of(dig, "@127.0.0.1", "-p", "" + port));
        command.addAll(List.of("-y", KEY, "+noall", "+answer", "+time=2", "+tries=1"));
        command.addAll(List.of(words));
        return command.toArray(String[]::new);
    }

    private Set<String> all(int port) throws Exception {
        return ask(port, "+tcp", "+onesoa", ZONE, "AXFR")
                .lines()
                .map(line -> line.replaceAll("\\s+", " ").toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void expect(int port, String name, String type, String part) throws Exception {
        assertThat(Tools.runUntil(part, asking(port, name, type))).contains(part);
    }

    @ParameterizedTest
    @EnumSource
    void aSecondaryHasTheClusterAndHearsOfChanges(Peers kind) throws Exception {
        try (var api = new ApiServer()) {
            DATA.fill(api);
            try (var _ = onoma(api);
                    var _ = kind.start(new Peers.Role(folder, theirs, ours, ZONE, false))) {
                expect(theirs, ClusterData.name(0), "A", "10.96.1.0");
                if (kind != Peers.NSD) { // which gives nobody a zone unless told
                    assertThat(all(theirs)).isEqualTo(all(ours));
                }
                api.put(DATA.slice(99, 1));
                expect(theirs, ClusterData.name(99), "A", "172.16.0.1");
            }
        }
    }

    @Test
    void everyRecordIsThereOnceAndIsWhatQueriesGet() throws Exception {
        try (var api = new ApiServer()) {
            DATA.fill(api);
            try (var onoma = onoma(api)) {
                var said = ask(ours, "+tcp", ZONE, "AXFR").lines().toList();
                assertThat(said.getFirst()).contains("SOA");
                assertThat(said.getLast()).isEqualTo(said.getFirst());
                // Each service has an address and two SRV records, each endpoint of a headless one
                // its own address, that of the service and an SRV record.
                assertThat(said.stream().filter(line -> line.contains(".svc.")).count())
                        .isEqualTo(3L * (SERVICES - HEADLESS) + 3L * HEADLESS * ENDPOINTS);
                assertThat(all(ours)).hasSize(said.size() - 1);
                for (var line :
                        said.stream().filter(l -> l.contains("\tA\t")).limit(200).toList()) {
                    assertThat(ask(ours, line.split("\\s+", -1)[0], "A"))
                            .contains(line.substring(line.indexOf("\tA\t")));
                }
                assertThat(onoma.log())
                        .contains("Outgoing transfer of %d records".formatted(said.size()));
            }
        }
    }
}
