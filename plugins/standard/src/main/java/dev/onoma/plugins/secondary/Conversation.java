package dev.onoma.plugins.secondary;

import dev.onoma.api.Addresses;
import dev.onoma.api.Time;
import dev.onoma.tsig.TsigConversation;
import dev.onoma.zone.IncomingTransfer;
import dev.onoma.zone.MessageRecords;
import dev.onoma.zone.ZoneData;
import dev.onoma.zone.ZoneException;
import dev.onoma.zone.ZoneTable;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// A connection to a primary, in clear text or in TLS (RFC 9103): first the question whether there
/// is a newer version, then the transfer. Waits, on a virtual thread.
final class Conversation implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int MESSAGE_MILLIS = 10_000;
    private static final Duration DURATION_MAX = Duration.ofHours(1);
    private static final String ALPN = "dot";

    private final SecondaryOptions options;
    private final InetSocketAddress primary;
    private final Time time;
    private final RandomGenerator random;
    private final Socket socket;
    private final DataInputStream in;
    private final long beganNanos;

    Conversation(
            SecondaryOptions options, InetSocketAddress primary, Time time, RandomGenerator random)
            throws IOException {
        this.options = options;
        this.primary = primary;
        this.time = time;
        this.random = random;
        beganNanos = System.nanoTime();
        socket = connected();
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 14));
    }

    private Socket connected() throws IOException {
        var plain = new Socket();
        try {
            plain.connect(primary, CONNECT_MILLIS);
            plain.setSoTimeout(MESSAGE_MILLIS);
            plain.setTcpNoDelay(true);
            return options.tls() == null ? plain : encrypted(plain);
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    private Socket encrypted(Socket plain) throws IOException {
        var context = java.util.Objects.requireNonNull(options.tls());
        var name =
                options.tlsName().isEmpty()
                        ? Addresses.text(primary.getAddress())
                        : options.tlsName();
        var tls =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(plain, name, primary.getPort(), true);
        var parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(new String[] {"TLSv1.3"}); // RFC 9103, section 7.1
        parameters.setApplicationProtocols(new String[] {ALPN});
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        return tls;
    }

    /// The serial of the version that the primary has.
    long serial(Name zone) throws IOException, ZoneException {
        var query = query(zone, Type.SOA);
        try (var signed = signed()) {
            send(query, signed);
            var message = receive(() -> ReadAhead.message(in), query, signed, true);
            end(signed);
            var soa = MessageRecords.answers(message, message.length).cursor();
            if (!soa.next() || soa.type() != Type.SOA) {
                throw new IOException("the answer to the question for the SOA record has none");
            }
            var octets = soa.octets();
            int at = soa.dataEnd() - 20;
            return (octets[at] & 0xffL) << 24
                    | (octets[at + 1] & 0xff) << 16
                    | (octets[at + 2] & 0xff) << 8
                    | octets[at + 3] & 0xff;
        }
    }

    /// Gets the zone, after which this cannot be asked anything else.
    ///
    /// @param base the version that there is; null if there is none, or all is wanted
    IncomingTransfer transfer(Name zone, @Nullable ZoneData base)
            throws IOException, ZoneException {
        var query = query(zone, base == null ? Type.AXFR : Type.IXFR);
        if (base != null) {
            query.addRecord(ZoneTable.soa(base), Section.AUTHORITY);
        }
        var incoming =
                new IncomingTransfer(zone, base, Addresses.text(primary), options.recordsMax());
        try (var signed = signed();
                var ahead = new ReadAhead(in)) {
            send(query, signed);
            boolean ended = false;
            for (boolean first = true; !ended; first = false) {
                var message = receive(ahead::next, query, signed, first);
                ended = incoming.take(MessageRecords.answers(message, message.length));
                if (System.nanoTime() - beganNanos > DURATION_MAX.toNanos()) {
                    throw new IOException("the transfer takes longer than " + DURATION_MAX);
                }
            }
            end(signed);
        }
        return incoming;
    }

    private Message query(Name zone, int type) {
        var query = new Message(random.nextInt(1 << 16));
        query.getHeader().setOpcode(Opcode.QUERY);
        query.addRecord(Record.newRecord(zone, type, DClass.IN), Section.QUESTION);
        return query;
    }

    private @Nullable TsigConversation signed() {
        var key = options.key();
        return key == null ? null : new TsigConversation(key, time);
    }

    private static void end(@Nullable TsigConversation signed) throws IOException {
        if (signed != null) {
            signed.end();
        }
    }

    private void send(Message query, @Nullable TsigConversation signed) throws IOException {
        var octets = query.toWire();
        var sent = signed == null ? octets : signed.sign(octets);
        var framed = new byte[sent.length + 2];
        framed[0] = (byte) (sent.length >> 8);
        framed[1] = (byte) sent.length;
        System.arraycopy(sent, 0, framed, 2, sent.length);
        socket.getOutputStream().write(framed);
    }

    /// Where messages come from.
    private interface Source {
        byte[] next() throws IOException;
    }

    private static byte[] receive(
            Source source, Message query, @Nullable TsigConversation signed, boolean first)
            throws IOException {
        byte[] message;
        try {
            message = source.next();
        } catch (EOFException e) {
            throw new IOException("the primary closed the connection", e);
        } catch (SocketTimeoutException e) {
            throw new IOException("no answer in %d ms".formatted(MESSAGE_MILLIS), e);
        }
        if (message.length < 12
                || ((message[0] & 0xff) << 8 | message[1] & 0xff) != query.getHeader().getID()
                || (message[2] & 0xf8) != 0x80) {
            throw new IOException("what came is no answer to the question");
        }
        if (signed != null) {
            signed.check(message, message.length);
        }
        int rcode = message[3] & 15;
        if (rcode != Rcode.NOERROR) {
            throw new IOException("bad xfr rcode: " + Rcode.string(rcode));
        }
        if (first && !isAbout(query, message)) {
            throw new IOException("the answer is about another question");
        }
        return message;
    }

    // An answer may come without its question (RFC 5936, section 2.2.1).
    private static boolean isAbout(Message query, byte[] message) {
        if (message[4] == 0 && message[5] == 0) {
            return true;
        }
        var key = new dev.onoma.api.NameKey();
        int end = key.read(message, 12, message.length);
        var asked = query.getQuestion();
        return end > 0
                && end + 4 <= message.length
                && key.equals(dev.onoma.api.NameKey.of(asked.getName()))
                && ((message[end] & 0xff) << 8 | message[end + 1] & 0xff) == asked.getType();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // It is gone, whatever the other side makes of it.
        }
    }
}
