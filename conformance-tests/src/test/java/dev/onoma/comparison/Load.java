package dev.onoma.comparison;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Queries by dnsperf for some seconds, from one core.
record Load(long answered, long lost, double queriesPerSecond) {
    private static final int CORE = 1;
    private static final Pattern ANSWERED = Pattern.compile("Queries completed:\\s+(\\d+)");
    private static final Pattern LOST = Pattern.compile("Queries lost:\\s+(\\d+)");
    private static final Pattern RATE = Pattern.compile("Queries per second:\\s+([0-9.]+)");

    /// @param options further ones of dnsperf
    static Load run(Cell cell, Path queries, int port, int seconds, String... options)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("taskset", "-c", "" + CORE, "dnsperf"));
        command.addAll(List.of("-s", "127.0.0.1", "-p", "" + port, "-d", queries.toString()));
        command.addAll(List.of("-l", "" + seconds, "-m", cell.tcp ? "tcp" : "udp"));
        command.addAll(List.of("-c", "4", "-q", "200", "-t", "2"));
        command.addAll(List.of(options));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("dnsperf failed:\n" + output);
        }
        return new Load(
                (long) number(ANSWERED, output), (long) number(LOST, output), number(RATE, output));
    }

    private static double number(Pattern pattern, String output) throws IOException {
        for (var line : List.of(output.split("\n"))) {
            var matcher = pattern.matcher(line);
            if (matcher.find()) {
                return Double.parseDouble(matcher.group(1));
            }
        }
        throw new IOException("dnsperf printed no " + pattern + ":\n" + output);
    }
}
