package dev.onoma.deployment;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Programs that tests run.
final class Tools {
    /// The sources, seen from the folder in which Maven runs tests.
    static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    private static final long PATIENCE_SECONDS = 240;

    private Tools() {}

    /// What a program said, standard error included.
    record Said(int code, String text) {}

    /// Skips the test if a program is missing.
    ///
    /// @param hint where it comes from
    static void need(String program, String hint) {
        assumeTrue(isThere(program), () -> program + " is not installed: " + hint);
    }

    static boolean isThere(String program) {
        return Optional.ofNullable(System.getenv("PATH")).stream()
                .flatMap(path ->
                        List.of((path + ":/usr/sbin:/sbin").split(File.pathSeparator)).stream())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /// Runs a program in the folder of the sources.
    static Said run(Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).directory(HOME.toFile());
        builder.environment().putAll(environment);
        var output = Files.createTempFile("onoma", ".out");
        var process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            var text = Files.readString(output, StandardCharsets.UTF_8);
            if (!ended) {
                throw new AssertionError(command + " does not end; it said:\n" + text);
            }
            return new Said(process.exitValue(), text);
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(output);
        }
    }

    /// The same, for what cleans up.
    static void runAnyway(List<String> command) throws IOException {
        try {
            run(Map.of(), command);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
