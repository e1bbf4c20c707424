package dev.onoma.plugins.cookies;

import dev.onoma.api.FileErrors;
import dev.onoma.api.Log;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks every while whether the secrets of a file have changed. What cannot be read changes
/// nothing.
final class SecretFile {
    static final Duration PERIOD = Duration.ofSeconds(10);

    private final Path file;
    private final CookieHandler handler;
    private final Time time;
    private final Log log;
    private List<byte[]> known = List.of();
    private String complaint = "";
    private Time.@Nullable Task task;

    SecretFile(Path file, CookieHandler handler, ServerBlock block) {
        this.file = file;
        this.handler = handler;
        time = block.time();
        log = block.log("cookies");
    }

    synchronized void start() {
        task = time.every(PERIOD, this::look);
    }

    synchronized void stop() {
        var running = task;
        if (running != null) {
            running.cancel();
        }
    }

    private synchronized void look() {
        try {
            var secrets = CookieOptions.read(file);
            if (!isSame(secrets)) {
                boolean first = known.isEmpty();
                known = secrets;
                handler.secrets(secrets);
                if (!first) {
                    log.info("Secrets read again from " + file);
                }
            }
            complaint = "";
        } catch (IOException e) {
            var text =
                    file
                            + " is not read: "
                            + FileErrors.reason(e)
                            + "; the secrets stay as they are";
            if (!text.equals(complaint)) {
                log.warning(text);
                complaint = text;
            }
        }
    }

    private boolean isSame(List<byte[]> secrets) {
        return Arrays.deepEquals(secrets.toArray(), known.toArray());
    }
}
