package dev.onoma.api;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Replaces files at once: whoever reads one, now or after a power cut, finds what there was before
/// or all of what there is now.
///
/// The content is written to a file beside it, `NAME.new`, synced, and given the name; then the
/// folder is synced. A file has one writer at a time. What a crash left half-written is taken away
/// by the next write.
public final class WholeFile {
    private static final int BUFFER_OCTETS = 64 << 10;
    private static final Set<StandardOpenOption> CREATED =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private WholeFile() {}

    /// Writes the content of a file.
    @FunctionalInterface
    public interface Content<E extends Exception> {
        /// @param out buffered; it need not be closed
        void write(OutputStream out) throws IOException, E;
    }

    /// Writes a file and puts it in the place of the one there, if any. Waits for the disk.
    ///
    /// @return octets of the file
    /// @throws IOException if that is not possible; the one there stays
    /// @throws E what the content throws; the one there stays
    public static <E extends Exception> long write(Path file, Content<E> content)
            throws IOException, E {
        return put(file, content);
    }

    /// The same for what nobody else may read (0600).
    public static <E extends Exception> long writeSecret(Path file, Content<E> content)
            throws IOException, E {
        return put(file, content, OWNER_ONLY);
    }

    private static <E extends Exception> long put(
            Path file, Content<E> content, FileAttribute<?>... attributes) throws IOException, E {
        var whole = file.toAbsolutePath();
        var next = whole.resolveSibling(whole.getFileName() + ".new");
        long octets;
        Files.deleteIfExists(next); // of a crash; who may read it is said anew
        try (var channel = FileChannel.open(next, CREATED, attributes)) {
            var out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_OCTETS);
            content.write(out);
            out.flush();
            channel.force(true);
            octets = channel.position();
            Files.move(
                    next,
                    whole,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(next); // there only if something went wrong
        }
        syncFolder(whole);
        return octets;
    }

    /// Makes the name of a new file safe, which is so when its folder is on the disk.
    public static void syncFolder(Path file) throws IOException {
        var folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            return; // the root of the file system
        }
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
