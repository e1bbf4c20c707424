package dev.onoma.conformance;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.OptionalDouble;

/// What a server says of itself on a port of this machine.
final class MetricsPage {
    private MetricsPage() {}

    /// The value of one series, with its labels as they are written.
    static OptionalDouble value(int port, String series) throws IOException {
        var page = URI.create("http://127.0.0.1:" + port + "/metrics").toURL();
        try (var in = page.openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(series + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
                    .findFirst();
        }
    }
}
