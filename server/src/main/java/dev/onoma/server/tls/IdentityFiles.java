package dev.onoma.server.tls;

import dev.onoma.api.FileStamp;
import dev.onoma.api.Tls;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A certificate and its key, read again when their files change.
///
/// While one file is new and the other is not yet, or one is not there for a moment, everything
/// stays as it is. Any thread.
final class IdentityFiles implements Tls.Following {
    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

    private final Tls tls;
    private final Path certificate;
    private final Path key;
    private final Optional<String> password;
    private volatile Tls.Identity current;
    private List<FileStamp> stamp;
    private long lookedNanos;

    /// @throws IOException with a sentence for the operator
    IdentityFiles(Tls tls, Path certificate, Path key, Optional<String> password)
            throws IOException {
        this.tls = tls;
        this.certificate = certificate;
        this.key = key;
        this.password = password;
        current = tls.identity(certificate, key, password);
        stamp = stamp();
    }

    @Override
    public Tls.Identity identity() {
        return current;
    }

    /// The present one; the files are looked at no more than once a second.
    Tls.Identity refreshed(long nowNanos) {
        try {
            refresh(nowNanos);
        } catch (IOException _) {
            // The one that there is may be good for long yet; whoever cares calls [#refresh].
        }
        return current;
    }

    private synchronized void refresh(long nowNanos) throws IOException {
        if (nowNanos - lookedNanos > LOOK_NANOS) {
            lookedNanos = nowNanos;
            refresh();
        }
    }

    @Override
    public synchronized boolean refresh() throws IOException {
        var now = stamp();
        if (now.equals(stamp)) {
            return false;
        }
        var read = tls.identity(certificate, key, password);
        stamp = now;
        boolean another = !read.equals(current);
        current = read;
        return another;
    }

    private List<FileStamp> stamp() throws IOException {
        return List.of(FileStamp.of(certificate), FileStamp.of(key));
    }
}
