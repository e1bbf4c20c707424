package dev.onoma.plugins;

import dev.onoma.api.Names;
import dev.onoma.server.LineFormat;
import dev.onoma.server.Onoma;
import dev.onoma.server.corefile.CorefileSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// A whole server for tests of plugins whose work is the life of the process, with its log.
public final class LiveServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final Path corefile;
    private final Onoma onoma;

    /// Starts with a Corefile in which every `{` block listens on port 0.
    public LiveServer(Path directory, String text) throws IOException {
        this(directory, text, LineFormat.text());
    }

    /// Starts with log lines that look as wanted.
    public LiveServer(Path directory, String text, LineFormat lines) throws IOException {
        corefile = directory.resolve("Corefile");
        Files.writeString(corefile, text);
        onoma =
                Onoma.start(
                        new Onoma.Options(
                                CorefileSource.ofFile("Corefile", corefile),
                                "0",
                                Map.of(),
                                null,
                                new PrintStream(logged, true, StandardCharsets.UTF_8),
                                lines,
                                directory,
                                1,
                                true));
    }

    public Onoma onoma() {
        return onoma;
    }

    public String log() {
        return logged.toString(StandardCharsets.UTF_8);
    }

    /// Changes the Corefile, and reloads.
    ///
    /// @return what the reload said
    public String reload(String text) throws IOException {
        write(text);
        return String.valueOf(onoma.reload());
    }

    /// Changes the Corefile.
    public void write(String text) throws IOException {
        Files.writeString(corefile, text);
    }

    /// Asks over UDP.
    public Message ask(String name, int type) throws IOException {
        var question = Record.newRecord(Names.of(name), type, DClass.IN);
        var query = Message.newQuery(question).toWire();
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            var to = InetAddress.getLoopbackAddress();
            socket.send(new DatagramPacket(query, query.length, to, onoma.port()));
            var packet = new DatagramPacket(new byte[4096], 4096);
            socket.receive(packet);
            return new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
        }
    }

    /// Asks for addresses over UDP.
    public Message ask(String name) throws IOException {
        return ask(name, Type.A);
    }

    /// The whole HTTP response to a request without headers, or the empty string if nobody listens.
    public static String get(int port, String path) {
        return send(port, "GET " + path + " HTTP/1.1\r\nConnection: close\r\n\r\n");
    }

    /// What comes back for some octets until the server closes.
    public static String send(int port, String request) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            var response = socket.getInputStream().readAllBytes();
            return new String(response, StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            return "";
        }
    }

    /// How often a limit was reached.
    public double reached(String limit) {
        return onoma.metrics()
                .counters("onoma_limit_reached_total", "", "limit")
                .with(limit)
                .value();
    }

    /// Waits until something is so.
    public static void until(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("it did not happen in " + PATIENCE);
            }
            Thread.sleep(2);
        }
    }

    @Override
    public void close() {
        onoma.close();
    }
}
