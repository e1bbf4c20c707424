package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Pebble;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A server gets its certificate from Let's Encrypt's test authority, which asks another server
/// block for the proof.
@Timeout(120)
final class AcmeTest {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    @TempDir Path folder;

    // Not kdig, which ends connections whose certificate has no subject but alternative names.
    private final String dig = Tools.tool("dig", "bind9-dnsutils");
    private final String openssl = Tools.tool("openssl", "openssl");

    @Test
    void aListenerHasACertificateAfterAWhileAndAtOnceTheNextTime() throws Exception {
        int port = Ports.free();
        int dot = Ports.free();
        try (var pebble = new Pebble(folder, port)) {
            var corefile =
                    """
                    dns://.:%d {
                        whoami
                    }
                    tls://.:%d {
                        tls {
                            acme dns.example.org
                            ca %s
                            ca_root ca.pem
                            storage certificates
                        }
                        whoami
                    }
                    """
                            .formatted(port, dot, pebble.directory());
            var setup = new Subject.Setup(folder, corefile, port, Cluster.none(folder));
            try (var running = new OnomaSubject().start(setup)) {
                long end = System.nanoTime() + PATIENCE_NANOS;
                while (!running.log().contains("was obtained from")) {
                    assertThat(System.nanoTime() - end).as(running.log()).isNegative();
                    Thread.onSpinWait();
                }
                hasCertificate(dot);
                running.reload(corefile + "\n# the same\n");
                hasCertificate(dot);
            }
            pebble.stop();
            try (var running = new OnomaSubject().start(setup)) {
                hasCertificate(dot);
                assertThat(running.log()).doesNotContain("No certificate");
            }
        }
        assertThat(Files.readString(folder.resolve("pebble.log"))).contains("set VALID");
    }

    private void hasCertificate(int dot) throws Exception {
        var server = "127.0.0.1:" + dot;
        assertThat(Tools.run(openssl, "s_client", "-connect", server, "-showcerts"))
                .contains("Pebble Intermediate CA");
        assertThat(Tools.run(dig, "@127.0.0.1", "-p", "" + dot, "+tls", "a.example"))
                .contains("NOERROR");
    }
}
