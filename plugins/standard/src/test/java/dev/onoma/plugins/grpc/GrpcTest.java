package dev.onoma.plugins.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.CorefileException;
import dev.onoma.plugins.LiveServer;
import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Bench;
import dev.onoma.testkit.Ports;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

/// Queries that go to another server over gRPC, and what becomes of them when it fails.
final class GrpcTest {
    private static final String HOSTS =
            """
            timeouts {
                read 1s
            }
            template ANY ANY b.test {
                rcode NXDOMAIN
            }
            hosts {
                192.0.2.1 a.test
            }
            """;

    @TempDir private Path folder;

    private LiveServer server(String name, String corefile) throws IOException {
        return new LiveServer(Files.createDirectories(folder.resolve(name)), corefile);
    }

    private LiveServer remote(String limits) throws IOException {
        return server("remote", "grpc://test:0 {\n" + limits + HOSTS + "}\n");
    }

    private LiveServer local(String to) throws IOException {
        return server("local", "dns://.:0 {\n    grpc . " + to + "\n}\n");
    }

    private static int unused() throws IOException {
        return Ports.free();
    }

    @Test
    void anotherServerIsAsked() throws Exception {
        try (var remote = remote("");
                var local = local("127.0.0.1:" + remote.onoma().port())) {
            assertThat(Bench.records(local.ask("A.test."), Section.ANSWER))
                    .containsExactly("A.test. 3600 IN A 192.0.2.1");
            assertThat(local.ask("b.test.").getRcode()).isEqualTo(Rcode.NXDOMAIN);
            assertThat(local.ask("example.org.").getRcode()).isEqualTo(Rcode.REFUSED);
        }
    }

    @Test
    void overTlsItsNameIsChecked() throws Exception {
        var authority = Authority.in(Files.createDirectories(folder.resolve("remote")));
        authority.issue("tls", "dns.example");
        var ca = authority.certificate();
        try (var remote =
                server("remote", "grpc://test:0 {\ntls tls.pem tls.key\n" + HOSTS + "}\n")) {
            var to = "127.0.0.1:" + remote.onoma().port();
            try (var local = local(to + " {\ntls " + ca + "\ntls_servername dns.example\n}")) {
                assertThat(local.ask("a.test.").getRcode()).isZero();
            }
            try (var local = local(to + " {\ntls " + ca + "\ntls_servername other.example\n}")) {
                assertThat(local.ask("a.test.").getRcode()).isEqualTo(Rcode.SERVFAIL);
            }
        }
    }

    @Test
    void theNextOneIsAskedWhenOneIsNotThere() throws Exception {
        try (var remote = remote("");
                var local =
                        local(
                                "127.0.0.1:%d 127.0.0.1:%d {\npolicy sequential\n}"
                                        .formatted(unused(), remote.onoma().port()))) {
            assertThat(local.ask("a.test.").getRcode()).isZero();
        }
    }

    @Test
    void theNextOneIsAskedWhenOneIsSilent() throws Exception {
        try (var silent = new ServerSocket(0);
                var remote = remote("");
                var local =
                        local(
                                "127.0.0.1:%d 127.0.0.1:%d {\npolicy sequential\n}"
                                        .formatted(silent.getLocalPort(), remote.onoma().port()))) {
            assertThat(local.ask("a.test.").getRcode()).isZero();
        }
    }

    @Test
    void nobodyThereIsAFailureAtOnce() throws Exception {
        try (var local = local("127.0.0.1:" + unused())) {
            assertThat(local.ask("a.test.").getRcode()).isEqualTo(Rcode.SERVFAIL);
        }
    }

    @Test
    void aConnectionThatHasEndedIsReplaced() throws Exception {
        try (var remote = remote("grpc_server {\nmax_connection_age 1ms\n}\n");
                var local = local("127.0.0.1:" + remote.onoma().port())) {
            for (int i = 0; i < 20; i++) {
                assertThat(local.ask("a.test.").getRcode()).isZero();
                Thread.sleep(100);
            }
        }
    }

    @Test
    void anUpstreamThatComesBackIsAskedAgain() throws Exception {
        int port = unused();
        try (var local = local("127.0.0.1:" + port)) {
            assertThat(local.ask("a.test.").getRcode()).isEqualTo(Rcode.SERVFAIL);
            try (var remote = server("remote", "grpc://test:" + port + " {\n" + HOSTS + "}\n")) {
                assertThat(local.ask("a.test.").getRcode()).isZero();
                assertThat(remote.log()).isNotNull();
            }
        }
    }

    @Test
    void namesThatDoNotExistFallThrough() throws Exception {
        try (var remote = remote("");
                var local =
                        server(
                                "local",
                                "dns://.:0 {\ngrpc test 127.0.0.1:%d {\nexcept c.test\nfallthrough\n}\nwhoami\n}\n"
                                        .formatted(remote.onoma().port()))) {
            assertThat(Bench.records(local.ask("a.test."), Section.ANSWER)).isNotEmpty();
            // whoami has no answer section.
            assertThat(local.ask("b.test.").getRcode()).isZero();
            assertThat(local.ask("c.test.").getRcode()).isZero();
            assertThat(local.ask("example.org.").getRcode()).isZero();
        }
    }

    @Test
    void mistakesAreNamed() {
        refused("grpc .", "TO");
        refused("grpc a..b 192.0.2.1", "unable to normalize 'a..b'");
        refused("grpc . 192.0.2.1 {\npolicy first\n}", "policy is one of");
        refused("grpc . 192.0.2.1 {\nmax_fails 1\n}", "there is no property");
        refused("grpc . 192.0.2.1 {\nexcept\n}", "NAMES");
        refused("grpc . nosuchfile", "is an IP address or a file of name servers");
        refused("grpc ." + " 192.0.2.1".repeat(16), "more than 15 TOs configured: 16");
        refused("grpc . 192.0.2.1\ngrpc . 192.0.2.2", "can only be used once");
    }

    private static void refused(String directive, String message) {
        assertThatThrownBy(() -> new Bench(".").setup(new Grpc(), directive))
                .isInstanceOf(CorefileException.class)
                .hasMessageContaining(message);
    }
}
