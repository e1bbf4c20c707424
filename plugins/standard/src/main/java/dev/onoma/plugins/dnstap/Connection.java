package dev.onoma.plugins.dnstap;

import dev.onoma.api.Tls;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import javax.net.ssl.SSLSocket;

/// A connection to somebody who collects records. Blocking.
record Connection(InputStream in, OutputStream out, Closeable closing) implements Closeable {
    /// For connecting, and for the talk at the begin and the end.
    static final Duration PATIENCE = Duration.ofSeconds(4);

    private static final int WRITE_OCTETS = 64 * 1024;

    /// Connects.
    static Connection open(DnstapOptions options) throws IOException {
        var socket = options.socket();
        if (socket.scheme() == TapSocket.Scheme.UNIX) {
            return of(SocketChannel.open(UnixDomainSocketAddress.of(socket.path())));
        }
        var plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.setSendBufferSize(options.bufferMebibytes() << 20);
            plain.connect(
                    new InetSocketAddress(socket.host(), socket.port()), (int) PATIENCE.toMillis());
            return of(options.tls() == null ? plain : encrypted(plain, options));
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private static Socket encrypted(Socket plain, DnstapOptions options) throws IOException {
        var context = options.tls();
        if (context == null) {
            return plain;
        }
        var socket = options.socket();
        var made =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(plain, socket.host(), socket.port(), true);
        var parameters = made.getSSLParameters();
        parameters.setProtocols(Tls.PROTOCOLS.toArray(String[]::new));
        if (!options.skipVerify()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        made.setSSLParameters(parameters);
        made.setSoTimeout((int) PATIENCE.toMillis());
        made.startHandshake();
        return made;
    }

    static Connection of(Socket socket) throws IOException {
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return new Connection(
                socket.getInputStream(),
                new BufferedOutputStream(socket.getOutputStream(), WRITE_OCTETS),
                socket);
    }

    static Connection of(SocketChannel channel) {
        return new Connection(
                Channels.newInputStream(channel),
                new BufferedOutputStream(Channels.newOutputStream(channel), WRITE_OCTETS),
                channel);
    }

    @Override
    public void close() throws IOException {
        closing.close();
    }
}
