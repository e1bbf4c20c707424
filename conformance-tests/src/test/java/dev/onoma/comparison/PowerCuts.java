package dev.onoma.comparison;

import dev.onoma.testkit.Ports;
import java.io.File;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.Type;

/// Kills a server (SIGKILL) at random moments while clients update its zone, starts it again, and
/// looks whether every update that was acknowledged is there, and nothing that was never sent.
///
/// Its arguments are the number of rounds and the command of the server; it takes a minute for
/// about 40 rounds:
///
/// ```
/// java -cp test-classes:classes:... dev.onoma.comparison.PowerCuts 200 ./onoma
/// ```
final class PowerCuts {
    private static final String SECRET = "NoTCJU+DMqFWywaPyxSijrDEA/eC3nK0xi3AMEZuPVk=";
    private static final int CLIENTS = 4;
    private static final int LIFE_MILLIS_MAX = 1_000;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final Name ZONE = Name.fromConstantString("cut.test.");

    private final Path folder;
    private final List<String> command;
    private final int port;
    private final Random random = new Random(200);
    private final List<Integer> acknowledged = new ArrayList<>();
    private int sent;

    private PowerCuts(Path folder, List<String> command, int port) {
        this.folder = folder;
        this.command = command;
        this.port = port;
    }

    /// Runs it; ends with 1 if anything is lost.
    public static void main(String[] arguments) throws Exception {
        var folder = Files.createTempDirectory("power-cuts");
        var command = new ArrayList<>(List.of(Path.of(arguments[1]).toAbsolutePath().toString()));
        command.addAll(List.of(arguments).subList(2, arguments.length));
        var cuts = new PowerCuts(folder, command, Ports.free());
        int rounds = Integer.parseInt(arguments[0]);
        int lost = cuts.run(rounds);
        System.out.printf(
                "%d power cuts, %d updates sent, %d acknowledged, %d of them lost%n",
                rounds, cuts.sent, cuts.acknowledged.size(), lost);
        if (lost > 0) {
            throw new IllegalStateException("updates were lost: see " + folder);
        }
    }

    private int run(int rounds) throws Exception {
        Files.writeString(
                folder.resolve("seed"),
                "$TTL 60\n@ IN SOA ns host 1 3600 600 86400 60\n@ IN NS ns\nns IN A 192.0.2.1\n");
        Files.writeString(
                folder.resolve("Corefile"),
                """
                cut.test {
                    tsig {
                        secret key.example. %s
                    }
                    dynupdate {
                        file seed
                        database cut.db
                        allow key.example. * *
                        max_records 1000000
                        max_bytes 500000000
                    }
                }
                """
                        .formatted(SECRET));
        int lost = 0;
        for (int round = 0; round < rounds; round++) {
            var server = start();
            lost += missing();
            var clients = new ArrayList<Thread>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(Thread.ofPlatform().start(() -> update(server)));
            }
            Thread.sleep(random.nextInt(LIFE_MILLIS_MAX));
            server.destroyForcibly().waitFor();
            for (var client : clients) {
                client.join();
            }
        }
        var server = start();
        lost += missing();
        server.destroyForcibly().waitFor();
        return lost;
    }

    private Process start() throws Exception {
        var line = new ArrayList<>(command);
        line.addAll(List.of("-conf", "Corefile", "-dns.port", "" + port));
        var server =
                new ProcessBuilder(line)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(new File(folder.toFile(), "log")))
                        .start();
        long begin = System.nanoTime();
        while (ask(Message.newQuery(Record.newRecord(ZONE, Type.SOA, DClass.IN)), 100) == null) {
            if (!server.isAlive() || System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(30)) {
                throw new IllegalStateException("the server does not start: see " + folder);
            }
        }
        return server;
    }

    // How many acknowledged updates of a sample, and of the last ones, are not there.
    private int missing() throws Exception {
        int missing = 0;
        int size = acknowledged.size();
        for (int i = 0; i < size; i++) {
            if (i < size - 200 && random.nextInt(size) > 200) {
                continue;
            }
            var name = Name.fromString("u" + acknowledged.get(i), ZONE);
            Message answer = null;
            for (int k = 0; k < 5 && answer == null; k++) {
                answer = ask(Message.newQuery(Record.newRecord(name, Type.A, DClass.IN)), 2_000);
            }
            if (answer == null || answer.getSection(Section.ANSWER).isEmpty()) {
                System.out.println("lost: " + name);
                missing++;
            }
        }
        return missing;
    }

    private void update(Process server) {
        try {
            while (server.isAlive()) {
                int number = next();
                var message = new Message();
                message.getHeader().setOpcode(Opcode.UPDATE);
                message.addRecord(Record.newRecord(ZONE, Type.SOA, DClass.IN), Section.ZONE);
                var name = Name.fromString("u" + number, ZONE);
                message.addRecord(
                        Record.fromString(name, Type.A, DClass.IN, 60, "192.0.2.1", ZONE),
                        Section.UPDATE);
                new TSIG(TSIG.HMAC_SHA256, "key.example.", SECRET).apply(message, null);
                var answer = ask(message, 200);
                if (answer != null && answer.getRcode() == Rcode.NOERROR) {
                    acknowledge(number);
                }
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized int next() {
        return sent++;
    }

    private synchronized void acknowledge(int number) {
        acknowledged.add(number);
    }

    // The answer, or null if none comes in time.
    private @org.jspecify.annotations.Nullable Message ask(Message query, int millis)
            throws Exception {
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(millis);
            socket.connect(LOOPBACK, port);
            var wire = query.toWire();
            socket.send(new DatagramPacket(wire, wire.length));
            var packet = new DatagramPacket(new byte[4096], 4096);
            socket.receive(packet);
            return new Message(java.util.Arrays.copyOf(packet.getData(), packet.getLength()));
        } catch (java.io.IOException _) {
            return null;
        }
    }
}
