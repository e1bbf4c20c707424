package dev.onoma.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The name of the machine, or of the pod, that this process runs on.
public final class HostName {
    private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");

    private HostName() {}

    /// What the kernel says, else the variable `HOSTNAME`, else `localhost`. Never asks a name
    /// server: we may be the one.
    public static String get() {
        var name = kernel();
        if (name.isEmpty()) {
            var variable = System.getenv("HOSTNAME");
            name = variable == null ? "" : variable.strip();
        }
        return name.isEmpty() ? "localhost" : name;
    }

    private static String kernel() {
        try {
            return Files.readString(KERNEL).strip();
        } catch (IOException _) {
            return ""; // not Linux
        }
    }
}
