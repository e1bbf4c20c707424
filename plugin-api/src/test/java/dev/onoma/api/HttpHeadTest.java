package dev.onoma.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpHeadTest {
    private static HttpHead read(String text) throws IOException {
        var head =
                HttpHead.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
        return Objects.requireNonNull(head);
    }

    @Test
    void pathMethodAndHeadersAreRead() throws IOException {
        var head = read("GET /metrics?a=b HTTP/1.1\r\nHost: a\r\nAccept-Encoding:  gzip \r\n\r\n");
        assertThat(head.isValid()).isTrue();
        assertThat(head.isKeptAlive()).isTrue();
        assertThat(head.request().path()).isEqualTo("/metrics");
        assertThat(head.request().method()).isEqualTo("GET");
        assertThat(head.request().header("accept-encoding")).isEqualTo("gzip");
        assertThat(head.request().header("range")).isEmpty();
    }

    @Test
    void theConnectionIsKeptAsTheClientWishes() throws IOException {
        assertThat(read("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").isKeptAlive()).isFalse();
        assertThat(read("GET / HTTP/1.0\r\n\r\n").isKeptAlive()).isFalse();
        assertThat(read("GET / HTTP/1.0\nConnection: keep-alive\n\n").isKeptAlive()).isTrue();
        assertThat(read("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n").isKeptAlive())
                .isFalse();
    }

    @Test
    void parametersAreDecodedWhenAsked() throws IOException {
        var request = read("POST /cache?flush=a%2Eb+c&flush=d&e&f=50% HTTP/1.1\r\n\r\n").request();
        assertThat(request.isChange()).isTrue();
        assertThat(request.query()).isEqualTo("flush=a%2Eb+c&flush=d&e&f=50%");
        assertThat(request.parameter("flush")).isEqualTo("a.b c");
        assertThat(request.parameter("e")).isEmpty();
        assertThat(request.parameter("f")).isEqualTo("50%");
        assertThat(request.parameter("g")).isEmpty();
    }

    @Test
    void aBodyIsSkipped() throws IOException {
        var in =
                new ByteArrayInputStream(
                        "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\n\r\n"
                                .getBytes(StandardCharsets.ISO_8859_1));
        assertThat(HttpHead.read(in)).isNotNull();
        assertThat(HttpHead.read(in))
                .isNotNull()
                .satisfies(head -> assertThat(head.request().path()).isEqualTo("/b"));
        assertThat(HttpHead.read(in)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n\r\n",
                "GET /\r\n\r\n",
                "GET / HTTP/2.0\r\n\r\n",
                "GET  / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nno header\r\n\r\n",
            })
    void whatIsNoRequestIsInvalid(String text) throws IOException {
        assertThat(read(text).isValid()).isFalse();
        assertThat(read(text).isKeptAlive()).isFalse();
    }

    @Test
    void aHeadIsLimited() throws IOException {
        assertThat(read("GET /" + "a".repeat(HttpHead.HEAD_OCTETS_MAX) + " HTTP/1.1").isValid())
                .isFalse();
    }
}
