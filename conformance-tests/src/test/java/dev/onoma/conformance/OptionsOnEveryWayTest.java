package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TcpKeepaliveOption;
import org.xbill.DNS.Type;

/// Options that depend on the way: how long a connection is kept (RFC 7828), and padding where
/// nobody on the way can read along (RFC 7830, RFC 8467).
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OptionsOnEveryWayTest {
    private static final int PADDING = 12;
    private static final int BLOCK_OCTETS = 468;

    private Doors doors;
    private Subject.Running onoma;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Authority.in(folder).issue("tls", "dns.example", "127.0.0.1");
        Files.writeString(folder.resolve("hosts.txt"), "192.0.2.1 a.test\n");
        doors = Doors.choose();
        var corefile =
                """
                %s {
                    tls tls.pem tls.key
                    timeouts {
                        idle 7s
                    }
                    hosts hosts.txt
                }
                """
                        .formatted(doors.keys("test"));
        onoma =
                new OnomaSubject()
                        .start(
                                new Subject.Setup(
                                        folder,
                                        corefile,
                                        doors.port(Way.UDP),
                                        Cluster.none(folder)));
    }

    @AfterAll
    void stop() throws IOException {
        onoma.close();
    }

    private static byte[] query(Way way) {
        var name = Name.fromConstantString("a.test.");
        var query = Message.newQuery(Record.newRecord(name, Type.A, DClass.IN));
        query.getHeader().setID(way.id());
        var options = new ArrayList<EDNSOption>();
        options.add(new GenericEDNSOption(PADDING, new byte[16]));
        if (way != Way.QUIC) { // there it is an error that ends the connection: doq.py
            options.add(new TcpKeepaliveOption());
        }
        query.addRecord(new OPTRecord(1232, 0, 0, 0, options), Section.ADDITIONAL);
        return query.toWire();
    }

    @ParameterizedTest
    @EnumSource
    void theWayDecidesWhatIsAnswered(Way way) throws Exception {
        try (var dialog = way.open(doors.port(way))) {
            var octets = dialog.ask(query(way)).next();
            var reply = new Message(octets);
            assertThat(reply.getSection(Section.ANSWER)).hasSize(1);
            List<EDNSOption> options = reply.getOPT().getOptions();
            boolean isEncrypted = way != Way.UDP && way != Way.TCP;
            assertThat(options.stream().anyMatch(o -> o.getCode() == PADDING))
                    .isEqualTo(isEncrypted);
            if (isEncrypted) {
                assertThat(octets.length % BLOCK_OCTETS).isZero();
            }
            var keepalive =
                    options.stream()
                            .filter(TcpKeepaliveOption.class::isInstance)
                            .map(TcpKeepaliveOption.class::cast)
                            .toList();
            if (way == Way.TCP || way == Way.TLS) {
                assertThat(keepalive).hasSize(1);
                assertThat(keepalive.getFirst().getTimeout()).hasValue(70);
            } else {
                assertThat(keepalive).isEmpty();
            }
        }
    }
}
