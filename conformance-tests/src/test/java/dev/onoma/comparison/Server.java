package dev.onoma.comparison;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A running server, pinned to one core, and its figures from `/proc`.
final class Server implements AutoCloseable {
    private static final long START_MAX_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int PROBE_MILLIS = 10;
    private static final long TICK_MICROS = 10_000; // USER_HZ is 100 on every Linux
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final Process process;
    private final Path log;
    final long startNanos;

    /// Starts it and waits for its first answer.
    ///
    /// @param core on which all of its threads run; -1 for any
    Server(List<String> command, Path folder, int port, int core, String name)
            throws IOException, InterruptedException {
        var pinned =
                new ArrayList<>(core < 0 ? List.<String>of() : List.of("taskset", "-c", "" + core));
        pinned.addAll(command);
        log = folder.resolve("log");
        long start = System.nanoTime();
        process =
                new ProcessBuilder(pinned)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            awaitAnswer(port, name, start);
        } catch (IOException | InterruptedException e) {
            close();
            throw e;
        }
        startNanos = System.nanoTime() - start;
    }

    private void awaitAnswer(int port, String name, long start)
            throws IOException, InterruptedException {
        var query = query(name);
        var reply = new DatagramPacket(new byte[65535], 65535);
        while (true) {
            try (var socket = new DatagramSocket()) {
                socket.setSoTimeout(PROBE_MILLIS);
                socket.connect(new InetSocketAddress(LOOPBACK, port));
                socket.send(new DatagramPacket(query, query.length));
                socket.receive(reply);
                // An answer record, not just a refusal of a server that is still reading its zone.
                if ((reply.getData()[3] & 0xf) == 0 && reply.getData()[7] > 0) {
                    return;
                }
            } catch (SocketTimeoutException | SocketException _) {
                // Not there yet: nobody listens, or nobody answers.
                TimeUnit.MILLISECONDS.sleep(1);
            }
            if (!process.isAlive() || System.nanoTime() - start > START_MAX_NANOS) {
                throw new IOException("no answer:\n" + Files.readString(log));
            }
        }
    }

    static byte[] query(String name) {
        var out = new java.io.ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        for (var label : List.of(name.split("\\."))) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        out.writeBytes(new byte[] {0, 0, 1, 0, 1});
        return out.toByteArray();
    }

    /// User and system time of all its processes, in microseconds; the system counts in 10,000.
    long cpuMicros() throws IOException {
        long ticks = 0;
        for (var handle : handles()) {
            var stat = read(handle, "stat");
            if (!stat.isEmpty()) {
                // The name in brackets may hold spaces; utime and stime are fields 14 and 15.
                var fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
                ticks += Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12));
            }
        }
        return ticks * TICK_MICROS;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// Resident memory of all its processes, in MiB; pages that they share count in each.
    long residentMib() throws IOException {
        return memoryMib("VmRSS:");
    }

    /// The most of it that there was.
    long peakMib() throws IOException {
        return memoryMib("VmHWM:");
    }

    /// Begins anew with the most that there was.
    void forgetPeak() throws IOException {
        for (var handle : handles()) {
            var file = Path.of("/proc", "" + handle.pid(), "clear_refs");
            if (Files.exists(file)) {
                Files.writeString(file, "5");
            }
        }
    }

    private long memoryMib(String field) throws IOException {
        long kib = 0;
        for (var handle : handles()) {
            for (var line : read(handle, "status").lines().toList()) {
                if (line.startsWith(field)) {
                    kib += Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        }
        return kib / 1024;
    }

    private List<ProcessHandle> handles() {
        var handles = new ArrayList<>(process.descendants().toList());
        handles.add(process.toHandle());
        return handles;
    }

    private static String read(ProcessHandle handle, String file) throws IOException {
        var path = Path.of("/proc", "" + handle.pid(), file);
        return Files.exists(path) ? Files.readString(path) : "";
    }

    @Override
    public void close() {
        var handles = handles();
        process.destroy();
        try {
            if (!process.waitFor(3, TimeUnit.SECONDS)) {
                handles.forEach(ProcessHandle::destroyForcibly);
                process.waitFor();
            }
        } catch (InterruptedException _) {
            handles.forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        }
    }
}
