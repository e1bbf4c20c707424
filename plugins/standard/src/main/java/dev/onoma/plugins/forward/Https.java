package dev.onoma.plugins.forward;

import dev.onoma.api.Addresses;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// Asks one upstream over HTTPS (RFC 8484), many questions at a time on one connection where the
/// other side speaks HTTP/2.
///
/// The JDK's client does the talking, on threads of its own; replies come back to the event loop
/// that asked. Nothing of it is loaded before the first question.
final class Https {
    private static final String MESSAGE = "application/dns-message";
    private static final int MESSAGE_OCTETS_MAX = 65_535;

    private final HttpClient client;
    private final URI uri;
    private final Duration timeout;
    private final boolean get;

    Https(InetSocketAddress address, String tlsName, ForwardOptions options) {
        uri = URI.create("https://" + Addresses.text(address) + "/dns-query");
        timeout = options.connections().readTimeout();
        get = options.encryption().get();
        var context = options.encryption().context();
        var builder =
                HttpClient.newBuilder()
                        .sslContext(
                                tlsName.isEmpty() ? context : new NamedContext(context, tlsName))
                        .connectTimeout(timeout)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .executor(Executors.newVirtualThreadPerTaskExecutor());
        var source = options.connections().source();
        client = (source == null ? builder : builder.localAddress(source)).build();
    }

    /// A question on its way.
    private static final class Request implements Exchange.Carrier {
        private final Exchange exchange;
        private final Lane lane;
        private @Nullable CompletableFuture<?> response;

        Request(Exchange exchange, Lane lane) {
            this.exchange = exchange;
            this.lane = lane;
        }

        @Override
        public void forget(Exchange forgotten) {
            if (response != null) {
                response.cancel(true);
            }
        }

        void ended(@Nullable HttpResponse<byte[]> came, @Nullable Throwable mistake) {
            lane.loop()
                    .execute(() -> {
                        if (exchange.carrier != this) {
                            return; // nobody waits any more
                        }
                        exchange.carrier = null;
                        var trouble = came == null ? cause(mistake) : trouble(came);
                        if (came != null && trouble == null) {
                            exchange.asker.replied(exchange, came.body());
                        } else {
                            // A connection may have been closed for its idleness.
                            exchange.asker.failed(exchange, String.valueOf(trouble), came == null);
                        }
                    });
        }

        private static String cause(@Nullable Throwable mistake) {
            return Replies.cause(mistake instanceof CompletionException e ? e.getCause() : mistake);
        }

        private @Nullable String trouble(HttpResponse<byte[]> came) {
            if (came.statusCode() != 200) {
                return "HTTP status " + came.statusCode();
            }
            var type = came.headers().firstValue("content-type").orElse("");
            if (!type.startsWith(MESSAGE) || came.body().length < 12) {
                return "no DNS message in the HTTP response";
            }
            return Replies.answers(exchange, came.body()) ? null : "a reply to another question";
        }
    }

    /// Sends a question on its way. On the event loop of the lane.
    void send(Exchange exchange, Lane lane) {
        exchange.upstream.metrics().tcpReused.inc();
        var request = new Request(exchange, lane);
        exchange.carrier = request;
        var response =
                client.sendAsync(
                        request(exchange),
                        BodyHandlers.limiting(BodyHandlers.ofByteArray(), MESSAGE_OCTETS_MAX));
        request.response = response;
        var _ = response.whenComplete(request::ended);
    }

    // The id is 0, so that caches on the way see equal questions (RFC 8484, section 4.1).
    private HttpRequest request(Exchange exchange) {
        var out = Unpooled.buffer(exchange.question.octets(exchange.edns, true));
        exchange.question.write(out, 0, exchange.edns, true);
        var query = ByteBufUtil.getBytes(out);
        var text = Base64.getUrlEncoder().withoutPadding();
        var builder =
                get
                        ? HttpRequest.newBuilder(
                                URI.create(uri + "?dns=" + text.encodeToString(query)))
                        : HttpRequest.newBuilder(uri)
                                .header("Content-Type", MESSAGE)
                                .POST(BodyPublishers.ofByteArray(query));
        return builder.header("Accept", MESSAGE).timeout(timeout).build();
    }

    void close() {
        client.shutdownNow();
    }
}
