package dev.onoma.conformance;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// DNS over HTTP/1.1, by POST: requests may follow each other, responses come in their order.
final class Http1Dialog extends Dialog {
    private final Socket socket;
    private final Queue<Asked> waiting = new ConcurrentLinkedQueue<>();

    Http1Dialog(Socket socket) {
        this.socket = socket;
        Thread.startVirtualThread(this::receive);
    }

    private void receive() {
        try {
            var in = new DataInputStream(socket.getInputStream());
            while (true) {
                var status = line(in);
                int length = 0;
                for (var field = line(in); !field.isEmpty(); field = line(in)) {
                    if (field.startsWith("content-length: ")) {
                        length = Integer.parseInt(field.substring(16));
                    }
                }
                var body = in.readNBytes(length);
                var asked = waiting.remove();
                if (status.startsWith("http/1.1 200")) {
                    asked.heard(body);
                }
                over(asked);
            }
        } catch (EOFException e) {
            ended("in order");
        } catch (IOException e) {
            ended(String.valueOf(e.getMessage()));
        }
    }

    private static String line(DataInputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
            line.append((char) c);
        }
        return line.toString().strip().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    void send(byte[] query, Asked asked) throws IOException {
        waiting.add(asked);
        var head =
                """
                POST /dns-query HTTP/1.1
                host: dns.example
                content-type: application/dns-message
                content-length: %d

                """
                        .formatted(query.length)
                        .replace("\n", "\r\n");
        var octets = head.getBytes(StandardCharsets.US_ASCII);
        socket.getOutputStream().write(Way.join(octets, query));
    }

    @Override
    void sayNoMore() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
