package dev.onoma.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tells who has a port that is taken, from what Linux shows in `/proc`; elsewhere, and where the
/// rights are missing, nobody knows.
public final class PortOwner {
    private static final Path PROC = Path.of("/proc");
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final String TCP_LISTENS = "0A";

    private PortOwner() {}

    /// Who has a port, as the rest of a message about it, such as `; process 4711 (dnsmasq) has
    /// this port: stop it`.
    ///
    /// @param datagrams UDP, not TCP
    /// @param how another one is chosen, such as ` with -dns.port`; may be empty
    public static String advice(int port, boolean datagrams, String how) {
        var sockets = sockets(port, datagrams);
        if (owns(PROC.resolve("self"), sockets)) {
            return "; this server has this port already, perhaps for the pages of a plugin such as"
                    + " prometheus, health, ready or admin: give one of the two another port";
        }
        var process = process(sockets).map(p -> "process " + p).orElse("another process");
        return "; " + process + " has this port: stop it, or choose another" + how;
    }

    // The inodes of the sockets that have the port.
    private static Set<String> sockets(int port, boolean datagrams) {
        var found = new HashSet<String>();
        var end = ":%04X".formatted(port);
        for (var table : datagrams ? new String[] {"udp", "udp6"} : new String[] {"tcp", "tcp6"}) {
            try (var lines =
                    Files.lines(PROC.resolve("net").resolve(table), StandardCharsets.ISO_8859_1)) {
                lines.map(line -> line.strip().split("\\s+"))
                        .filter(w -> w.length > INODE && w[LOCAL].endsWith(end))
                        .filter(w -> datagrams || w[STATE].equals(TCP_LISTENS))
                        .forEach(w -> found.add("socket:[" + w[INODE] + "]"));
            } catch (IOException _) {
                // Not Linux, or no IPv6: nothing to be seen there.
            }
        }
        return found;
    }

    private static boolean owns(Path process, Set<String> sockets) {
        if (sockets.isEmpty()) {
            return false;
        }
        try (var files = Files.list(process.resolve("fd"))) {
            return files.anyMatch(file -> sockets.contains(target(file)));
        } catch (IOException _) {
            return false; // has ended, or is not ours to look at
        }
    }

    private static @Nullable String target(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException _) {
            return null; // closed in the meantime
        }
    }

    private static Optional<String> process(Set<String> sockets) {
        try (var all = Files.list(PROC)) {
            return all.filter(p -> p.getFileName().toString().matches("[0-9]+"))
                    .filter(p -> owns(p, sockets))
                    .findFirst()
                    .map(PortOwner::describe);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static String describe(Path process) {
        try {
            var command = Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1);
            return process.getFileName() + " (" + command.strip() + ")";
        } catch (IOException _) {
            return process.getFileName().toString();
        }
    }
}
