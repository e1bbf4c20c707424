package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.HttpCollector;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/// The spans of a query, as Zipkin gets them: the same from CoreDNS, where the environment variable
/// `COREDNS` names one, and from Onoma.
@Timeout(120)
final class TraceTest {
    @TempDir Path folder;

    private final String dig = Tools.tool("dig", "bind9-dnsutils");

    static Stream<Subject> subjects() {
        return Stream.concat(Stream.of(new OnomaSubject()), Subjects.coreDns().stream());
    }

    /// What counts of a span: what it is called, in which it is, and its tags.
    private record Span(String id, String parent, String name, Map<String, String> tags) {
        static Span of(Map<?, ?> json) {
            var tags = new TreeMap<String, String>();
            if (json.get("tags") instanceof Map<?, ?> all) {
                all.forEach((key, value) -> tags.put(String.valueOf(key), String.valueOf(value)));
            }
            return new Span(
                    String.valueOf(json.get("id")),
                    String.valueOf(json.get("parentId")),
                    String.valueOf(json.get("name")),
                    tags);
        }
    }

    private static List<Span> spans(HttpCollector collector, int count)
            throws InterruptedException {
        var spans = new ArrayList<Span>();
        while (spans.size() < count) {
            List<Map<?, ?>> read = new Yaml().load(collector.next().text());
            read.forEach(span -> spans.add(Span.of(span)));
        }
        return spans;
    }

    // `servedns > errors > cache`, and the tags of each that has some.
    private static List<String> paths(List<Span> spans) {
        var paths = new ArrayList<String>();
        for (var span : spans) {
            var path = span.name();
            for (var at = span; at != null; at = parent(at, spans)) {
                path = at == span ? path : at.name() + " > " + path;
            }
            paths.add(span.tags().isEmpty() ? path : path + " " + span.tags());
        }
        return paths;
    }

    private static @Nullable Span parent(Span span, List<Span> spans) {
        return spans.stream().filter(s -> s.id().equals(span.parent())).findFirst().orElse(null);
    }

    private String ask(int port, String... words) throws Exception {
        var command = new ArrayList<>(List.of(dig, "@127.0.0.1", "-p", "" + port));
        command.addAll(List.of(words));
        return Tools.run(command.toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void eachPluginThatIsPassedHasASpan(Subject subject) throws Exception {
        int port = Ports.free();
        int upstream = Ports.free();
        try (var collector = new HttpCollector()) {
            var corefile =
                    """
                    .:%d {
                        trace 127.0.0.1:%d {
                            service dnsproxy
                        }
                        errors
                        cache
                        hosts {
                            192.0.2.1 www.example
                            fallthrough
                        }
                        forward . 127.0.0.1:%d
                    }
                    .:%d {
                        whoami
                    }
                    """
                            .formatted(port, collector.port(), upstream, upstream);
            var setup = new Subject.Setup(folder, corefile, port, Cluster.none(folder));
            try (var _ = Subjects.start(subject, setup)) {
                assertThat(ask(port, "WWW.example", "A")).contains("192.0.2.1");
                assertThat(paths(spans(collector, 4)))
                        .containsExactlyInAnyOrder(
                                "servedns {coredns.io/name=www.example., coredns.io/proto=udp,"
                                        + " coredns.io/rcode=NOERROR, coredns.io/remote=127.0.0.1,"
                                        + " coredns.io/type=A}",
                                "servedns > errors",
                                "servedns > errors > cache",
                                "servedns > errors > cache > hosts");
                assertThat(ask(port, "other.example", "TYPE65400", "+tcp")).contains("NOERROR");
                assertThat(paths(spans(collector, 6)))
                        .containsExactlyInAnyOrder(
                                "servedns {coredns.io/name=other.example., coredns.io/proto=tcp,"
                                        + " coredns.io/rcode=NOERROR, coredns.io/remote=127.0.0.1,"
                                        + " coredns.io/type=TYPE65400}",
                                "servedns > errors",
                                "servedns > errors > cache",
                                "servedns > errors > cache > hosts",
                                "servedns > errors > cache > hosts > forward",
                                "servedns > errors > cache > hosts > forward > connect"
                                        + " {peer.address=127.0.0.1:%d}".formatted(upstream));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void whatIsLookedUpForAQueryIsInItsTrace(Subject subject) throws Exception {
        int port = Ports.free();
        try (var collector = new HttpCollector()) {
            var corefile =
                    """
                    .:%d {
                        trace 127.0.0.1:%d
                        errors
                        template IN A alias.example {
                            answer "alias.example. 60 IN CNAME www.example."
                        }
                        hosts {
                            192.0.2.1 www.example
                        }
                    }
                    """
                            .formatted(port, collector.port());
            var setup = new Subject.Setup(folder, corefile, port, Cluster.none(folder));
            try (var _ = Subjects.start(subject, setup)) {
                assertThat(ask(port, "alias.example", "A")).contains("192.0.2.1");
                assertThat(paths(spans(collector, 6)))
                        .contains("servedns > errors > template > errors > template > hosts");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void requestsOverHttpBringTheirSpan(Subject subject) throws Exception {
        var curl = Tools.tool("curl", "curl");
        int port = Ports.free();
        try (var collector = new HttpCollector()) {
            var corefile =
                    """
                    https://.:%d {
                        trace 127.0.0.1:%d
                        whoami
                    }
                    """
                            .formatted(port, collector.port());
            var setup = new Subject.Setup(folder, corefile, port, Cluster.none(folder));
            try (var _ = Subjects.start(subject, setup)) {
                var question = "AAEBAAABAAAAAAAAA3d3dwdleGFtcGxlAAABAAE";
                var url = "http://127.0.0.1:%d/dns-query?dns=%s".formatted(port, question);
                Tools.run(curl, "-s", "-H", "b3: 463ac35c9f6413ad-0020000000000001-1", url);
                var spans = spans(collector, 2);
                assertThat(spans).anyMatch(s -> s.name().equals("whoami"));
                assertThat(spans)
                        .filteredOn(s -> s.name().equals("servedns"))
                        .allMatch(s -> s.parent().equals("0020000000000001"))
                        .hasSize(1);
            }
        }
    }
}
