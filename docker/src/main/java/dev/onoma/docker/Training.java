package dev.onoma.docker;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Plays a client for a while, so that the server under it shows Java what a start needs.
///
/// `./onoma aot` runs this file as it is, with the server's whole command line as its arguments.
/// The server asked to stop writes its start-up cache (JEP 514); we fail when it does not.
final class Training {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration WRITING = Duration.ofMinutes(2);
    private static final int ANSWER_WAIT_MS = 200;
    private static final int ROUNDS = 200;
    private static final int TYPE_A = 1;
    private static final int TYPE_PTR = 12;
    private static final int TYPE_AAAA = 28;
    private static final int TYPE_SRV = 33;

    private static final List<byte[]> QUESTIONS =
            List.of(
                    question("nginx.default.svc.cluster.local", TYPE_A),
                    question("nginx.default.svc.cluster.local", TYPE_AAAA),
                    question("nosuch.default.svc.cluster.local", TYPE_A),
                    question("db.default.svc.cluster.local", TYPE_A),
                    question("_postgres._tcp.db.default.svc.cluster.local", TYPE_SRV),
                    question("10.0.0.10.in-addr.arpa", TYPE_PTR),
                    question("docs.default.svc.cluster.local", TYPE_A),
                    question("router.example", TYPE_A),
                    question("www.example.com", TYPE_A));

    private Training() {}

    static void main(String[] command) throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("onoma-training");
        var corefile = folder.resolve("Corefile");
        try (var upstream = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> answerAll(upstream));
            int port = freePort();
            Files.writeString(corefile, corefile(upstream.getLocalPort()));
            var line = new ArrayList<>(List.of(command));
            line.addAll(List.of("-conf", corefile.toString(), "-dns.port", "" + port, "-quiet"));
            var server = new ProcessBuilder(line).inheritIO().start();
            try {
                train(server, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } finally {
                // As with an operator's Ctrl-C; Java then writes the cache, which takes a while.
                server.destroy();
                if (!server.waitFor(WRITING.toSeconds(), TimeUnit.SECONDS)) {
                    server.destroyForcibly();
                }
            }
        } finally {
            Files.deleteIfExists(corefile);
            Files.deleteIfExists(folder);
        }
        expectCache(command);
    }

    private static String corefile(int upstreamPort) {
        return """
        . {
            errors
            health 127.0.0.1:0
            ready 127.0.0.1:0
            prometheus 127.0.0.1:0
            kubernetes cluster.local in-addr.arpa ip6.arpa {
                manifests %s
                pods insecure
                fallthrough in-addr.arpa ip6.arpa
            }
            hosts {
                192.0.2.2 router.example
                fallthrough
            }
            forward . 127.0.0.1:%d
            cache 30
            reload
            loadbalance
        }
        """
                .formatted(Path.of("docker/example/manifests").toAbsolutePath(), upstreamPort);
    }

    private static void train(Process server, InetSocketAddress address)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(ANSWER_WAIT_MS);
            while (!answers(socket, address, QUESTIONS.getFirst())) {
                if (!server.isAlive() || System.nanoTime() > end) {
                    throw new IOException(
                            "the server did not answer at %s within %d s; its messages are above"
                                    .formatted(address, PATIENCE.toSeconds()));
                }
                TimeUnit.MILLISECONDS.sleep(ANSWER_WAIT_MS);
            }
            for (int round = 0; round < ROUNDS && server.isAlive(); round++) {
                for (var question : QUESTIONS) {
                    answers(socket, address, question);
                }
            }
        }
        try (var socket = new Socket(address.getAddress(), address.getPort())) {
            for (var question : QUESTIONS) {
                socket.getOutputStream().write(new byte[] {0, (byte) question.length});
                socket.getOutputStream().write(question);
                var length = socket.getInputStream().readNBytes(2);
                socket.getInputStream().readNBytes((length[0] & 0xff) << 8 | (length[1] & 0xff));
            }
        }
    }

    private static boolean answers(DatagramSocket socket, SocketAddress server, byte[] question)
            throws IOException {
        socket.send(new DatagramPacket(question, question.length, server));
        try {
            socket.receive(new DatagramPacket(new byte[1500], 1500));
            return true;
        } catch (SocketTimeoutException e) {
            return false; // not started yet, or a datagram was lost: we only ask again
        }
    }

    private static void expectCache(String[] command) throws IOException {
        var option = "-XX:AOTCacheOutput=";
        for (var word : command) {
            if (word.startsWith(option)) {
                var cache = Path.of(word.substring(option.length()));
                if (!Files.exists(cache)) {
                    throw new IOException("Java wrote no " + cache + "; its messages are above");
                }
                System.err.println("onoma: wrote " + cache + "; the next start uses it");
            }
        }
    }

    /// A message with one question in class IN (RFC 1035, section 4.1), recursion desired.
    private static byte[] question(String name, int type) {
        var message = ByteBuffer.allocate(512);
        message.putShort((short) 4711).putShort((short) 0x0100).putShort((short) 1);
        message.putShort((short) 0).putInt(0);
        for (var label : name.split("\\.", -1)) {
            message.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
        }
        message.put((byte) 0).putShort((short) type).putShort((short) 1);
        return Arrays.copyOf(message.array(), message.position());
    }

    /// The upstream: everything has the address 192.0.2.1 (a name for documentation, RFC 5737).
    private static void answerAll(DatagramSocket socket) {
        try {
            while (true) {
                var packet = new DatagramPacket(new byte[1500], 1500);
                socket.receive(packet);
                var query = ByteBuffer.wrap(packet.getData());
                int end = 12;
                while (query.get(end) != 0) {
                    end += query.get(end) + 1;
                }
                end += 5; // the root label, type and class
                query.putShort(2, (short) 0x8180).putShort(6, (short) 1).putInt(8, 0).position(end);
                query.putShort((short) 0xc00c).putShort((short) TYPE_A).putShort((short) 1);
                query.putInt(30).putShort((short) 4).putInt(0xc0000201);
                packet.setLength(query.position());
                socket.send(packet);
            }
        } catch (IOException e) {
            // The socket is closed: the training is over.
        }
    }

    /// A port that nobody has, for UDP or for TCP, on any address.
    private static int freePort() throws IOException {
        while (true) {
            try (var tcp = new ServerSocket(0);
                    var _ = new DatagramSocket(tcp.getLocalPort())) {
                return tcp.getLocalPort();
            } catch (BindException _) {
                // somebody has it for UDP: the next
            }
        }
    }
}
