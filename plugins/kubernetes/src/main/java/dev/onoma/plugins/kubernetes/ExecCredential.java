package dev.onoma.plugins.kubernetes;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A bearer token that a program prints (`client.authentication.k8s.io`, ExecCredential), asked for
/// again when it expires or is not accepted.
final class ExecToken implements ApiCredentials {
    private static final long RUN_SECONDS_MAX = 30;
    private static final int OCTETS_MAX = 1 << 20;
    private static final Duration EARLY = Duration.ofSeconds(30);

    private final List<String> command;
    private final Map<String, String> environment;
    private final InstantSource clock;
    private String token = "";
    private Instant expires = Instant.MAX;

    ExecToken(
            String program,
            List<String> arguments,
            Map<String, String> environment,
            String apiVersion,
            InstantSource clock) {
        command = new ArrayList<>(List.of(program));
        command.addAll(arguments);
        this.environment = new java.util.HashMap<>(environment);
        this.environment.put(
                "KUBERNETES_EXEC_INFO",
                ("{\"apiVersion\":\"%s\",\"kind\":\"ExecCredential\","
                                + "\"spec\":{\"interactive\":false}}")
                        .formatted(apiVersion));
        this.clock = clock;
    }

    @Override
    public synchronized String authorization() throws IOException {
        if (token.isEmpty() || clock.instant().isAfter(expires)) {
            try {
                take(run());
            } catch (IOException e) {
                throw new ApiFailure(
                        ApiFailure.Cause.CREDENTIALS,
                        "%s gives no token: %s".formatted(command.getFirst(), e.getMessage()));
            }
        }
        return "Bearer " + token;
    }

    @Override
    public synchronized void forget() {
        token = "";
    }

    private void take(byte[] output) throws IOException {
        var credential = new JsonScanner(new ByteArrayInputStream(output)).object();
        var status = JsonObjects.map(credential, "status");
        token = JsonObjects.text(status, "token");
        expires = expiry(JsonObjects.text(status, "expirationTimestamp"));
        if (token.isEmpty()) {
            throw new IOException("there is no status.token in what it printed");
        }
    }

    private static Instant expiry(String text) throws IOException {
        if (text.isEmpty()) {
            return Instant.MAX;
        }
        try {
            return Instant.parse(text).minus(EARLY);
        } catch (DateTimeParseException e) {
            throw new IOException("status.expirationTimestamp is not a time: " + text, e);
        }
    }

    private byte[] run() throws IOException {
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        @Nullable Process process = null;
        try {
            process = builder.start();
            process.getOutputStream().close();
            var output = process.getInputStream().readNBytes(OCTETS_MAX);
            if (!process.waitFor(RUN_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IOException("it did not end in " + RUN_SECONDS_MAX + " seconds");
            }
            if (process.exitValue() != 0) {
                throw new IOException("it ended with " + process.exitValue());
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }
}
