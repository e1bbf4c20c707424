package dev.onoma.api;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// Says why a file could not be read or written in the words that operators know from elsewhere:
/// Java's own message is often nothing but the name of the file.
public final class FileErrors {
    private FileErrors() {}

    /// The cause in a few words, without the name of the file; the message of what is no error of a
    /// file.
    public static String reason(Exception e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file or directory";
            case AccessDeniedException _ -> "permission denied";
            case NotDirectoryException _ -> "not a directory";
            case FileSystemException file when file.getReason() != null -> file.getReason();
            case FileSystemException _ -> e.getClass().getSimpleName();
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }

    /// The same behind the name of the file, where the error has one.
    public static String named(Exception e) {
        return e instanceof FileSystemException file && file.getFile() != null
                ? file.getFile() + ": " + reason(e)
                : reason(e);
    }
}
