package dev.onoma.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A control group of Linux, version 1 or 2, that kills what takes more memory than it may, as a
/// container's does. Takes root.
final class MemoryLimit implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private final boolean unified;
    private final Path group;

    /// @param mib page cache included, no swap
    MemoryLimit(int mib) throws IOException {
        unified = !Files.isDirectory(ROOT.resolve("memory"));
        var parent = unified ? ROOT : ROOT.resolve("memory");
        group =
                Files.createDirectory(
                        parent.resolve("onoma-limit-" + ProcessHandle.current().pid()));
        var file = unified ? "memory.max" : "memory.limit_in_bytes";
        Files.writeString(group.resolve(file), "" + ((long) mib << 20));
    }

    /// The same command, inside.
    List<String> around(List<String> command) {
        var inside = new ArrayList<>(List.of("sh", "-c"));
        inside.add("echo $$ >" + group.resolve("cgroup.procs") + " && exec \"$@\"");
        inside.add("sh");
        inside.addAll(command);
        return inside;
    }

    /// The most that was in use, and how often the limit was met and something had to give way.
    String usage() throws IOException {
        var peak = group.resolve(unified ? "memory.peak" : "memory.max_usage_in_bytes");
        var events = group.resolve(unified ? "memory.events" : "memory.oom_control");
        var failures = unified ? "" : ", limit met " + read(group.resolve("memory.failcnt"));
        return "at most %d MiB in use, page cache included%s, %s"
                .formatted(
                        Long.parseLong(read(peak)) >> 20,
                        failures,
                        read(events).replace('\n', ' '));
    }

    private static String read(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file).strip() : "0";
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(group); // empty, as everybody in it has ended
    }
}
