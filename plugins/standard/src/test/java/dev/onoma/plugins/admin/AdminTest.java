package dev.onoma.plugins.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.AdminPages;
import dev.onoma.api.HttpEndpoint;
import dev.onoma.api.HttpPage;
import dev.onoma.plugins.LiveServer;
import dev.onoma.testkit.Bench;
import dev.onoma.testkit.Directives;
import dev.onoma.testkit.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class AdminTest {
    @TempDir Path directory;
    private final Bench bench = new Bench(".");
    private final List<String> changes = new ArrayList<>();

    private HttpEndpoint served(String directive) throws Exception {
        var options = Admin.read(Directives.parse(directive));
        var endpoint = HttpEndpoint.at(bench, options.address());
        AdminPages.add(bench, "/cache", "what the cache holds", this::cache);
        bench.start(new Admin(), directive);
        return endpoint;
    }

    private HttpPage.Answer cache(HttpPage.Request request) {
        if (request.isChange()) {
            changes.add(request.method() + " " + request.parameter("flush"));
        }
        return HttpPage.Answer.text(200, "cache of " + request.parameter("zone"));
    }

    private static String ask(HttpEndpoint endpoint, String line, String... headers) {
        var more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        return LiveServer.send(endpoint.port(), line + " HTTP/1.0\r\n" + more + "\r\n");
    }

    @Test
    void pagesOfPluginsAreListedAndServed() throws Exception {
        var endpoint = served("admin 127.0.0.1:0");
        assertThat(ask(endpoint, "GET /"))
                .startsWith("HTTP/1.1 200 OK")
                .contains("\n/cache               what the cache holds\n");
        assertThat(ask(endpoint, "GET /cache?zone=a%2Eb&x")).endsWith("cache of a.b");
        assertThat(ask(endpoint, "GET /nosuch"))
                .startsWith("HTTP/1.1 404 ")
                .endsWith("there is no page /nosuch; GET / lists them\n");
        assertThat(changes).isEmpty();
        bench.stop();
    }

    @Test
    void changesWantPostOrDelete() throws Exception {
        var endpoint = served("admin 127.0.0.1:0");
        ask(endpoint, "POST /cache?flush=a");
        ask(endpoint, "DELETE /cache?flush=b");
        assertThat(ask(endpoint, "TRACE /cache")).startsWith("HTTP/1.1 405 Method Not Allowed");
        assertThat(changes).containsExactly("POST a", "DELETE b");
        bench.stop();
    }

    @ParameterizedTest
    @CsvSource({
        "Host: evil.example, 403",
        "Host: evil.example:9154, 403",
        "Host: localhost:9154, 200",
        "Host: LOCALHOST, 200",
        "Host: 127.0.0.1:9154, 200",
        "Host: [::1]:9154, 200",
        "Origin: http://evil.example, 403",
        "Origin: null, 403",
        "Sec-Fetch-Site: cross-site, 403",
        "Sec-Fetch-Site: none, 200",
    })
    void webSitesInABrowserAreKeptOut(String header, int status) throws Exception {
        var endpoint = served("admin 127.0.0.1:0");
        assertThat(ask(endpoint, "POST /cache?flush=a", header)).startsWith("HTTP/1.1 " + status);
        assertThat(changes).hasSize(status == 200 ? 1 : 0);
        var refused = bench.metrics().counters("coredns_admin_refused_requests_total", "").with();
        assertThat(refused.value()).isEqualTo(status == 200 ? 0 : 1);
        bench.stop();
    }

    @Test
    void otherMachinesMayAskByAnyNameIfTheCorefileSaysSo() throws Exception {
        var endpoint = served("admin :0 {\n allow_remote\n}");
        assertThat(ask(endpoint, "GET /cache", "Host: dns-1.example.org")).contains("200 OK");
        assertThat(
                        ask(
                                endpoint,
                                "GET /cache",
                                "Host: dns-1.example.org",
                                "Origin: http://dns-1.example.org"))
                .contains("200 OK");
        assertThat(ask(endpoint, "GET /cache", "Origin: http://b")).contains("403 Forbidden");
        bench.stop();
    }

    @Test
    void aReloadMovesThePagesAndKeepsThePort() throws Exception {
        int http = Ports.free();
        var corefile = ". {\n admin 127.0.0.1:%d\n whoami\n}\n".formatted(http);
        try (var server = new LiveServer(directory, corefile)) {
            assertThat(LiveServer.get(http, "/")).contains("200 OK");
            assertThat(server.reload(corefile + "# changed\n")).isEqualTo("null");
            assertThat(LiveServer.get(http, "/")).contains("200 OK");
            assertThat(server.reload(". {\n whoami\n}\n")).isEqualTo("null");
            assertThat(LiveServer.get(http, "/")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "admin :9154 | Corefile:1:7: plugin/admin: :9154 can be reached from other machines",
                "admin 192.0.2.1:9154 | did you mean: localhost:9154?",
                "admin host:9154 | write \"allow_remote\" between braces",
                "admin localhost | ADDRESS is HOST:PORT or :PORT, not \"localhost\"",
                "admin localhost:1 x | \"x\" is one word too many after \"localhost:1\"",
                "admin {; foo; } | Corefile:2:2: plugin/admin: there is no property \"foo\"",
                "admin {; allow_remote yes; } | takes no arguments",
            })
    void mistakesInACorefileArePointedAt(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new Admin(), directive.replace(";", "\n")))
                .hasMessageContaining(message);
    }
}
