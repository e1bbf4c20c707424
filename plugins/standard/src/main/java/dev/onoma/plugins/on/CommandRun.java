package dev.onoma.plugins.on;

import dev.onoma.api.Log;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/// One command, run without a shell. What it prints goes to the server's own output.
final class CommandRun {
    private final List<String> command;
    private final boolean waits;
    private final Log log;
    private final UUID id = UUID.randomUUID();

    CommandRun(List<String> command, boolean waits, Log log) {
        this.command = List.copyOf(command);
        this.waits = waits;
        this.log = log;
    }

    /// Starts it, and waits for its end if it is one to wait for.
    void start() throws InterruptedException {
        log.info(
                "%s Command \"%s\" with ID %s"
                        .formatted(
                                waits ? "Blocking" : "Nonblocking", String.join(" ", command), id));
        try {
            var process = new ProcessBuilder(command).inheritIO().start();
            if (waits) {
                ended(process.waitFor());
            } else {
                var _ = process.onExit().thenAccept(done -> ended(done.exitValue()));
            }
        } catch (IOException e) {
            failed(String.valueOf(e.getMessage()));
        }
    }

    private void ended(int status) {
        if (status != 0) {
            failed("exit status " + status);
        }
    }

    private void failed(String cause) {
        log.error("error on 'on-%s' hook: %s".formatted(id, cause));
    }
}
