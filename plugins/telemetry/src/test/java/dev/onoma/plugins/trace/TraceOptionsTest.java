package dev.onoma.plugins.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.CorefileException;
import dev.onoma.testkit.Bench;
import dev.onoma.testkit.Directives;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TraceOptionsTest {
    private final Bench bench = new Bench(".");

    private static TraceOptions parse(String text) {
        return TraceOptions.parse(Directives.parseAll(text, _ -> {}));
    }

    @ParameterizedTest
    @CsvSource({
        "trace, http://localhost:9411/api/v2/spans",
        "trace host:9253, http://host:9253/api/v2/spans",
        "trace httpd:9253, http://httpd:9253/api/v2/spans",
        "trace zipkin host, http://host/api/v2/spans",
        "trace ZIPKIN http://host:1/zipkin/v2, http://host:1/zipkin/v2",
        "trace datadog localhost:8126, http://localhost:8126/v0.4/traces",
        "trace otlp host:4318, http://host:4318/v1/traces",
        "trace otlp https://host, https://host/v1/traces",
        "trace otlp https://host/otlp/v1/traces, https://host/otlp/v1/traces",
        "trace [::1]:9411, http://[::1]:9411/api/v2/spans",
    })
    void endpointsAreUrls(String directive, String url) {
        assertThat(parse(directive).endpoint()).hasToString(url);
    }

    @Test
    void propertiesAreRead() {
        var options =
                parse(
                        """
                        trace {
                            every 10
                            service dnsproxy
                            client_server
                            datadog_analytics_rate 0.5
                            zipkin_max_backlog_size 20
                            zipkin_max_batch_size 30
                            zipkin_max_batch_interval 2s
                        }
                        """);
        assertThat(options.every()).isEqualTo(10);
        assertThat(options.service()).isEqualTo("dnsproxy");
        assertThat(options.clientServer()).isTrue();
        assertThat(options.analyticsRate()).isEqualTo(0.5);
        assertThat(options.backlog()).isEqualTo(20);
        assertThat(options.batch()).as("no more than may wait").isEqualTo(20);
        assertThat(options.interval()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void nothingIsTheUsual() {
        var options = parse("trace {\nzipkin_max_backlog_size 0\nzipkin_max_batch_interval 0s\n}");
        assertThat(options.every()).isEqualTo(1);
        assertThat(options.service()).isEqualTo("coredns");
        assertThat(options.clientServer()).isFalse();
        assertThat(options.backlog()).isEqualTo(1000);
        assertThat(options.batch()).isEqualTo(100);
        assertThat(options.interval()).isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "trace foo host:1 | tracing endpoint type 'foo' is not supported",
                "trace zipkin host:1 more | one word too many",
                "trace host:port | ENDPOINT is HOST:PORT or a URL",
                "trace {; every x ;} | AMOUNT is a whole number",
                "trace {; every -1 ;} | AMOUNT is a whole number",
                "trace {; every ;} | AMOUNT",
                "trace {; service ;} | NAME",
                "trace {; client_server maybe ;} | BOOL is true or false",
                "trace {; datadog_analytics_rate 2 ;} | RATE is a number from 0 to 1",
                "trace {; zipkin_max_backlog_size x ;} | SIZE is a whole number",
                "trace {; zipkin_max_batch_interval 1 ;} | DURATION is a duration",
                "trace {; evry 1 ;} | did you mean: every",
            })
    void mistakesAreNamed(String directive, String message) {
        assertThatThrownBy(() -> parse(directive.replace(';', '\n')))
                .isInstanceOf(CorefileException.class)
                .hasMessageContaining(message.strip());
    }

    @Test
    void aTypeAloneIsAHostAsInCoreDns() {
        bench.setup(new Trace(), "trace datadog");
        assertThat(bench.warnings()).singleElement().asString().contains("host of a Zipkin");
    }
}
