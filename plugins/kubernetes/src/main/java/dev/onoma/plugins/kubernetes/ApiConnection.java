package dev.onoma.plugins.kubernetes;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/// One connection to an API server, HTTP/1.1 (RFC 9112), for one request after the other.
///
/// For one thread, which waits; [#close] from any other ends the wait. It is as small as this
/// because it is all that is needed: `GET`, no redirects, no compression. A client library that
/// does more takes 10 MiB and 150 ms more at each start.
final class ApiConnection implements AutoCloseable {
    private static final Duration HANDSHAKE_MAX = Duration.ofSeconds(5);
    private static final int LINE_OCTETS_MAX = 16 << 10;
    private static final int HEADERS_MAX = 100;

    private final ApiAccesses accesses;
    private final String agent;
    private final Lookup lookup;
    private final ApiPatience patience;
    private final ApiPulse.Partner partner = new ApiPulse.Partner();
    private volatile @Nullable Socket socket;
    private volatile boolean closed;
    private @Nullable ApiPulse pulse;
    private @Nullable BufferedOctets in;
    private @Nullable ApiBody last;
    private @Nullable ApiAccess used; // for the open socket

    /// How the addresses of the server are found.
    @FunctionalInterface
    interface Lookup {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    ApiConnection(ApiAccesses accesses, String agent) {
        this(accesses, agent, InetAddress::getAllByName, ApiPatience.DEFAULT);
    }

    ApiConnection(ApiAccesses accesses, String agent, Lookup lookup, ApiPatience patience) {
        this.accesses = accesses;
        this.agent = agent;
        this.lookup = lookup;
        this.patience = patience;
    }

    /// The head of a response, and its body.
    ///
    /// @param retryAfter what the server asks for, else zero
    record Response(int status, String type, Duration retryAfter, ApiBody body) {}

    /// Asks, on the same connection if the response before was read to its end and nothing has
    /// changed about who we are and whom we trust.
    ///
    /// @param target path and query
    /// @param idleMax how long to wait for the next octets, now and while the body is read
    Response get(String target, String accept, Duration idleMax) throws IOException {
        var access = accesses.now();
        var authorization = access.credentials().authorization();
        var done = last;
        boolean again = socket != null && done != null && done.isDone() && access.equals(used);
        if (!again) {
            connect(access);
        }
        try {
            return exchange(access, target, accept, authorization, idleMax);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            if (!again || closed) {
                throw e;
            }
            connect(access); // it was closed while nobody used it
            return exchange(access, target, accept, authorization, idleMax);
        }
    }

    /// Changes how long the body may keep us waiting.
    void idleMax(Duration idleMax) {
        var open = pulse;
        if (open != null) {
            open.idleMax(idleMax);
        }
    }

    private Response exchange(
            ApiAccess access, String target, String accept, String authorization, Duration idleMax)
            throws IOException {
        var open = socket;
        var octets = in;
        var coming = pulse;
        if (open == null || octets == null || coming == null || closed) {
            throw new ConnectException("closed");
        }
        coming.begin(idleMax);
        var request = new StringBuilder(512);
        request.append("GET ").append(access.prefix()).append(target).append(" HTTP/1.1\r\n");
        header(request, "Host", access.authority());
        header(request, "Accept", accept);
        header(request, "User-Agent", agent);
        if (!authorization.isEmpty()) {
            header(request, "Authorization", authorization);
        }
        request.append("\r\n");
        open.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
        open.getOutputStream().flush();
        var response = head(octets);
        if (response.status() == 401) {
            access.credentials().forget();
            used = null; // a certificate of the client is told to the next connection only
        }
        return response;
    }

    private static void header(StringBuilder request, String name, String value)
            throws IOException {
        if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IOException("the header " + name + " has characters that it cannot have");
        }
        request.append(name).append(": ").append(value).append("\r\n");
    }

    private Response head(BufferedOctets octets) throws IOException {
        int status = status(octets.line(LINE_OCTETS_MAX));
        var type = "";
        var retryAfter = Duration.ZERO;
        long length = ApiBody.UNTIL_CLOSE;
        boolean chunked = false;
        for (int count = 0; ; count++) {
            var line = octets.line(LINE_OCTETS_MAX);
            if (line.isEmpty()) {
                break;
            }
            if (count == HEADERS_MAX) {
                throw new IOException("more than " + HEADERS_MAX + " header fields");
            }
            int colon = line.indexOf(':');
            var value = line.substring(colon + 1).strip();
            switch (line.substring(0, Math.max(0, colon)).toLowerCase(java.util.Locale.ROOT)) {
                case "content-type" -> type = value;
                case "content-length" -> length = number(value);
                case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
                case "retry-after" -> retryAfter = Duration.ofSeconds(Math.min(60, number(value)));
                default -> {
                    // says nothing to us
                }
            }
        }
        var body = new ApiBody(octets, chunked ? -1 : length);
        last = body;
        return new Response(status, type, retryAfter, body);
    }

    private static int status(String line) throws IOException {
        var words = List.of(line.split(" ", 3));
        if (words.size() < 2 || !words.getFirst().startsWith("HTTP/1.")) {
            throw new IOException("not HTTP/1.1: \"" + line + "\"");
        }
        return (int) number(words.get(1));
    }

    /// A date in place of seconds counts as none.
    private static long number(String text) {
        return text.matches("\\d{1,15}") ? Long.parseLong(text) : 0;
    }

    private void connect(ApiAccess access) throws IOException {
        disconnect();
        IOException failure = new UnknownHostException(access.host());
        for (var address : lookup.addresses(access.host())) {
            try {
                open(address, access);
                used = access;
                return;
            } catch (SocketTimeoutException e) {
                failure = new ConnectException("%s does not answer".formatted(address));
                failure.addSuppressed(e);
            } catch (ConnectException | java.net.NoRouteToHostException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private void open(InetAddress address, ApiAccess access) throws IOException {
        var plain = new HeardSocket();
        socket = plain;
        if (closed) {
            throw new ConnectException("closed");
        }
        try {
            plain.connect(
                    new InetSocketAddress(address, access.port()),
                    (int) patience.connectMax().toMillis());
            plain.setTcpNoDelay(true);
            notice(plain);
            var open = access.isTls() ? secured(plain, access) : plain;
            socket = open;
            var coming = new ApiPulse(plain, open, partner, patience);
            pulse = coming;
            in = new BufferedOctets(coming);
        } catch (IOException e) {
            disconnect();
            throw e;
        }
    }

    /// A peer that is gone without a word is noticed after five seconds: whatever it has to say
    /// when it is back would come by the clock of its own retransmissions, much later.
    private static void notice(Socket socket) throws IOException {
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 2);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 1);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
        }
    }

    private static SSLSocket secured(Socket plain, ApiAccess access) throws IOException {
        var tls = access.tls();
        if (tls == null) {
            throw new IOException("https without TLS: a mistake of ours");
        }
        var name = access.serverName() == null ? access.host() : access.serverName();
        var secured =
                (SSLSocket)
                        access.credentials()
                                .context(tls)
                                .getSocketFactory()
                                .createSocket(plain, name, access.port(), true);
        var parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(dev.onoma.api.Tls.PROTOCOLS.toArray(String[]::new));
        secured.setSSLParameters(parameters);
        plain.setSoTimeout((int) HANDSHAKE_MAX.toMillis());
        try {
            secured.startHandshake();
        } catch (SSLException e) {
            throw TlsTrouble.of(e);
        }
        return secured;
    }

    private void disconnect() {
        var open = socket;
        socket = null;
        pulse = null;
        in = null;
        last = null;
        used = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException _) {
                // It is of no more use, however it ended.
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        var open = socket;
        if (open != null) {
            try {
                open.close();
            } catch (IOException _) {
                // It is of no more use, however it ended.
            }
        }
    }
}
