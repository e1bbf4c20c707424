package dev.onoma.conformance;

import static dev.onoma.conformance.Tools.run;
import static dev.onoma.conformance.Tools.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// gRPC with those who speak it with a library: Python's grpcio, and CoreDNS in both directions
/// (where `COREDNS` names its binary). What is not there skips its test.
final class GrpcPeersTest {
    // The messages are put together by hand, so that no code has to be generated.
    private static final String PYTHON =
            """
            import grpc, struct, sys
            port, ca = sys.argv[1:3]
            if ca == '-':
                channel = grpc.insecure_channel('127.0.0.1:' + port)
            else:
                with open(ca, 'rb') as file:
                    credentials = grpc.ssl_channel_credentials(file.read())
                channel = grpc.secure_channel('127.0.0.1:' + port, credentials)
            query = struct.pack('>HHHHHH', 7, 256, 1, 0, 0, 0) + b'\\x01a\\x04test\\x00\\x00\\x01\\x00\\x01'
            def plain(octets): return octets
            call = channel.unary_unary('/coredns.dns.DnsService/Query', plain, plain)
            for n in range(1000):
                reply = call(b'\\x0a' + bytes([len(query)]) + query, timeout=10)
            print('address', '.'.join(str(octet) for octet in reply[-4:]))
            try:
                call(b'\\x0a\\x01x', timeout=10)
            except grpc.RpcError as e:
                print(e.code(), e.details())
            try:
                channel.unary_unary('/other.Service/Call', plain, plain)(b'', timeout=10)
            except grpc.RpcError as e:
                print(e.code(), e.details())
            """;

    @TempDir private Path folder;

    private Subject.Running start(Subject subject, String name, int port, String corefile)
            throws Exception {
        var own = Files.createDirectories(folder.resolve(name));
        Files.writeString(own.resolve("hosts.txt"), "192.0.2.1 a.test\n");
        return Subjects.start(
                subject, new Subject.Setup(own, corefile, port, Cluster.none(folder)));
    }

    private static String python() throws Exception {
        var python = tool("python3", "python3");
        assumeTrue(
                run(python, "-c", "import grpc; print('is there')").contains("is there"),
                "no grpcio here: python3 -m pip install grpcio");
        return python;
    }

    private static void assertPythonIsServed(int port, String authority) throws Exception {
        assertThat(run(python(), "-c", PYTHON, "" + port, authority))
                .contains("address 192.0.2.1")
                .contains("StatusCode.UNKNOWN dns request rejected")
                .contains("StatusCode.UNIMPLEMENTED unknown service other.Service");
    }

    @Test
    void pythonIsServedInClearText() throws Exception {
        int port = Ports.free();
        try (var server =
                start(
                        new OnomaSubject(),
                        "onoma",
                        Ports.free(),
                        "grpc://test:" + port + " {\n    hosts hosts.txt\n}\n")) {
            assertPythonIsServed(port, "-");
            assertThat(server.log()).isNotNull();
        }
    }

    @Test
    void pythonIsServedOverTls() throws Exception {
        int port = Ports.free();
        var authority = Authority.in(Files.createDirectories(folder.resolve("onoma")));
        authority.issue("tls", "127.0.0.1");
        try (var server =
                start(
                        new OnomaSubject(),
                        "onoma",
                        Ports.free(),
                        """
                        grpc://test:%d {
                            tls tls.pem tls.key
                            hosts hosts.txt
                        }
                        """
                                .formatted(port))) {
            assertPythonIsServed(port, authority.certificate().toString());
            assertThat(server.log()).isNotNull();
        }
    }

    @Test
    void coreDnsAsksUs() throws Exception {
        assertOneAsksTheOther(coreDns(), new OnomaSubject());
    }

    @Test
    void weAskCoreDns() throws Exception {
        assertOneAsksTheOther(new OnomaSubject(), coreDns());
    }

    private static Subject coreDns() {
        var found = Subjects.coreDns();
        assumeTrue(found.isPresent(), "no CoreDNS: set COREDNS to the path of its binary");
        return found.get();
    }

    private void assertOneAsksTheOther(Subject client, Subject server) throws Exception {
        var dig = tool("dig", "bind9-dnsutils");
        int grpc = Ports.free();
        int port = Ports.free();
        var authority = Authority.in(Files.createDirectories(folder.resolve("server")));
        authority.issue("tls", "dns.example");
        var serving =
                """
                grpc://test:%d {
                    tls tls.pem tls.key
                    hosts hosts.txt
                }
                """
                        .formatted(grpc);
        var asking =
                """
                .:%d {
                    grpc . 127.0.0.1:%d {
                        tls %s
                        tls_servername dns.example
                    }
                }
                """
                        .formatted(port, grpc, authority.certificate());
        try (var behind = start(server, "server", Ports.free(), serving);
                var front = start(client, "client", port, asking)) {
            assertThat(run(dig, "@127.0.0.1", "-p", "" + port, "+short", "a.test"))
                    .isEqualTo("192.0.2.1\n");
            assertThat(run(dig, "@127.0.0.1", "-p", "" + port, "+tcp", "example.org"))
                    .contains("status: REFUSED");
            assertThat(behind.log() + front.log()).isNotNull();
        }
    }
}
