package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Subject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// HAProxy in front of every transport that it carries, with headers of both versions: the client
/// stays the client.
@Timeout(60)
final class HaproxyTest {
    private static final String CLIENT = "127.0.0.5";

    @TempDir private Path folder;

    // With ports of its own, one for each scheme.
    private void configure(Doors front, Doors onoma, String version) throws Exception {
        var text =
                new StringBuilder(
                        """
                        defaults
                            timeout connect 5s
                            timeout client 20s
                            timeout server 20s
                        """);
        for (var way : new Way[] {Way.TCP, Way.TLS, Way.HTTPS_POST, Way.GRPC}) {
            text.append(
                    """
                    listen %1$s
                        mode tcp
                        bind 127.0.0.1:%2$d
                        server onoma 127.0.0.1:%3$d %4$s
                    """
                            .formatted(way.scheme(), front.port(way), onoma.port(way), version));
        }
        Files.writeString(folder.resolve("haproxy.cfg"), text);
    }

    private static String client(Way way, int port) throws Exception {
        var name = Name.fromConstantString("who.test.");
        var query = Message.newQuery(Record.newRecord(name, Type.A, DClass.IN));
        try (var dialog = way.open(CLIENT, port, new byte[0])) {
            var reply = new Message(dialog.ask(query.toWire()).next());
            return reply.getSection(Section.ADDITIONAL).getFirst().rdataToString();
        }
    }

    @Test
    void clientsBehindItAreKnown() throws Exception {
        var haproxy = Tools.tool("haproxy", "haproxy");
        var dig = Tools.tool("dig", "bind9-dnsutils");
        Authority.in(folder).issue("tls", "dns.example", "127.0.0.1");
        var onoma = Doors.choose();
        var corefile =
                """
                %s {
                    proxyproto {
                        allow 127.0.0.1/32
                        default reject
                    }
                    tls tls.pem tls.key
                    log . "{remote} {local}"
                    whoami
                }
                """
                        .formatted(onoma.keys("who.test"));
        var setup = new Subject.Setup(folder, corefile, onoma.port(Way.UDP), Cluster.none(folder));
        try (var running = new OnomaSubject().start(setup)) {
            for (var version : new String[] {"send-proxy", "send-proxy-v2"}) {
                var front = Doors.choose();
                configure(front, onoma, version);
                var process =
                        new ProcessBuilder(haproxy, "-f", folder.resolve("haproxy.cfg").toString())
                                .redirectErrorStream(true)
                                .redirectOutput(folder.resolve("haproxy.out").toFile())
                                .start();
                try {
                    assertClientsAreKnown(front, dig);
                } finally {
                    process.destroy();
                    process.waitFor(5, TimeUnit.SECONDS);
                }
            }
            assertThat(running.log()).contains(CLIENT + " 127.0.0.1").doesNotContain("127.0.0.1 1");
        }
    }

    private static void assertClientsAreKnown(Doors front, String dig) throws Exception {
        for (var way :
                new Way[] {Way.TCP, Way.TLS, Way.HTTP1, Way.HTTPS_GET, Way.HTTPS_POST, Way.GRPC}) {
            Tools.awaitListening(front.port(way));
            assertThat(client(way, front.port(way))).as("%s", way).isEqualTo(CLIENT);
        }
        for (var how :
                new String[][] {
                    {"+tcp", "" + front.port(Way.TCP)},
                    {"+tls", "" + front.port(Way.TLS)},
                    {"+https", "" + front.port(Way.HTTPS_GET)}
                }) {
            assertThat(Tools.run(dig, "-b", CLIENT, "@127.0.0.1", how[0], "-p", how[1], "who.test"))
                    .contains(CLIENT);
        }
    }
}
