package dev.onoma.conformance;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/// A client's TLS that takes the end of a connection as RFC 8446, section 6.1, has it: each side
/// says close_notify, then no more, and goes on to hear the other.
///
/// The JDK's sockets take a connection that is cut for one that has ended; here, reading ends only
/// behind a close_notify with the end of the connection (FIN) behind it, and fails otherwise.
final class TlsSocket extends Socket {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Socket socket;
    private final SSLEngine engine;
    private ByteBuffer unread = NOTHING;
    private ByteBuffer plain = NOTHING;
    private boolean isOver;

    /// Shakes hands, with whoever is there.
    ///
    /// @param connected whose owner this is from now on
    /// @param versions of TLS
    TlsSocket(Socket connected, String protocol, String... versions) throws IOException {
        socket = connected;
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(
                    null,
                    InsecureTrustManagerFactory.INSTANCE.getTrustManagers(),
                    new SecureRandom());
            engine = context.createSSLEngine();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        engine.setUseClientMode(true);
        var parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        parameters.setProtocols(versions);
        engine.setSSLParameters(parameters);
        engine.beginHandshake();
        while (isShakingHands()) {
            goOn();
        }
    }

    private boolean isShakingHands() {
        var status = engine.getHandshakeStatus();
        return status != HandshakeStatus.NOT_HANDSHAKING && status != HandshakeStatus.FINISHED;
    }

    private void goOn() throws IOException {
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> engine.getDelegatedTask().run();
            case NEED_WRAP -> wrap(NOTHING);
            default -> unwrap();
        }
    }

    private synchronized SSLEngineResult wrap(ByteBuffer data) throws IOException {
        var packet = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        var result = engine.wrap(data, packet);
        socket.getOutputStream().write(packet.array(), 0, packet.position());
        return result;
    }

    // Some octets for whoever reads, or some of a handshake; reads when there is no whole record.
    private void unwrap() throws IOException {
        plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        var result = engine.unwrap(unread, plain);
        plain.flip();
        switch (result.getStatus()) {
            case BUFFER_UNDERFLOW -> read();
            case CLOSED -> awaitFin();
            case BUFFER_OVERFLOW -> throw new SSLException("a record larger than any");
            case OK -> {}
        }
    }

    private void read() throws IOException {
        var more = new byte[engine.getSession().getPacketBufferSize()];
        int octets = socket.getInputStream().read(more);
        if (octets < 0) {
            throw new SocketException("cut off, without close_notify");
        }
        var both = ByteBuffer.allocate(unread.remaining() + octets);
        unread = both.put(unread).put(more, 0, octets).flip();
    }

    private void awaitFin() throws IOException {
        isOver = true;
        if (unread.hasRemaining() || socket.getInputStream().read() >= 0) {
            throw new SocketException("octets behind close_notify");
        }
    }

    /// Whom the certificate of the server is for.
    String subject() throws SSLException {
        return engine.getSession().getPeerPrincipal().getName();
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int at, int most) throws IOException {
                while (most > 0 && !plain.hasRemaining()) {
                    if (isOver) {
                        return -1;
                    }
                    goOn();
                }
                int octets = Math.min(most, plain.remaining());
                plain.get(into, at, octets);
                return octets;
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] octets, int at, int length) throws IOException {
                var data = ByteBuffer.wrap(Arrays.copyOfRange(octets, at, at + length));
                while (data.hasRemaining()) {
                    var _ = wrap(data);
                }
            }
        };
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        socket.setSoTimeout(millis);
    }

    /// Says close_notify, with a FIN behind it: nothing more is said, what comes is heard.
    @Override
    public void shutdownOutput() throws IOException {
        engine.closeOutbound();
        while (!engine.isOutboundDone()) {
            var _ = wrap(NOTHING);
        }
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
