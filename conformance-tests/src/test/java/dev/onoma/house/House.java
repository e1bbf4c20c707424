package dev.onoma.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The project's folder and the files in it that people write.
///
/// @param root where the parent pom is
record House(Path root) {
    /// What builds, editors and version control leave behind.
    private static final Set<String> NOT_OURS = Set.of("target", ".git", ".idea", ".vscode");

    private static final Set<String> NO_TEXT = Set.of("class", "jar", "so", "aot", "bin", "png");

    /// Looks upwards from the module whose tests are running.
    static House here() {
        var folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("plugin-api"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException(
                        "no folder above %s holds plugin-api; run the tests with Maven"
                                .formatted(Path.of("").toAbsolutePath()));
            }
        }
        return new House(folder);
    }

    List<Path> texts() {
        return files().stream().filter(file -> !NO_TEXT.contains(ending(file))).toList();
    }

    List<Path> files(String ending) {
        return files().stream().filter(file -> ending(file).equals(ending)).toList();
    }

    /// The path as it is written in messages and in the list of exceptions.
    String name(Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    static String read(Path file) {
        try {
            // Tests may keep octets that are no text in any file; those must not stop us.
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String ending(Path file) {
        var name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private List<Path> files() {
        var files = new ArrayList<Path>();
        try {
            Files.walkFileTree(
                    root,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path folder, BasicFileAttributes attributes) {
                            return NOT_OURS.contains(folder.getFileName().toString())
                                    ? FileVisitResult.SKIP_SUBTREE
                                    : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            // In a work tree, .git is a file.
                            if (attributes.isRegularFile() && !file.endsWith(".git")) {
                                files.add(file);
                            }
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        files.sort(null);
        return files;
    }
}
