package dev.onoma.testkit;

import dev.onoma.testkit.UpstreamScript.Action;
import dev.onoma.testkit.UpstreamScript.Rule;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// A DNS server on loopback that does what a script says, over UDP and TCP on one port.
///
/// Each query is played by a virtual thread of its own, so a slow answer holds up no other. A rule
/// that says `once` is used up by the first query it fits.
public final class Upstream implements AutoCloseable {
    private static final int DATAGRAM_MAX = 65535;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final Ports.Pair sockets;
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final Set<Rule> used = ConcurrentHashMap.newKeySet();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private volatile UpstreamScript script;

    /// How a reply goes back.
    private interface Way {
        boolean tcp();

        void send(byte[] message, List<String> twist) throws IOException;

        void close() throws IOException;
    }

    Upstream(UpstreamScript script) throws IOException {
        this.script = script;
        sockets = Ports.bind(LOOPBACK);
        Thread.ofVirtual().start(() -> readDatagrams(sockets.udp()));
        Thread.ofVirtual().start(() -> accept(sockets.tcp()));
    }

    /// `127.0.0.1:PORT`, for the Corefile.
    String address() {
        return "127.0.0.1:" + port();
    }

    int port() {
        return sockets.udp().getLocalPort();
    }

    void play(UpstreamScript script) {
        this.script = script;
        used.clear();
    }

    /// The queries so far, each as the words that [Step.Seen] is compared with.
    List<String> seen() {
        return new ArrayList<>(seen);
    }

    private void readDatagrams(DatagramSocket udp) {
        var buffer = new byte[DATAGRAM_MAX];
        while (!udp.isClosed()) {
            try {
                var packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                var query = Octets.of(buffer).slice(0, packet.getLength());
                var way = new Datagram(udp, packet.getSocketAddress());
                Thread.ofVirtual().start(() -> answer(query, way));
            } catch (IOException _) {
                // Closed, which the loop sees, or an ICMP message about an earlier reply.
            }
        }
    }

    private void accept(ServerSocket tcp) {
        while (!tcp.isClosed()) {
            try {
                var connection = tcp.accept();
                connections.add(connection);
                Thread.ofVirtual().start(() -> readStream(connection));
            } catch (IOException _) {
                // Closed, which the loop sees.
            }
        }
    }

    private void readStream(Socket connection) {
        try (connection) {
            var in = new DataInputStream(connection.getInputStream());
            while (true) {
                var query = new byte[in.readUnsignedShort()];
                in.readFully(query);
                var way = new Stream(connection);
                Thread.ofVirtual().start(() -> answer(Octets.of(query), way));
            }
        } catch (IOException _) {
            connections.remove(connection); // the subject has closed it, or the test is over
        }
    }

    private void answer(Octets octets, Way way) {
        try {
            var query = new Message(octets.toArray());
            var question = query.getQuestion();
            seen.add(describe(octets, query, way.tcp()));
            var rule = question == null ? null : rule(question, way.tcp());
            if (rule == null) {
                var refused = reply(query, 5, List.of());
                way.send(refused.toWire(), List.of());
                return;
            }
            for (var action : rule.actions()) {
                act(action, query, way);
            }
        } catch (IOException _) {
            // The subject has gone, or sent no DNS message: there is nobody to answer.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Rule rule(Record question, boolean tcp) {
        var name = question.getName().toString();
        for (var rule : script.rules()) {
            boolean fits = rule.fits(name, question.getType(), tcp);
            if (fits && (!rule.once() || used.add(rule))) {
                return rule;
            }
        }
        return null;
    }

    private static void act(Action action, Message query, Way way)
            throws IOException, InterruptedException {
        switch (action) {
            case Action.After(var delay) -> Thread.sleep(delay);
            case Action.Close() -> way.close();
            case Action.Raw(var octets) -> {
                var bytes = octets.toArray();
                if (bytes.length >= 2) {
                    bytes[0] = (byte) (query.getHeader().getID() >> 8);
                    bytes[1] = (byte) query.getHeader().getID();
                }
                way.send(bytes, List.of());
            }
            case Action.Send send -> way.send(encode(send, query), send.twist());
        }
    }

    private static Message reply(Message query, int rcode, List<String> flags) {
        var reply = new Message(query.getHeader().getID());
        var header = reply.getHeader();
        header.setOpcode(query.getHeader().getOpcode());
        header.setFlag(Flags.QR);
        header.setRcode(rcode);
        for (int copied : new int[] {Flags.RD, Flags.CD}) {
            if (query.getHeader().getFlag(copied)) {
                header.setFlag(copied);
            }
        }
        if (!flags.contains("-RA")) {
            header.setFlag(Flags.RA);
        }
        for (var flag : flags) {
            if (!flag.startsWith("-")) {
                header.setFlag(Flags.value(flag.toLowerCase(Locale.ROOT)));
            }
        }
        var question = query.getQuestion();
        if (question != null) {
            reply.addRecord(question, Section.QUESTION);
        }
        return reply;
    }

    private static byte[] encode(Action.Send send, Message query) throws IOException {
        var reply = reply(query, send.rcode(), send.flags());
        var question = query.getQuestion();
        var asked = question == null ? Name.root : question.getName();
        for (int section = Section.ANSWER; section <= Section.ADDITIONAL; section++) {
            for (var template : send.sections().get(section)) {
                reply.addRecord(template.record(asked), section);
            }
        }
        for (var twist : send.twist()) {
            if (twist.startsWith("with wrong question")) {
                var words = Records.words(twist);
                reply.removeAllRecords(Section.QUESTION);
                var other =
                        Name.fromString(words.size() > 3 ? words.get(3) : "wrong.test.", Name.root);
                int type = words.size() > 4 ? Type.value(words.get(4)) : Type.A;
                reply.addRecord(Record.newRecord(other, type, DClass.IN), Section.QUESTION);
            } else if (twist.equals("with wrong id")) {
                reply.getHeader().setID(query.getHeader().getID() ^ 0x5555);
            } else if (twist.equals("as query")) {
                reply.getHeader().unsetFlag(Flags.QR);
            }
        }
        var wire = reply.toWire(DATAGRAM_MAX);
        return send.options().isPresent() ? withOptions(wire, send.options().get()) : wire;
    }

    private static byte[] withOptions(byte[] wire, Octets options) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(wire);
        out.write(0);
        QuestionParser.put16(out, Type.OPT);
        QuestionParser.put16(out, 1232);
        QuestionParser.put16(out, 0);
        QuestionParser.put16(out, 0);
        QuestionParser.put16(out, options.length());
        out.writeBytes(options.toArray());
        var bytes = out.toByteArray();
        int additional = (((bytes[10] & 0xff) << 8) | (bytes[11] & 0xff)) + 1;
        bytes[10] = (byte) (additional >> 8);
        bytes[11] = (byte) additional;
        return bytes;
    }

    /// `NAME TYPE udp rd do edns=1232 option=10 id=4711 ...`.
    private static String describe(Octets octets, Message query, boolean tcp) throws IOException {
        var words = new ArrayList<String>();
        var question = query.getQuestion();
        if (question != null) {
            words.add(question.getName().toString());
            words.add(Type.string(question.getType()));
        }
        words.add(tcp ? "tcp" : "udp");
        for (var flag : Question.Flag.values()) {
            if ((octets.unsigned16(2) & flag.mask) != 0) {
                words.add(flag.word());
            }
        }
        for (var opt : Reply.read(octets, 0).edns()) {
            words.add("edns=" + opt.size());
            if ((opt.flags() & 0x8000) != 0) {
                words.add("do");
            }
            for (var option : opt.options()) {
                words.add("option=" + option.code());
                words.add("option=" + option.code() + ":" + option.data());
            }
        }
        words.add("id=" + octets.unsigned16(0));
        return String.join(" ", words);
    }

    @Override
    public void close() throws IOException {
        sockets.close();
        for (var connection : new HashSet<>(connections)) {
            connection.close();
        }
    }

    private record Datagram(DatagramSocket socket, SocketAddress client) implements Way {
        @Override
        public boolean tcp() {
            return false;
        }

        @Override
        public void send(byte[] message, List<String> twist) throws IOException {
            for (var from : twist) {
                if (from.startsWith("from ")) {
                    var address = InetAddress.ofLiteral(from.substring(5).strip());
                    try (var other = new DatagramSocket(new InetSocketAddress(address, 0))) {
                        other.send(new DatagramPacket(message, message.length, client));
                    }
                    return;
                }
            }
            socket.send(new DatagramPacket(message, message.length, client));
        }

        @Override
        public void close() {
            // There is nothing to close: silence.
        }
    }

    private record Stream(Socket socket) implements Way {
        @Override
        public boolean tcp() {
            return true;
        }

        @Override
        public void send(byte[] message, List<String> twist) throws IOException {
            var framed = new byte[message.length + 2];
            framed[0] = (byte) (message.length >> 8);
            framed[1] = (byte) message.length;
            System.arraycopy(message, 0, framed, 2, message.length);
            synchronized (socket) {
                socket.getOutputStream().write(framed);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
