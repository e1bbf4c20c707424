package dev.onoma.plugins.grpc_server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.CorefileException;
import dev.onoma.api.GrpcLimits;
import dev.onoma.api.RequestLimits;
import dev.onoma.testkit.Bench;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What may stand in the directive.
final class GrpcServerTest {
    private final Bench bench = new Bench(".");

    @Test
    void everyLimitCanBeSet() {
        bench.setup(
                new GrpcServer(),
                """
                grpc_server {
                    max_streams 7
                    max_connections 8
                    max_connection_idle 30s
                    max_connection_age 1h
                }
                """);
        assertThat(bench.setting(GrpcLimits.class))
                .contains(
                        new GrpcLimits(
                                8,
                                7,
                                Duration.ofSeconds(30),
                                Duration.ofHours(1),
                                RequestLimits.DEFAULT));
    }

    @Test
    void withoutPropertiesTheDefaultsHold() {
        bench.setup(new GrpcServer(), "grpc_server");
        assertThat(bench.setting(GrpcLimits.class)).contains(GrpcLimits.DEFAULT);
    }

    @Test
    void noLimitOfStreamsIsALargeOne() {
        bench.setup(new GrpcServer(), "grpc_server {\nmax_streams 0\n}");
        assertThat(bench.setting(GrpcLimits.class).orElseThrow().streamsMax())
                .isEqualTo(GrpcServer.STREAMS_MAX);
    }

    @Test
    void aNumberOfMoreThan31BitsIsTheLargest() {
        bench.setup(
                new GrpcServer(),
                "grpc_server {\nmax_streams 4294967296\nmax_connections 4294967296\n}");
        var limits = bench.setting(GrpcLimits.class).orElseThrow();
        assertThat(limits.streamsMax()).isEqualTo(GrpcServer.STREAMS_MAX);
        assertThat(limits.connectionsMax()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void theFirstOneCounts() {
        bench.setup(
                new GrpcServer(),
                "grpc_server {\nmax_streams 7\n}\ngrpc_server {\nmax_streams 8\n}");
        assertThat(bench.setting(GrpcLimits.class).orElseThrow().streamsMax()).isEqualTo(7);
        assertThat(bench.warnings()).hasSize(1);
    }

    @Test
    void mistakesAreNamed() {
        refused("grpc_server 7", "\"7\" is one too many");
        refused("grpc_server {\nmax_streams a\n}", "N is a whole number of at least 0");
        refused("grpc_server {\nmax_streams -1\n}", "N is a whole number of at least 0");
        refused(
                "grpc_server {\nmax_connections 1\nmax_connections 1\n}",
                "max_connections already defined for this server block");
        refused("grpc_server {\nmax_connection_idle 0s\n}", "DURATION is a duration of at least");
        refused("grpc_server {\nkeepalive 1\n}", "there is no property");
    }

    private void refused(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new GrpcServer(), directive))
                .isInstanceOf(CorefileException.class)
                .hasMessageContaining(message);
    }
}
