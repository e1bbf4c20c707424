package dev.onoma.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How the server in a root made by `docker/image/rootfs` is started where that root is a folder:
/// its Java, flags and start-up cache, as `/coredns` in the image would.
final class ImageCommand {
    private static final String HOME = "/opt/onoma/";

    private ImageCommand() {}

    static List<String> of(Path root) throws IOException {
        var home = root.toAbsolutePath() + HOME;
        var command = new ArrayList<>(List.of("env", "MALLOC_ARENA_MAX=1", home + "java/bin/java"));
        command.add("@" + home + "jvm.flags");
        command.addAll(flags(home, "image.flags"));
        command.add("-XX:+UseSerialGC");
        command.addAll(flags(home, "class-path.flags"));
        command.add("dev.onoma.server.Main");
        return command;
    }

    private static List<String> flags(String home, String file) throws IOException {
        return Files.readAllLines(Path.of(home, file)).stream()
                .filter(line -> !line.startsWith("#"))
                .flatMap(line -> List.of(line.strip().split(" +")).stream())
                .map(word -> word.replace(HOME, home))
                .toList();
    }
}
