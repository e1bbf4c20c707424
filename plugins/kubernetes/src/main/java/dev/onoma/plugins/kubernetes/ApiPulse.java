package dev.onoma.plugins.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLSocket;

/// What comes in on one connection, with a look at whether there is still somebody on the other
/// side when nothing comes.
///
/// A watch says nothing for up to a minute, and somebody on the way may keep the connection while
/// the server behind is gone. HTTP/1.1 has no question that could be asked meanwhile; TLS 1.3 has
/// one: new keys, which the other side has to answer with its own (RFC 8446, section 4.6.3). Its
/// answer is seen as octets that arrive and are not for us. It costs some tens of octets and no
/// request.
///
/// Servers close connections on which nothing but that happens: those in Go after 16 times,
/// BoringSSL's after 32. So there are at most [#QUESTIONS_MAX] of them between two requests.
/// OpenSSL answers only when it has something to send; where there never was an answer, nobody is
/// asked any more after [#UNANSWERED_MAX] times.
///
/// For one thread.
final class ApiPulse extends InputStream {
    static final int QUESTIONS_MAX = 15;
    static final int UNANSWERED_MAX = 2;

    private final HeardSocket heard;
    private final Socket socket;
    private final InputStream in;
    private final Partner partner;
    private final ApiPatience patience;
    private Duration idleMax = Duration.ZERO;
    private int questions;

    /// What is known of a server over all connections to it, for one thread.
    static final class Partner {
        private boolean answered;
        private int unanswered;

        private boolean isAsked() {
            return answered || unanswered < UNANSWERED_MAX;
        }
    }

    /// @param socket on top of the other, or the same
    ApiPulse(HeardSocket heard, Socket socket, Partner partner, ApiPatience patience)
            throws IOException {
        this.heard = heard;
        this.socket = socket;
        this.in = socket.getInputStream();
        this.partner = partner;
        this.patience = patience;
    }

    /// How long reading waits from now on.
    void idleMax(Duration most) {
        idleMax = most;
    }

    /// A request is sent.
    ///
    /// @param most how long reading waits
    void begin(Duration most) {
        questions = 0;
        idleMax = most;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int at, int length) throws IOException {
        long began = System.nanoTime();
        while (true) {
            var left = idleMax.minusNanos(System.nanoTime() - began);
            if (!mayAsk() || left.compareTo(patience.pingAfter()) <= 0) {
                return read(target, at, length, left);
            }
            try {
                return read(target, at, length, patience.pingAfter());
            } catch (SocketTimeoutException _) {
                // It is time to ask.
            }
            long before = heard.octets();
            questions++;
            ((SSLSocket) socket).startHandshake();
            try {
                return read(target, at, length, patience.pingMax());
            } catch (SocketTimeoutException _) {
                judge(heard.octets() > before);
            }
        }
    }

    private int read(byte[] target, int at, int length, Duration most) throws IOException {
        socket.setSoTimeout((int) Math.max(1, most.toMillis()));
        return in.read(target, at, length);
    }

    private void judge(boolean answered) throws ApiFailure {
        if (!answered) {
            partner.unanswered++;
            throw new ApiFailure(
                    ApiFailure.Cause.STALLED, "the connection is open, and nobody is there");
        }
        partner.answered = true;
    }

    private boolean mayAsk() {
        return questions < QUESTIONS_MAX
                && partner.isAsked()
                && socket instanceof SSLSocket secured
                && secured.getSession().getProtocol().equals("TLSv1.3");
    }
}
