package dev.onoma.plugins.prometheus;

import dev.onoma.api.HttpPage;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/// All metrics of the process in the text format 0.0.4, compressed for those who say they can read
/// that.
final class MetricsPage implements HttpPage {
    private static final String TYPE =
            "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

    private final CollectorRegistry registry;

    MetricsPage(CollectorRegistry registry) {
        this.registry = registry;
    }

    @Override
    public Answer get(Request request) throws IOException {
        boolean gzip = accepts(request.header("accept-encoding").toLowerCase(Locale.ROOT));
        var octets = new ByteArrayOutputStream(32 * 1024);
        try (OutputStream out = gzip ? new GZIPOutputStream(octets) : octets;
                var writer = new OutputStreamWriter(out, StandardCharsets.UTF_8)) {
            TextFormat.write004(writer, registry.metricFamilySamples());
        }
        return new Answer(200, TYPE, gzip ? "gzip" : "", octets.toByteArray());
    }

    // RFC 9110, section 12.5.3; a weight of nothing says no.
    private static boolean accepts(String encodings) {
        return encodings.matches("(.*[, ])?gzip( *[,;].*)?")
                && !encodings.matches(".*gzip *; *q=0(\\.0*)?( *,.*)?");
    }
}
