package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.Nsd;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Asks Onoma, NSD and Knot the same questions about a zone of hard cases, unsigned, signed with
/// NSEC and with NSEC3: every name of the zone, names around them, many types, with and without DO.
/// What is different on purpose is listed with its reason, for each of the two judges.
final class ZoneDifferentialTest {
    private static final String ZONE = "hard.test.";
    private static final int PATIENCE_MILLIS = 2000;
    private static final int TRIES = 5;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int[] TYPES = {
        Type.A,
        Type.AAAA,
        Type.NS,
        Type.SOA,
        Type.CNAME,
        Type.DNAME,
        Type.MX,
        Type.TXT,
        Type.SRV,
        Type.PTR,
        Type.DS,
        Type.HTTPS,
        Type.NSEC,
        Type.DNSKEY,
        65400
    };

    @TempDir Path folder;

    /// How the zone is signed.
    enum Signed {
        NOT,
        NSEC,
        NSEC3,
        OPT_OUT;

        List<String> options() {
            return switch (this) {
                case NOT, NSEC -> List.of();
                case NSEC3 -> List.of("-n");
                case OPT_OUT -> List.of("-n", "-p");
            };
        }
    }

    /// Who is asked beside us.
    enum Judge {
        NSD {
            // NSD ends a circle of aliases after some rounds, we after one. When a CNAME that is
            // made of a DNAME is asked for, we name the zone's servers as for any other; and we
            // prove that the target of a DNAME is not there, which NSD forgets. Who asks for a
            // wildcard by its name gets the proof that it has no such type, and no more.
            @Override
            boolean isKnown(Name name, int type, String theirs) {
                var text = name.toString();
                boolean below = text.matches(".*\\.(dn|dndn|dnout)\\.hard\\.test\\.");
                return text.startsWith("loop")
                        || text.startsWith("self")
                        || text.startsWith("*.") && theirs.contains(" nsec3 ")
                        || below && (type == Type.CNAME || theirs.startsWith("NXDOMAIN"));
            }

            @Override
            Process start(Path folder, int port) throws IOException {
                Files.writeString(
                        folder.resolve("nsd.conf"),
                        Nsd.configuration(folder, port, "rrl-ratelimit: 0", "ipv4-edns-size: 4096")
                                + """
                                zone:
                                    name: hard.test
                                    zonefile: "%s/hard.zone"
                                """
                                        .formatted(folder));
                return run(folder, "nsd", "-d", "-c", folder.resolve("nsd.conf").toString());
            }
        },
        KNOT {
            // Who asks for NSEC at an alias gets nothing from Knot, and the alias from us and NSD;
            // and for names that a wildcard stands for, we send the record as a proof, too. A
            // wildcard that is an empty non-terminal (*.star) is not proved by Knot: a validator
            // needs that the name is not there, and that the wildcard has no such type (RFC 4035,
            // section 3.1.3.4).
            @Override
            boolean isKnown(Name name, int type, String theirs) {
                return type == Type.NSEC
                        || name.toString().endsWith(".star.hard.test.")
                                && theirs.contains(" nsec ");
            }

            @Override
            Process start(Path folder, int port) throws IOException {
                Files.writeString(
                        folder.resolve("knot.conf"),
                        """
                        server:
                            listen: 127.0.0.1@%1$d
                            rundir: %2$s
                            udp-max-payload: 4096
                        database:
                            storage: %2$s
                        zone:
                          - domain: hard.test
                            file: %2$s/hard.zone
                            zonefile-sync: -1
                            journal-content: none
                            semantic-checks: off
                        """
                                .formatted(port, folder));
                return run(folder, "knotd", "-c", folder.resolve("knot.conf").toString());
            }
        };

        /// Whether an answer is different on purpose.
        abstract boolean isKnown(Name name, int type, String theirs);

        abstract Process start(Path folder, int port) throws IOException;

        static Process run(Path folder, String program, String... words) throws IOException {
            var command = new ArrayList<String>();
            command.add(Tools.tool(program, program.equals("nsd") ? "nsd" : "knot"));
            command.addAll(List.of(words));
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve(program + ".out").toFile())
                    .start();
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersAreThoseOfNsdAndKnot(Signed signed) throws Exception {
        if (signed != Signed.NOT) {
            Tools.tool("ldns-signzone", "ldnsutils");
        }
        zone(signed);
        int port = Ports.free();
        int nsdPort = Ports.free();
        int knotPort = Ports.free();
        var corefile = "hard.test {\n    file hard.zone\n}\n";
        var setup = new Subject.Setup(folder, corefile, port, Cluster.none(folder));
        var nsd = Judge.NSD.start(folder, nsdPort);
        var knot = Judge.KNOT.start(folder, knotPort);
        try (var _ = new OnomaSubject().start(setup);
                var socket = new DatagramSocket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            var differences = new ArrayList<String>();
            int asked = 0;
            for (var name : names()) {
                for (int type : TYPES) {
                    for (boolean dnssecOk : new boolean[] {false, true}) {
                        var ours = ask(socket, port, name, type, dnssecOk);
                        for (var judge : Judge.values()) {
                            int other = judge == Judge.NSD ? nsdPort : knotPort;
                            var theirs = ask(socket, other, name, type, dnssecOk);
                            asked++;
                            if (!text(ours, judge).equals(text(theirs, judge))
                                    && !judge.isKnown(name, type, text(theirs, judge))) {
                                differences.add(
                                        "%s %s do=%s\nours:\n%s\n%s's:\n%s\n"
                                                .formatted(
                                                        name,
                                                        Type.string(type),
                                                        dnssecOk,
                                                        text(ours, judge),
                                                        judge,
                                                        text(theirs, judge)));
                            }
                        }
                    }
                }
            }
            assertThat(asked).isGreaterThan(10_000);
            assertThat(differences.stream().limit(20).toList())
                    .as("%d of %d answers differ", differences.size(), asked)
                    .isEmpty();
        } finally {
            for (var judge : List.of(nsd, knot)) {
                judge.destroy();
                judge.waitFor(5, TimeUnit.SECONDS);
            }
        }
    }

    private void zone(Signed signed) throws IOException, InterruptedException {
        var plain = folder.resolve("plain.zone");
        try (var in = getClass().getResourceAsStream("hard.zone")) {
            Files.write(plain, in.readAllBytes());
        }
        if (signed == Signed.NOT) {
            Files.move(plain, folder.resolve("hard.zone"));
            return;
        }
        var key = run(List.of("ldns-keygen", "-a", "ECDSAP256SHA256", "-k", "hard.test")).strip();
        var command = new ArrayList<>(List.of("ldns-signzone", "-f", "hard.zone"));
        command.addAll(signed.options());
        command.addAll(List.of("plain.zone", key));
        run(command);
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
        return said;
    }

    /// Names of the zone, their parents, names beside them and below.
    private List<Name> names() throws IOException {
        var found = new TreeSet<Name>();
        var origin = Name.fromString(ZONE);
        found.add(origin);
        for (var line :
                Files.readAllLines(
                        folder.resolve("plain.zone").toFile().exists()
                                ? folder.resolve("plain.zone")
                                : folder.resolve("hard.zone"))) {
            var word = line.split("\\s+", 2)[0];
            if (!word.isEmpty() && !";$@".contains(word.substring(0, 1))) {
                for (var name = Name.fromString(word, origin);
                        name.labels() > origin.labels();
                        name = new Name(name, 1)) {
                    found.add(name);
                }
            }
        }
        var all = new TreeSet<Name>(found);
        for (var name : found) {
            for (var label : List.of("absent", "zz", "*", "a.b", "AbSeNt.x")) {
                all.add(Name.concatenate(Name.fromString(label), name));
            }
        }
        all.add(Name.fromString("gen03", origin));
        all.add(Name.fromString("gen99", origin));
        return List.copyOf(all);
    }

    private static Message ask(
            DatagramSocket socket, int port, Name name, int type, boolean dnssecOk)
            throws IOException {
        var query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
        query.getHeader().unsetFlag(Flags.RD);
        var options = new org.xbill.DNS.OPTRecord(4096, 0, 0, dnssecOk ? ExtendedFlags.DO : 0);
        query.addRecord(options, Section.ADDITIONAL);
        var wire = query.toWire();
        for (int tries = 0; tries < TRIES; tries++) {
            socket.send(
                    new DatagramPacket(wire, wire.length, new InetSocketAddress(LOOPBACK, port)));
            var packet = new DatagramPacket(new byte[65535], 65535);
            try {
                socket.receive(packet);
            } catch (SocketTimeoutException | PortUnreachableException _) {
                continue; // NSD may still be reading its zone.
            }
            var reply = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
            if (reply.getHeader().getID() == query.getHeader().getID()) {
                return reply;
            }
        }
        throw new IOException("no reply from port " + port);
    }

    private static String text(Message reply, Judge judge) {
        var text = new StringBuilder();
        text.append(org.xbill.DNS.Rcode.string(reply.getRcode()));
        text.append(reply.getHeader().getFlag(Flags.AA) ? " aa" : "");
        text.append(reply.getHeader().getFlag(Flags.TC) ? " tc" : "");
        for (int section = Section.ANSWER; section <= Section.ADDITIONAL; section++) {
            text.append("\n;; ").append(Section.string(section)).append('\n');
            text.append(
                    reply.getSection(section).stream()
                            .filter(r -> r.getType() != Type.OPT && !isExtra(reply, r, judge))
                            .map(ZoneDifferentialTest::text)
                            .sorted()
                            .collect(Collectors.joining("\n")));
        }
        return text.toString();
    }

    // NSD adds addresses of the zone's own servers to every answer; nobody needs them, and CoreDNS
    // leaves them out, too. Knot names the servers only when they are asked for; we do as CoreDNS.
    private static boolean isExtra(Message reply, Record record, Judge judge) {
        return switch (judge) {
            case NSD ->
                    record.getName().toString().matches("ns[12]\\.hard\\.test\\.")
                            && reply.getSection(Section.ADDITIONAL).contains(record)
                            && reply.getSection(Section.AUTHORITY).stream()
                                    .anyMatch(r -> isServer(r));
            case KNOT -> isServer(record) && !reply.getSection(Section.ANSWER).contains(record);
        };
    }

    // A name server of the zone, or the signature over them.
    private static boolean isServer(Record record) {
        int type =
                record instanceof RRSIGRecord signature
                        ? signature.getTypeCovered()
                        : record.getType();
        return type == Type.NS && record.getName().toString().equals(ZONE);
    }

    private static String text(Record record) {
        return record.toString().toLowerCase(java.util.Locale.ROOT).replaceAll("\\s+", " ");
    }
}
