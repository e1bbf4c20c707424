package dev.onoma.plugins.kubernetes;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A bearer token, a client certificate or both that a program prints
/// (`client.authentication.k8s.io`, ExecCredential), asked for again when they expire or are not
/// accepted. A certificate counts from the next connection on.
final class ExecCredential implements ApiCredentials {
    private static final long RUN_SECONDS_MAX = 30;
    private static final int OCTETS_MAX = 1 << 20;
    private static final Duration EARLY = Duration.ofSeconds(30);

    private final List<String> command;
    private final Map<String, String> environment;
    private final Certificates certificates;
    private final InstantSource clock;
    private boolean known;
    private String token = "";
    private @Nullable SSLContext context;
    private Instant expires = Instant.MAX;

    /// Makes a context of a certificate and its key, in PEM.
    @FunctionalInterface
    interface Certificates {
        SSLContext context(byte[] certificate, byte[] key) throws IOException;
    }

    /// @param command with its arguments
    /// @param environment beside that of this process
    ExecCredential(
            List<String> command,
            Map<String, String> environment,
            Certificates certificates,
            InstantSource clock) {
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.certificates = certificates;
        this.clock = clock;
    }

    @Override
    public synchronized String authorization() throws IOException {
        if (!known || clock.instant().isAfter(expires)) {
            try {
                take(run());
            } catch (IOException e) {
                throw new ApiFailure(
                        ApiFailure.Cause.CREDENTIALS,
                        "%s gives no credentials: %s"
                                .formatted(command.getFirst(), e.getMessage()));
            }
        }
        return token.isEmpty() ? "" : "Bearer " + token;
    }

    @Override
    public synchronized SSLContext context(SSLContext usual) {
        var own = context;
        return own == null ? usual : own;
    }

    @Override
    public synchronized void forget() {
        known = false;
    }

    private void take(byte[] output) throws IOException {
        var credential = new JsonScanner(new ByteArrayInputStream(output)).object();
        var status = JsonObjects.map(credential, "status");
        var certificate = JsonObjects.text(status, "clientCertificateData");
        var key = JsonObjects.text(status, "clientKeyData");
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new IOException("a certificate and its key belong together in what it printed");
        }
        var shown = JsonObjects.text(status, "token");
        if (shown.isEmpty() && certificate.isEmpty()) {
            throw new IOException(
                    "there is neither status.token nor status.clientCertificateData in what it"
                            + " printed");
        }
        expires = expiry(JsonObjects.text(status, "expirationTimestamp"));
        context = certificate.isEmpty() ? null : context(certificate, key);
        token = shown;
        known = true;
    }

    private SSLContext context(String certificate, String key) throws IOException {
        return certificates.context(
                certificate.getBytes(StandardCharsets.UTF_8), key.getBytes(StandardCharsets.UTF_8));
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
