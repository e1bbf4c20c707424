package dev.onoma.server.corefile;

import dev.onoma.api.FileErrors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where the Corefile comes from; can be read again for a reload.
///
/// Standard input can be read only once, so its text is kept; CoreDNS forgets it and serves its
/// built-in configuration after a reload.
public final class CorefileSource {
    private static final String DEFAULT_NAME = "Corefile";
    private static final String STDIN_NAME = "/dev/stdin";
    private static final int MODE_TYPE = 0170000;
    private static final int MODE_CHARACTER_DEVICE = 0020000;

    private final String name;
    private final Path file;
    private final boolean required;
    private final @Nullable String kept;

    /// The text of a Corefile.
    ///
    /// @param name as messages have it
    /// @param text as it was read, or empty if there is no file
    /// @param file absolute; the directory of relative imports is its parent
    public record Text(String name, String text, Path file) {}

    private CorefileSource(String name, Path file, boolean required, @Nullable String kept) {
        this.name = name;
        this.file = file.toAbsolutePath();
        this.required = required;
        this.kept = kept;
    }

    /// Chooses the input as CoreDNS does: the file given, standard input if that is `stdin` and not
    /// a terminal, else `Corefile` in the working directory, which may be missing.
    ///
    /// @param conf the value of `-conf`, may be empty
    /// @param stdin is read to its end if it is chosen
    /// @throws IOException if standard input cannot be read
    public static CorefileSource choose(String conf, InputStream stdin, Path workingDirectory)
            throws IOException {
        if (conf.equals("stdin")) {
            return isCharacterDevice(Path.of(STDIN_NAME))
                    ? defaultFile(workingDirectory)
                    : ofText(STDIN_NAME, decode(stdin.readAllBytes()), workingDirectory);
        }
        return conf.isEmpty()
                ? defaultFile(workingDirectory)
                : ofFile(conf, workingDirectory.resolve(conf));
    }

    /// A file that must be there.
    ///
    /// @param name as messages have it
    public static CorefileSource ofFile(String name, Path file) {
        return new CorefileSource(Path.of(name).normalize().toString(), file, true, null);
    }

    /// A text that never changes. Relative imports start at `directory`.
    ///
    /// @param name as messages have it
    public static CorefileSource ofText(String name, String text, Path directory) {
        return new CorefileSource(name, directory.resolve(DEFAULT_NAME), false, text);
    }

    private static CorefileSource defaultFile(Path workingDirectory) {
        return new CorefileSource(
                DEFAULT_NAME, workingDirectory.resolve(DEFAULT_NAME), false, null);
    }

    /// As messages have it.
    public String name() {
        return name;
    }

    /// Reads the text as it is now.
    ///
    /// @throws IOException that says what cannot be read and why
    public Text read() throws IOException {
        if (kept != null) {
            return new Text(name, kept, file);
        }
        try {
            return new Text(name, readFile(name, file), file);
        } catch (NoSuchFileException e) {
            if (required) {
                throw new IOException("loading the Corefile given by -conf: " + e.getMessage(), e);
            }
            return new Text(name, "", file);
        }
    }

    /// The text of a file; bytes that are not UTF-8 become U+FFFD.
    ///
    /// @throws IOException whose message is `open NAME: CAUSE` or `read NAME: CAUSE`
    static String readFile(String name, Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException("read " + name + ": is a directory");
        }
        try {
            return decode(Files.readAllBytes(file));
        } catch (NoSuchFileException _) {
            throw new NoSuchFileException("open " + name + ": no such file or directory");
        } catch (FileSystemException e) {
            throw new FileSystemException("open " + name + ": " + FileErrors.reason(e));
        }
    }

    private static String decode(byte[] octets) {
        return new String(octets, StandardCharsets.UTF_8);
    }

    private static boolean isCharacterDevice(Path path) {
        try {
            int mode = (int) Files.getAttribute(path, "unix:mode");
            return (mode & MODE_TYPE) == MODE_CHARACTER_DEVICE;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException _) {
            return false; // then it is read, which shows what it is
        }
    }
}
