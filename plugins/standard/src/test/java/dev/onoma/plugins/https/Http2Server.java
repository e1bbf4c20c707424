package dev.onoma.plugins.https;

import static dev.onoma.testkit.Http2Frames.END_HEADERS;
import static dev.onoma.testkit.Http2Frames.END_STREAM;
import static dev.onoma.testkit.Http2Frames.HEADERS;
import static dev.onoma.testkit.Http2Frames.frame;
import static dev.onoma.testkit.Http2Frames.get;
import static dev.onoma.testkit.Http2Frames.headers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.plugins.LiveServer;
import dev.onoma.server.tls.PemTls;
import dev.onoma.testkit.Authority;
import dev.onoma.testkit.HandTime;
import dev.onoma.testkit.Http2Frames;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A server that speaks HTTP/2, `https` or `grpc`, with clients whose frames are written by hand.
final class Http2Server implements AutoCloseable {
    // www.example.com A, of RFC 8484.
    static final String QUERY = "AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB";

    private final String scheme;
    private final LiveServer server;
    private final SSLContext context;

    /// @param scheme of the listener, which is encrypted
    /// @param options of its plugin, a line each
    Http2Server(Path folder, String scheme, String options) throws IOException {
        this(folder, scheme, options, 1);
    }

    /// @param patienceSeconds the time for everything
    Http2Server(Path folder, String scheme, String options, int patienceSeconds)
            throws IOException {
        this.scheme = scheme;
        var authority = Authority.in(folder);
        authority.issue("tls", "127.0.0.1");
        server =
                new LiveServer(
                        folder,
                        """
                        %1$s://.:0 {
                            tls tls.pem tls.key
                            timeouts {
                                read %2$ds
                                write %2$ds
                                idle %2$ds
                            }
                            %3$s {
                                %4$s
                            }
                            whoami
                        }
                        """
                                .formatted(
                                        scheme,
                                        patienceSeconds,
                                        scheme.equals("grpc") ? "grpc_server" : scheme,
                                        options));
        var tls = new PemTls(new HandTime(), Map.of());
        context = tls.client(Optional.empty(), tls.certificates(authority.certificate()));
    }

    LiveServer live() {
        return server;
    }

    Http2Frames connect(byte... settings) throws IOException {
        var socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(
                                        InetAddress.ofLiteral("127.0.0.1"), server.onoma().port());
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        return new Http2Frames(socket, settings);
    }

    /// The header fields of a request whose body follows.
    byte[] begin() {
        return scheme.equals("grpc") ? headers() : Http2Frames.post();
    }

    /// Sends a request.
    void ask(Http2Frames client, int stream) throws IOException {
        if (scheme.equals("grpc")) {
            client.call(stream, Http2Frames.packet(Base64.getUrlDecoder().decode(QUERY)));
        } else {
            client.write(frame(HEADERS, END_HEADERS | END_STREAM, stream, get(QUERY)));
        }
    }

    /// Sends a request, which is answered.
    void assertIsServed(Http2Frames client, int stream) throws IOException {
        ask(client, stream);
        assertThat(client.end(stream).type()).isNotEqualTo(Http2Frames.RST_STREAM);
    }

    void assertOthersAreServed() throws IOException {
        try (var client = connect()) {
            assertIsServed(client, 1);
        }
    }

    /// How often a limit was reached.
    double reached(String limit) {
        return server.reached(limit);
    }

    /// What the connection has that has most of it.
    double largest(String of) {
        return server.onoma()
                .metrics()
                .gauges("onoma_largest_of_one_connection", "", "of")
                .with(of)
                .value();
    }

    /// What a gauge says of the listener.
    double ofListener(String gauge) {
        return Collections.list(server.onoma().metrics().registry().metricFamilySamples()).stream()
                .filter(family -> family.name.equals(gauge))
                .mapToDouble(family -> family.samples.getFirst().value)
                .sum();
    }

    @Override
    public void close() {
        server.close();
    }
}
