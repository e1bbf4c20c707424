package dev.onoma.plugins.root;

import dev.onoma.api.Directive;
import dev.onoma.api.FileErrors;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/// Says where relative file names of a server block start.
public final class Root implements Plugin {
    @Override
    public String name() {
        return "root";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var arguments = directive.arguments("PATH");
        var path = path(arguments.text("PATH"), directive);
        arguments.expectEnd();
        directive.expectNoBlock();
        block.root(path);
        check(path, block.file(""), directive);
        return Handler.PASS;
    }

    private static void check(Path path, Path absolute, Directive directive) {
        try {
            Files.readAttributes(absolute, BasicFileAttributes.class);
        } catch (NoSuchFileException _) {
            directive.warnAt(1, "Root path does not exist: " + path);
        } catch (IOException e) {
            throw directive.wrongAt(
                    1, "unable to access root path '%s': %s".formatted(path, FileErrors.reason(e)));
        }
    }

    private static Path path(String text, Directive directive) {
        try {
            return Path.of(text);
        } catch (InvalidPathException _) {
            throw directive.wrongAt(1, "PATH is a directory, not \"" + text + "\"");
        }
    }
}
