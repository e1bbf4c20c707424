package dev.onoma.plugins.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.Names;
import dev.onoma.api.Outcome;
import dev.onoma.testkit.Bench;
import dev.onoma.testkit.HttpCollector;
import dev.onoma.testkit.Ports;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Type;

@Timeout(60)
final class TraceTest {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Bench bench = new Bench(".");
    private final HttpCollector collector = new HttpCollector();

    TraceTest() throws IOException {}

    @AfterEach
    void close() throws Exception {
        bench.stop();
        collector.close();
    }

    private Handler trace(String kind, String... properties) throws Exception {
        return bench.start(
                new Trace(),
                "trace %s 127.0.0.1:%d {\n%s\n}"
                        .formatted(kind, collector.port(), String.join("\n", properties)));
    }

    private void ask(Handler trace, Map<String, String> fields) {
        var query = bench.query("WWW.example.org.", "A");
        query.requestFields(fields);
        trace.handle(query, asked -> asked.reply().build());
    }

    private void ask(Handler trace) {
        ask(trace, Map.of());
    }

    private HttpCollector.Request sent() throws InterruptedException {
        bench.time().advance(INTERVAL);
        return collector.next();
    }

    private double count(String metric) {
        var endpoint = "http://127.0.0.1:%d/api/v2/spans".formatted(collector.port());
        var value =
                bench.metrics()
                        .registry()
                        .getSampleValue(metric, new String[] {"endpoint"}, new String[] {endpoint});
        return value == null ? 0 : value;
    }

    @Test
    void zipkinGetsJson() throws Exception {
        var trace = trace("zipkin", "service dnsproxy");
        ask(trace);
        var request = sent();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.path()).isEqualTo("/api/v2/spans");
        assertThat(request.mediaType()).isEqualTo("application/json");
        assertThat(request.text())
                .contains(
                        "\"name\":\"servedns\"",
                        "\"kind\":\"SERVER\"",
                        "\"serviceName\":\"dnsproxy\"",
                        "\"coredns.io/name\":\"www.example.org.\"",
                        "\"coredns.io/type\":\"A\"",
                        "\"coredns.io/rcode\":\"NOERROR\"",
                        "\"coredns.io/proto\":\"udp\"",
                        "\"coredns.io/remote\":\"192.0.2.100\"")
                .doesNotContain("parentId", "shared");
        assertThat(count("onoma_trace_spans_sent_total")).isEqualTo(1);
    }

    @Test
    void openTelemetryReadsWhatItGets() throws Exception {
        var trace = trace("otlp", "service dnsproxy");
        var query = bench.query("www.example.org.", "AAAA");
        query.requestFields(
                Map.of("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
        var failed = Outcome.failed(new Failure.NoNextPlugin("hosts"));
        trace.handle(query, _ -> failed);
        var request = sent();
        assertThat(request.path()).isEqualTo("/v1/traces");
        assertThat(request.mediaType()).isEqualTo("application/x-protobuf");
        var read = ExportTraceServiceRequest.parseFrom(request.body()).getResourceSpans(0);
        assertThat(read.getResource().getAttributes(0).getKey()).isEqualTo("service.name");
        assertThat(read.getResource().getAttributes(0).getValue().getStringValue())
                .isEqualTo("dnsproxy");
        var span = read.getScopeSpans(0).getSpans(0);
        assertThat(HexFormat.of().formatHex(span.getTraceId().toByteArray()))
                .isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(HexFormat.of().formatHex(span.getParentSpanId().toByteArray()))
                .isEqualTo("00f067aa0ba902b7");
        assertThat(span.getSpanId().size()).isEqualTo(8);
        assertThat(span.getName()).isEqualTo("servedns");
        assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(span.getEndTimeUnixNano())
                .isGreaterThanOrEqualTo(span.getStartTimeUnixNano())
                .isGreaterThan(1_700_000_000_000_000_000L);
        assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        var tags = new HashMap<String, String>();
        span.getAttributesList().forEach(a -> tags.put(a.getKey(), a.getValue().getStringValue()));
        assertThat(tags)
                .containsEntry("coredns.io/type", "AAAA")
                .containsEntry("coredns.io/rcode", "SERVFAIL")
                .containsKey("error");
    }

    @Test
    void datadogGetsTraces() throws Exception {
        var trace = trace("datadog", "datadog_analytics_rate 0.5");
        ask(trace);
        ask(trace);
        var request = sent();
        assertThat(request.method()).isEqualTo("PUT");
        assertThat(request.path()).isEqualTo("/v0.4/traces");
        assertThat(request.text())
                .startsWith("[[{\"trace_id\":")
                .contains("}],[{\"trace_id\":")
                .contains(
                        "\"parent_id\":0,\"service\":\"coredns\",\"name\":\"servedns\"",
                        "\"type\":\"dns\"",
                        "\"coredns.io@name\":\"www.example.org.\"",
                        "\"coredns.io@rcode\":\"NOERROR\"",
                        "\"_dd1.sr.eausr\":0.5");
    }

    @Test
    void oneInSoManyIsTraced() throws Exception {
        var trace = trace("zipkin", "every 3");
        for (int i = 0; i < 7; i++) {
            ask(trace);
        }
        assertThat(sent().text().split("servedns", -1)).hasSize(3);
    }

    @Test
    void noneIsTracedWhenNoneIsWanted() throws Exception {
        var trace = trace("zipkin", "every 0");
        ask(trace);
        bench.time().advance(INTERVAL);
        assertThat(collector.waiting()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "b3 | 463ac35c9f6413ad-0020000000000001-1 | false | \"traceId\":\"463ac35c9f6413ad\",\"parentId\":\"0020000000000001\"",
                "b3 | 463ac35c9f6413ad-0020000000000001-1 | true | \"traceId\":\"463ac35c9f6413ad\",\"id\":\"0020000000000001\"",
                "traceparent | 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 | false | \"traceId\":\"4bf92f3577b34da6a3ce929d0e0e4736\",\"parentId\":\"00f067aa0ba902b7\"",
                "traceparent | 01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more | true | \"id\":\"00f067aa0ba902b7\"",
            })
    void whoeverAsksHasASpanAlready(String field, String value, boolean same, String expected)
            throws Exception {
        var trace = trace("zipkin", "client_server " + same);
        ask(trace, Map.of(field, value));
        assertThat(sent().text()).contains(expected);
    }

    @Test
    void severalFieldsOfB3AreOneSpan() throws Exception {
        var trace = trace("zipkin");
        ask(trace, Map.of("x-b3-traceid", "463ac35c9f6413ad", "x-b3-spanid", "a2fb4a1d1a96d312"));
        assertThat(sent().text())
                .contains("\"traceId\":\"463ac35c9f6413ad\",\"parentId\":\"a2fb4a1d1a96d312\"");
    }

    @ParameterizedTest
    @CsvSource({
        "b3, 463ac35c9f6413ad-0020000000000001-0",
        "b3, 0",
        "traceparent, 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
    })
    void whoeverAsksMayNotWantATrace(String field, String value) throws Exception {
        var trace = trace("zipkin");
        ask(trace, Map.of(field, value));
        bench.time().advance(INTERVAL);
        assertThat(collector.waiting()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "traceparent, 00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "traceparent, 00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "traceparent, ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "traceparent, nonsense",
        "b3, nonsense",
        "x-b3-traceid, zz",
    })
    void whatIsNoContextBeginsATrace(String field, String value) throws Exception {
        var trace = trace("zipkin");
        ask(trace, Map.of(field, value));
        assertThat(sent().text()).contains("servedns").doesNotContain("parentId");
    }

    @Test
    void theIdentifierIsKnownToLogs() throws Exception {
        var trace = trace("zipkin");
        var query = bench.query("www.example.org.", "A");
        trace.handle(query, asked -> asked.reply().build());
        var id = query.metadata("trace/traceid").orElseThrow();
        assertThat(id).hasSize(16);
        assertThat(sent().text()).contains("\"traceId\":\"" + id + "\"");
    }

    @Test
    void lookUpsBelongToTheTraceOfTheQuery() throws Exception {
        var trace = trace("zipkin");
        var query = bench.query("www.example.org.", "A");
        trace.handle(
                query,
                asked -> {
                    var inner = asked.asking(Names.of("other.example.org."), Type.A, DClass.IN);
                    return trace.handle(inner, other -> other.reply().build());
                });
        assertThat(sent().text().split("servedns", -1)).as("one span of its own").hasSize(2);
    }

    @Test
    void spansOfOneQueryAreBounded() throws Exception {
        var trace = trace("zipkin", "max_spans 3");
        var query = bench.query("www.example.org.", "A");
        trace.handle(
                query,
                asked -> {
                    var watcher = Objects.requireNonNull(asked.watcher());
                    for (int i = 0; i < 5; i++) {
                        watcher.enter("plugin" + i, asked);
                    }
                    return asked.reply().build();
                });
        assertThat(sent().text()).contains("servedns", "plugin1").doesNotContain("plugin2");
        assertThat(count("onoma_trace_spans_dropped_total")).isEqualTo(3);
    }

    @Test
    void aBatchThatIsFullIsSentAtOnce() throws Exception {
        var trace = trace("zipkin", "zipkin_max_batch_size 5");
        for (int i = 0; i < 5; i++) {
            ask(trace);
        }
        assertThat(collector.next().text()).contains("servedns");
    }

    @Test
    void aCollectorThatIsAwayCostsTheOldestSpansAndALineAMinute() throws Exception {
        int nobody = Ports.free();
        var trace =
                bench.start(
                        new Trace(),
                        """
                        trace 127.0.0.1:%d {
                            zipkin_max_backlog_size 20
                            zipkin_max_batch_size 10
                        }
                        """
                                .formatted(nobody));
        for (int second = 0; second < 90; second++) {
            ask(trace);
            bench.time().advance(INTERVAL);
        }
        assertThat(bench.logged())
                .filteredOn(line -> line.contains("(limit=\"spans\")"))
                .hasSize(1);
        assertThat(bench.logged())
                .filteredOn(line -> !line.contains("limit reached"))
                .hasSize(2)
                .allMatch(line ->
                        line.startsWith(
                                "[WARNING] plugin/trace: failed to send the request: Post"
                                        + " \"http://127.0.0.1:%d/api/v2/spans\": "
                                                .formatted(nobody)));
        var lost =
                bench.metrics()
                        .registry()
                        .getSampleValue(
                                "onoma_trace_spans_dropped_total",
                                new String[] {"endpoint"},
                                new String[] {"http://127.0.0.1:" + nobody + "/api/v2/spans"});
        assertThat(lost).as("90, but for 20 that wait and 10 in hand").isEqualTo(60);
    }

    @Test
    void aBatchThatIsRefusedForNowIsSentAgain() throws Exception {
        var trace = trace("zipkin");
        collector.status(503);
        ask(trace);
        var first = sent().text();
        assertThat(count("onoma_trace_send_failures_total")).isEqualTo(1);
        collector.status(202);
        assertThat(sent().text()).isEqualTo(first);
        assertThat(count("onoma_trace_spans_sent_total")).isEqualTo(1);
        assertThat(bench.logged()).hasSize(2).last().asString().contains("again");
    }

    @Test
    void aBatchThatIsRefusedIsLost() throws Exception {
        var trace = trace("zipkin");
        collector.status(400);
        ask(trace);
        assertThat(sent().text()).isNotEmpty();
        assertThat(count("onoma_trace_spans_dropped_total")).isEqualTo(1);
        assertThat(bench.logged()).singleElement().asString().contains("answers 400");
    }

    @Test
    void theLastSpansLeaveAtTheEnd() throws Exception {
        var trace = trace("zipkin");
        ask(trace);
        bench.stop();
        assertThat(collector.next().text()).contains("servedns");
    }
}
