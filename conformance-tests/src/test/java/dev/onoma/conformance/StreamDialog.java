package dev.onoma.conformance;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Messages behind their length (RFC 7766, RFC 7858).
final class StreamDialog extends Dialog {
    private final Socket socket;
    private final Map<Integer, Asked> waiting = new ConcurrentHashMap<>();

    /// @param socket that is connected, in clear text or TLS
    StreamDialog(Socket socket) {
        this.socket = socket;
        Thread.startVirtualThread(this::receive);
    }

    private void receive() {
        try {
            var in = new DataInputStream(socket.getInputStream());
            for (int length = in.read(); length >= 0; length = in.read()) {
                var message = in.readNBytes(length << 8 | in.readUnsignedByte());
                Asked asked = waiting.get(Way.id(message));
                if (asked != null) {
                    asked.heard(message);
                }
            }
            ended("in order");
        } catch (IOException e) {
            ended(String.valueOf(e.getMessage()));
        }
    }

    @Override
    void send(byte[] query, Asked asked) throws IOException {
        waiting.put(Way.id(query), asked);
        var prefix = new byte[] {(byte) (query.length >> 8), (byte) query.length};
        socket.getOutputStream().write(Way.join(prefix, query));
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
