package dev.onoma.server;

import dev.onoma.api.Endpoint;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/// Asks a page of `admin` of the server that runs, for a sub-command.
public final class AdminClient {
    /// Where `admin` serves unless its directive says otherwise.
    public static final String ADDRESS_DEFAULT = "localhost:9154";

    private static final Duration CONNECT_MAX = Duration.ofSeconds(3);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    /// What came back.
    ///
    /// @param status of HTTP
    public record Page(int status, String text) {
        /// Shows it, where it belongs.
        ///
        /// @return the exit code
        public int show(PrintStream out, PrintStream err) {
            boolean good = status == 200;
            (good ? out : err).print(text);
            return good ? 0 : 1;
        }
    }

    private final Endpoint address;

    /// @param address `HOST:PORT`
    /// @throws IOException if it is none
    public AdminClient(String address) throws IOException {
        this.address =
                Endpoint.parse(address, -1)
                        .filter(e -> e.port() > 0 && e.scheme().equals("dns"))
                        .orElseThrow(() ->
                                new IOException(
                                        "an address is HOST:PORT such as %s, not \"%s\""
                                                .formatted(ADDRESS_DEFAULT, address)));
    }

    /// Asks for a page.
    ///
    /// @param method GET, or POST for what changes something
    /// @param parameters those with an empty value are left out
    /// @throws IOException whose message is for the operator
    public Page ask(String method, String path, Map<String, String> parameters) throws IOException {
        var query =
                parameters.entrySet().stream()
                        .filter(p -> !p.getValue().isEmpty())
                        .map(p -> p.getKey() + "=" + encoded(p.getValue()))
                        .sorted()
                        .collect(Collectors.joining("&", "?", ""));
        var host = address.host().isEmpty() ? "localhost" : address.host();
        try (var socket = new Socket()) {
            var to = new InetSocketAddress(InetAddress.getByName(host), address.port());
            socket.connect(to, (int) CONNECT_MAX.toMillis());
            socket.setSoTimeout((int) ANSWER_MAX.toMillis());
            var request =
                    "%s %s%s HTTP/1.0\r\nHost: %s\r\n\r\n".formatted(method, path, query, address);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return page(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IOException(
                    "cannot ask the server on %s: %s; its Corefile needs \"admin\", and this machine to be its own"
                            .formatted(address, e.getMessage()),
                    e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Page page(String response) throws IOException {
        int end = response.indexOf("\r\n\r\n");
        if (end < 12 || !response.startsWith("HTTP/1.") || !response.startsWith(" ", 8)) {
            throw new IOException("what answers there does not speak HTTP");
        }
        try {
            return new Page(
                    Integer.parseInt(response.substring(9, 12)), response.substring(end + 4));
        } catch (NumberFormatException e) {
            throw new IOException("what answers there does not speak HTTP", e);
        }
    }
}
