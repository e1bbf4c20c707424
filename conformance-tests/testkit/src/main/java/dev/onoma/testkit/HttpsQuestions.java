package dev.onoma.testkit;

import dev.onoma.api.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.Optional;

/// Asks over HTTPS (RFC 8484), by HTTP/2 where the server speaks it.
final class HttpsQuestions implements AutoCloseable {
    private static final String MEDIA_TYPE = "application/dns-message";
    private static final int OK = 200;

    private final HttpClient client;

    // Who may be trusted is tested with clients that people use.
    HttpsQuestions() throws IOException {
        client = HttpClient.newBuilder().sslContext(Tls.trustingAnybody(Optional.empty())).build();
    }

    Client.Sent send(Question question, InetSocketAddress server) {
        var inbox = new Inbox();
        long now = System.nanoTime();
        var sent =
                client.sendAsync(request(question, server), BodyHandlers.ofByteArray())
                        .whenComplete((response, problem) -> {
                            if (problem == null) {
                                receive(response, inbox);
                            } else {
                                inbox.close("HTTPS to " + server + ": " + problem);
                            }
                        });
        return new Client.Sent(question, inbox, Inbox.ANY_ID, now, () -> sent.cancel(true));
    }

    private static HttpRequest request(Question question, InetSocketAddress server) {
        var octets = question.message().toArray();
        boolean get = question.over() == Question.Over.HTTPS_GET;
        var text = Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
        var uri =
                URI.create(
                        "https://%s:%d%s%s"
                                .formatted(
                                        server.getAddress().getHostAddress(),
                                        server.getPort(),
                                        question.path(),
                                        get ? "?dns=" + text : ""));
        var request = HttpRequest.newBuilder(uri).header("Accept", MEDIA_TYPE);
        return get
                ? request.build()
                : request.header("Content-Type", MEDIA_TYPE)
                        .POST(BodyPublishers.ofByteArray(octets))
                        .build();
    }

    private static void receive(HttpResponse<byte[]> response, Inbox inbox) {
        if (response.statusCode() == OK) {
            inbox.add(Octets.of(response.body()));
        } else {
            inbox.refuse(response.statusCode());
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
