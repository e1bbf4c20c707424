package dev.onoma.conformance;

import static dev.onoma.conformance.Tools.run;
import static dev.onoma.conformance.Tools.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// gRPC with grpc-java: as a client of ours, and as the upstream of `grpc`.
final class GrpcJavaTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final MethodDescriptor<byte[], byte[]> QUERY =
            MethodDescriptor.<byte[], byte[]>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("coredns.dns.DnsService/Query")
                    .setRequestMarshaller(new Packets())
                    .setResponseMarshaller(new Packets())
                    .build();

    @TempDir private Path folder;

    /// `DnsPacket`, whose field 1 is the message of DNS; here always shorter than 128 octets.
    private static final class Packets implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            assertThat(message).hasSizeLessThan(128);
            var packet = new byte[2 + message.length];
            packet[0] = 0x0a;
            packet[1] = (byte) message.length;
            System.arraycopy(message, 0, packet, 2, message.length);
            return new ByteArrayInputStream(packet);
        }

        @Override
        public byte[] parse(InputStream packet) {
            try {
                assertThat(packet.read()).isEqualTo(0x0a);
                return packet.readNBytes(packet.read());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Subject.Running start(int port, String corefile) throws Exception {
        Files.writeString(folder.resolve("hosts.txt"), "192.0.2.1 a.test\n");
        return Subjects.start(
                new OnomaSubject(),
                new Subject.Setup(folder, corefile, port, Cluster.none(folder)));
    }

    private static byte[] ask(ManagedChannel channel, byte[] message) {
        var options = CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS);
        return ClientCalls.blockingUnaryCall(channel, QUERY, options, message);
    }

    @Test
    void itIsServed() throws Exception {
        int port = Ports.free();
        var corefile = "grpc://test:%d {\n    hosts hosts.txt\n}\n".formatted(port);
        var channel =
                NettyChannelBuilder.forAddress(new InetSocketAddress(LOOPBACK, port))
                        .usePlaintext()
                        .build();
        try (var server = start(Ports.free(), corefile)) {
            var question = Record.newRecord(Name.fromString("a.test."), Type.A, DClass.IN);
            for (int i = 0; i < 100; i++) {
                var reply = new Message(ask(channel, Message.newQuery(question).toWire()));
                assertThat(reply.getSection(Section.ANSWER)).hasSize(1);
            }
            assertThatThrownBy(() -> ask(channel, new byte[] {1}))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessage("UNKNOWN: dns request rejected");
            assertThat(server.log()).doesNotContain("[ERROR]");
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void itIsAsked() throws Exception {
        var dig = tool("dig", "bind9-dnsutils");
        int port = Ports.free();
        var upstream = upstream();
        var corefile = ".:%d {\n    grpc . 127.0.0.1:%d\n}\n".formatted(port, upstream.getPort());
        try (var server = start(port, corefile)) {
            assertThat(run(dig, "@127.0.0.1", "-p", "" + port, "+short", "www.example.org"))
                    .isEqualTo("192.0.2.7\n");
            assertThat(server.log()).doesNotContain("[ERROR]");
        } finally {
            upstream.shutdownNow();
        }
    }

    // Answers every question with one address.
    private static Server upstream() throws IOException {
        var service =
                ServerServiceDefinition.builder("coredns.dns.DnsService")
                        .addMethod(QUERY, (call, _) -> new Answering(call))
                        .build();
        return NettyServerBuilder.forAddress(new InetSocketAddress(LOOPBACK, 0))
                .addService(service)
                .build()
                .start();
    }

    private static final class Answering extends ServerCall.Listener<byte[]> {
        private final ServerCall<byte[], byte[]> call;

        Answering(ServerCall<byte[], byte[]> call) {
            this.call = call;
            call.request(1);
        }

        @Override
        public void onMessage(byte[] query) {
            call.sendHeaders(new Metadata());
            call.sendMessage(answer(query));
            call.close(Status.OK, new Metadata());
        }

        private static byte[] answer(byte[] query) {
            try {
                var asked = new Message(query);
                var reply = new Message(asked.getHeader().getID());
                reply.getHeader().setFlag(Flags.QR);
                reply.addRecord(asked.getQuestion(), Section.QUESTION);
                var address = InetAddress.ofLiteral("192.0.2.7");
                var name = asked.getQuestion().getName();
                reply.addRecord(new ARecord(name, DClass.IN, 60, address), Section.ANSWER);
                return reply.toWire();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
