package dev.onoma.server.corefile;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Finds files by a pattern in Go's way: `*` and `?` stay within one name, a backslash makes the
/// next character ordinary.
///
/// Unlike Go's, names that begin with a dot are only found by a pattern that begins with one, and
/// directories are not found: editors and Kubernetes leave both beside the files that are meant.
final class Glob {
    private Glob() {}

    /// Whether the path has the characters of a pattern.
    static boolean isPattern(String path) {
        return path.chars().anyMatch(c -> "*?[]".indexOf(c) >= 0);
    }

    /// The files that match, in lexical order; the path itself, whatever it is, if it is no
    /// pattern.
    ///
    /// @param pattern absolute
    static List<Path> find(String pattern) {
        var found = List.of(Path.of("/"));
        var names = pattern.split("/", -1);
        for (int i = 0; i < names.length; i++) {
            var name = names[i];
            boolean last = i == names.length - 1;
            if (!name.isEmpty()) {
                found = found.stream().flatMap(dir -> step(dir, name, last).stream()).toList();
            }
        }
        return found;
    }

    private static List<Path> step(Path directory, String name, boolean last) {
        if (!isPattern(name) && name.indexOf('\\') < 0) {
            var path = directory.resolve(name);
            return Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? List.of(path) : List.of();
        }
        var matching = matcher(name);
        var found = new ArrayList<Path>();
        try (var entries = Files.newDirectoryStream(directory)) {
            for (var entry : entries) {
                var entryName = entry.getFileName().toString();
                boolean hidden = entryName.startsWith(".") && !name.startsWith(".");
                if (!hidden
                        && matching.matcher(entryName).matches()
                        && Files.isDirectory(entry) != last) {
                    found.add(entry);
                }
            }
        } catch (IOException | DirectoryIteratorException _) {
            return List.of(); // what cannot be listed matches nothing, as in Go
        }
        found.sort(null);
        return found;
    }

    private static Pattern matcher(String name) {
        var regex = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                case '\\' -> {
                    i++;
                    regex.append(i < name.length() ? Pattern.quote(name.substring(i, i + 1)) : "");
                }
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }
}
