package dev.onoma.server.doctor;

import dev.onoma.api.Addresses;
import dev.onoma.api.Ede;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Record;

/// Asks a server one question, as a client does, and waits.
final class Probe {
    private static final int TRIES = 2;
    private static final int UDP_SIZE = 1232;
    private static final int MESSAGE_OCTETS_MAX = 65_535;

    private final Duration patience;

    /// What came back.
    ///
    /// @param trouble why there is no message; empty if there is one
    record Answer(@Nullable Message message, String trouble, long micros) {
        boolean came() {
            return message != null;
        }

        /// The extended error (RFC 8914), or [Ede#NONE].
        int ede() {
            var code = option();
            return code == null ? Ede.NONE : code.getErrorCode();
        }

        String edeText() {
            var code = option();
            var text = code == null ? null : code.getText();
            return text == null ? "" : text;
        }

        private @Nullable ExtendedErrorCodeOption option() {
            var opt = message == null ? null : message.getOPT();
            var options = opt == null ? null : opt.getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR);
            return options == null || options.isEmpty()
                    ? null
                    : (ExtendedErrorCodeOption) options.getFirst();
        }
    }

    /// @param patience how long each of two tries waits
    Probe(Duration patience) {
        this.patience = patience;
    }

    Answer ask(InetSocketAddress server, Name name, int type, boolean tcp) {
        var query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
        query.getHeader().setID(ThreadLocalRandom.current().nextInt(1 << 16));
        query.addRecord(new OPTRecord(UDP_SIZE, 0, 0), 3);
        long begin = System.nanoTime();
        try {
            var octets = tcp ? overTcp(server, query) : overUdp(server, query);
            long micros = (System.nanoTime() - begin) / 1000;
            return new Answer(new Message(octets), "", micros);
        } catch (SocketTimeoutException _) {
            return trouble(
                    "no answer in %d ms".formatted((System.nanoTime() - begin) / 1_000_000), begin);
        } catch (PortUnreachableException _) {
            return trouble("nobody listens there", begin);
        } catch (java.net.ConnectException e) {
            boolean refused = String.valueOf(e.getMessage()).contains("refused");
            return trouble(refused ? "nobody listens there" : e.getMessage(), begin);
        } catch (EOFException _) {
            return trouble("the connection is closed without an answer", begin);
        } catch (IOException e) {
            return trouble(e.getMessage(), begin);
        }
    }

    private static Answer trouble(@Nullable String text, long begin) {
        return new Answer(null, String.valueOf(text), (System.nanoTime() - begin) / 1000);
    }

    private byte[] overUdp(InetSocketAddress server, Message query) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.connect(server);
            var octets = query.toWire();
            for (int i = 1; ; i++) {
                socket.send(new DatagramPacket(octets, octets.length));
                try {
                    return await(socket, query);
                } catch (SocketTimeoutException e) {
                    if (i == TRIES) {
                        throw e;
                    }
                }
            }
        }
    }

    private byte[] await(DatagramSocket socket, Message query) throws IOException {
        var packet = new DatagramPacket(new byte[MESSAGE_OCTETS_MAX], MESSAGE_OCTETS_MAX);
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException();
            }
            socket.setSoTimeout((int) left);
            socket.receive(packet);
            var octets = Arrays.copyOf(packet.getData(), packet.getLength());
            if (answers(octets, query)) {
                return octets;
            }
        }
    }

    private byte[] overTcp(InetSocketAddress server, Message query) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(server, (int) patience.toMillis() * TRIES);
            socket.setSoTimeout((int) patience.toMillis() * TRIES);
            var octets = query.toWire();
            var framed = new byte[octets.length + 2];
            framed[0] = (byte) (octets.length >> 8);
            framed[1] = (byte) octets.length;
            System.arraycopy(octets, 0, framed, 2, octets.length);
            socket.getOutputStream().write(framed);
            var in = new DataInputStream(socket.getInputStream());
            var answer = new byte[in.readUnsignedShort()];
            in.readFully(answer);
            if (!answers(answer, query)) {
                throw new IOException(
                        Addresses.text(server) + " answers with something that is no answer");
            }
            return answer;
        }
    }

    private static boolean answers(byte[] octets, Message query) {
        if (octets.length < 12 || octets[2] >= 0 || (octets[2] >> 3 & 15) != Opcode.QUERY) {
            return false;
        }
        return ((octets[0] & 0xff) << 8 | octets[1] & 0xff) == query.getHeader().getID();
    }
}
