package dev.onoma.plugins.trace;

import brave.handler.MutableSpan;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Tls;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// Takes spans over HTTP. Blocking.
///
/// @param tls for `https://`
record Collector(URL url, SpanFormat format, @Nullable SSLSocketFactory tls) {
    private static final int CONNECT_MILLIS = 1000;
    private static final int READ_MILLIS = 5000;
    private static final int DRAIN_OCTETS_MAX = 64 << 10;

    static Collector of(TraceOptions options, ServerBlock block) throws IOException {
        var url = options.endpoint().toURL();
        var tls =
                url.getProtocol().equals("https")
                        ? block.service(Tls.class).client(Tls.ClientFiles.NONE).getSocketFactory()
                        : null;
        return new Collector(url, SpanFormat.of(options), tls);
    }

    /// Sends spans.
    ///
    /// @return the status of the response
    int send(List<MutableSpan> spans) throws IOException {
        var octets = format.encode(spans);
        var request = (HttpURLConnection) url.openConnection();
        if (request instanceof HttpsURLConnection secured && tls != null) {
            secured.setSSLSocketFactory(tls);
        }
        request.setConnectTimeout(CONNECT_MILLIS);
        request.setReadTimeout(READ_MILLIS);
        request.setInstanceFollowRedirects(false);
        request.setRequestMethod(format.method());
        request.setDoOutput(true);
        request.setFixedLengthStreamingMode(octets.length);
        request.setRequestProperty("Content-Type", format.mediaType());
        // So that a proxy which traces does not trace this.
        request.setRequestProperty("b3", "0");
        format.fields(spans.size()).forEach(request::setRequestProperty);
        try (var out = request.getOutputStream()) {
            out.write(octets);
        }
        int status = request.getResponseCode();
        drain(request, status);
        return status;
    }

    // What is read to its end leaves the connection for the next request.
    private static void drain(HttpURLConnection request, int status) throws IOException {
        try (var in = status < 400 ? request.getInputStream() : request.getErrorStream()) {
            if (in != null && in.readNBytes(DRAIN_OCTETS_MAX).length == DRAIN_OCTETS_MAX) {
                request.disconnect();
            }
        }
    }
}
