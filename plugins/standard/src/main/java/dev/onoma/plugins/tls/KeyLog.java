package dev.onoma.plugins.tls;

import dev.onoma.api.FileErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A file with the secrets of connections, which lets whoever has it read them: for debugging. Any
/// thread.
final class KeyLog implements Consumer<byte[]>, AutoCloseable {
    private final Path file;
    private volatile @Nullable FileChannel channel;

    KeyLog(Path file) {
        this.file = file;
    }

    /// Opens the file to write behind what it holds; a new one is for its owner alone.
    ///
    /// @throws IOException with a sentence for the operator
    void open() throws IOException {
        try {
            channel =
                    FileChannel.open(
                            file,
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
        } catch (IOException e) {
            throw new IOException(
                    "unable to write TLS Key Log to \"" + file + "\": " + FileErrors.reason(e), e);
        }
    }

    @Override
    public void accept(byte[] line) {
        var open = channel;
        if (open == null) {
            return;
        }
        var whole = Arrays.copyOf(line, line.length + 1);
        whole[line.length] = '\n';
        try {
            open.write(ByteBuffer.wrap(whole));
        } catch (IOException _) {
            // A disk that is full, or the end of this configuration: no reason to lose a
            // connection.
        }
    }

    @Override
    public void close() throws IOException {
        var open = channel;
        if (open != null) {
            open.close();
        }
    }
}
