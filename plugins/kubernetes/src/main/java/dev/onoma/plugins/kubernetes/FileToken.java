package dev.onoma.plugins.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// A bearer token in a file that is exchanged while we run: the one of a service account lives for
/// an hour. Read again every minute, and when the server does not accept it.
final class FileToken implements ApiCredentials {
    private static final long FRESH_NANOS = Duration.ofMinutes(1).toNanos();

    private final Path file;
    private String token = "";
    private long readNanos;

    FileToken(Path file) {
        this.file = file;
    }

    @Override
    public synchronized String authorization() throws IOException {
        long now = System.nanoTime();
        if (token.isEmpty() || now - readNanos > FRESH_NANOS) {
            try {
                token = Files.readString(file).strip();
            } catch (IOException e) {
                throw new ApiFailure(
                        ApiFailure.Cause.CREDENTIALS,
                        "the token " + file + " cannot be read: " + e);
            }
            readNanos = now;
        }
        return "Bearer " + token;
    }

    @Override
    public synchronized void forget() {
        token = "";
    }
}
