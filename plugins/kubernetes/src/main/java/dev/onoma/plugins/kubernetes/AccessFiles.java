package dev.onoma.plugins.kubernetes;

import dev.onoma.api.Log;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// An access that is read again when the files change that it was made of.
///
/// They are looked at for each request, of which there are few: after a handshake that was refused
/// the next one is made with what is there by then, and a client certificate that was exchanged is
/// used from the next request on. Connections that are good are left alone until then. Files that
/// cannot be used, half written ones say, change nothing; that is told once.
final class AccessFiles implements ApiAccesses {
    private final Reader reader;
    private final Log log;
    private SeenFiles seen = new SeenFiles();
    private @Nullable ApiAccess current;
    private String told = "";

    /// Makes an access, and says what files it read for that.
    @FunctionalInterface
    interface Reader {
        ApiAccess read(SeenFiles seen) throws IOException;
    }

    /// Reads nothing yet.
    AccessFiles(Reader reader, Log log) {
        this.reader = reader;
        this.log = log;
    }

    @Override
    public synchronized ApiAccess now() throws IOException {
        var known = current;
        if (known == null) {
            return read(null);
        }
        var changed = seen.changed();
        if (changed.isEmpty()) {
            return known;
        }
        try {
            var read = read(known);
            told = "";
            log.info("%s changed and was read again for %s".formatted(changed, read.server()));
            return read;
        } catch (IOException e) {
            var text = "%s changed and cannot be used: %s".formatted(changed, e.getMessage());
            if (!text.equals(told)) {
                told = text;
                log.warning(text + "; what was read before is used on");
            }
            return known;
        }
    }

    private ApiAccess read(@Nullable ApiAccess known) throws IOException {
        var files = new SeenFiles();
        var read = reader.read(files);
        if (known != null && !known.server().equals(read.server())) {
            // What is in the store, and the versions of it, are of one server.
            throw new IOException("another server, %s, takes a restart".formatted(read.server()));
        }
        seen = files;
        current = read;
        return read;
    }
}
