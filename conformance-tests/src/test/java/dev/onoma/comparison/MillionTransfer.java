package dev.onoma.comparison;

import dev.onoma.testkit.Ports;
import java.io.BufferedInputStream;
import java.io.BufferedWriter;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSOutput;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Transfers a zone of a million names from Knot to a server and from a server to Knot, Knot at its
/// default time-outs, and compares what all four sides have, record by record in DNSSEC's canonical
/// form and order (RFC 4034, section 6).
///
/// Its arguments are the number of names and the command of the server, which needs a heap of about
/// 512 MiB; this program needs two gigabytes:
///
/// ```
/// ONOMA_JAVA_OPTS=-Xmx768m java -Xmx3g -cp test-classes:classes:... dev.onoma.comparison.MillionTransfer 1000000 ./onoma
/// ```
final class MillionTransfer {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final Name ZONE = Name.fromConstantString("big.test.");
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(3);

    private final Path folder;
    private final List<String> command;

    private MillionTransfer(Path folder, List<String> command) {
        this.folder = folder;
        this.command = command;
    }

    /// Runs it; ends with 1 if anything is different.
    public static void main(String[] arguments) throws Exception {
        var folder = Files.createTempDirectory("million-transfer");
        var command = List.of(arguments).subList(1, arguments.length);
        var transfer = new MillionTransfer(folder, command);
        transfer.write(Integer.parseInt(arguments[0]));
        boolean same = transfer.fromKnot();
        same &= transfer.toKnot();
        if (!same) {
            throw new IllegalStateException("what was transferred is different: see " + folder);
        }
    }

    private void write(int names) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("big.zone"))) {
            out.write("$ORIGIN big.test.\n$TTL 3600\n");
            out.write("@ IN SOA ns hostmaster 1 7200 1800 86400 300\n@ IN NS ns\n");
            out.write("ns IN A 192.0.2.1\n");
            for (int i = 0; i < names; i++) {
                var address = "10.%d.%d.%d".formatted(i >> 16 & 255, i >> 8 & 255, i & 255);
                out.write(
                        i % 20 == 19
                                ? "host-%1$d NS ns.host-%1$d\nns.host-%1$d A %2$s\n"
                                        .formatted(i, address)
                                : "Host-%d A %s\n".formatted(i, address));
            }
        }
    }

    private boolean fromKnot() throws Exception {
        int theirs = Ports.free();
        int ours = Ports.free();
        var knot = knot(theirs, ours, true);
        try {
            await("Knot reads the file", theirs, knot);
            var server =
                    server(
                            ours,
                            "big.test {\n transfer {\n to *\n }\n secondary {\n transfer from 127.0.0.1:%d\n }\n}\n"
                                    .formatted(theirs));
            try {
                await("from Knot", ours, server);
                return isSame("from Knot", theirs, ours);
            } finally {
                server.destroyForcibly().waitFor();
            }
        } finally {
            knot.destroyForcibly().waitFor();
        }
    }

    private boolean toKnot() throws Exception {
        int theirs = Ports.free();
        int ours = Ports.free();
        var server = server(ours, "big.test {\n transfer {\n to *\n }\n file big.zone\n}\n");
        try {
            await("the server reads the file", ours, server);
            var knot = knot(theirs, ours, false);
            try {
                await("to Knot", theirs, knot);
                return isSame("to Knot", ours, theirs);
            } finally {
                knot.destroyForcibly().waitFor();
            }
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    private Process knot(int port, int other, boolean primary) throws IOException {
        var place = Files.createDirectory(folder.resolve(primary ? "primary" : "secondary"));
        Files.writeString(
                place.resolve("knot.conf"),
                """
                server:
                    listen: 127.0.0.1@%1$d
                    rundir: %2$s
                database:
                    storage: %2$s
                remote:
                  - id: other
                    address: 127.0.0.1@%3$d
                acl:
                  - id: all
                    address: 127.0.0.1
                    action: [transfer, notify]
                zone:
                  - domain: big.test
                    file: %4$s
                    acl: all
                    %5$s
                """
                        .formatted(
                                port,
                                place,
                                other,
                                primary ? folder.resolve("big.zone") : place.resolve("got.zone"),
                                primary ? "zonefile-sync: -1" : "master: other"));
        return start(place, List.of("knotd", "-c", place.resolve("knot.conf").toString()));
    }

    private Process server(int port, String corefile) throws IOException {
        Files.writeString(folder.resolve("Corefile"), corefile);
        var line = new ArrayList<>(command);
        line.addAll(
                List.of("-conf", folder.resolve("Corefile").toString(), "-dns.port", "" + port));
        return start(folder, line);
    }

    private static Process start(Path place, List<String> line) throws IOException {
        return new ProcessBuilder(line)
                .directory(place.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(place.resolve("log").toFile()))
                .start();
    }

    // Until the zone is served there; how long it took goes out.
    private void await(String what, int port, Process process) throws Exception {
        long begin = System.nanoTime();
        while (!isServed(port)) {
            if (!process.isAlive() || System.nanoTime() - begin > PATIENCE_NANOS) {
                throw new IllegalStateException(what + " takes too long: see " + folder);
            }
            Thread.sleep(20);
        }
        System.out.printf("%s: %.2f s%n", what, (System.nanoTime() - begin) / 1e9);
    }

    private static boolean isServed(int port) throws IOException {
        try (var socket = new Socket(LOOPBACK, port)) {
            ask(socket, Type.SOA);
            return answer(new DataInputStream(socket.getInputStream())).getRcode() == Rcode.NOERROR;
        } catch (ConnectException _) {
            return false;
        }
    }

    private static void ask(Socket socket, int type) throws IOException {
        socket.setSoTimeout(60_000);
        var query = Message.newQuery(Record.newRecord(ZONE, type, DClass.IN)).toWire();
        var framed = new byte[query.length + 2];
        framed[1] = (byte) query.length;
        System.arraycopy(query, 0, framed, 2, query.length);
        socket.getOutputStream().write(framed);
    }

    private static Message answer(DataInputStream in) throws IOException {
        var octets = new byte[in.readUnsignedShort()];
        in.readFully(octets);
        return new Message(octets);
    }

    private static boolean isSame(String what, int one, int other) throws Exception {
        var a = sum(one);
        var b = sum(other);
        System.out.printf(
                "%s: %s, %s and %s%n", what, a.equals(b) ? "the same" : "DIFFERENT", a, b);
        return a.equals(b);
    }

    // All records that a server has, in canonical form and order: how many, and their SHA-256.
    private static String sum(int port) throws Exception {
        var records = new ArrayList<Record>();
        try (var socket = new Socket(LOOPBACK, port)) {
            ask(socket, Type.AXFR);
            var in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 20));
            for (int soas = 0; soas < 2; ) {
                for (var r : answer(in).getSection(Section.ANSWER)) {
                    soas += r.getType() == Type.SOA ? 1 : 0;
                    records.add(r);
                }
            }
        }
        records.removeLast(); // the SOA record once more
        var sorted = records.toArray(Record[]::new);
        Arrays.sort(sorted); // by name as RFC 4034 has it, type and data
        var digest = MessageDigest.getInstance("SHA-256");
        for (var r : sorted) {
            var out = new DNSOutput();
            r.getName().toWireCanonical(out);
            out.writeU16(r.getType());
            out.writeU16(r.getDClass());
            out.writeU32(r.getTTL());
            out.writeByteArray(r.rdataToWireCanonical());
            digest.update(out.toByteArray());
        }
        return "%,d records %s"
                .formatted(sorted.length, HexFormat.of().formatHex(digest.digest(), 0, 8));
    }
}
