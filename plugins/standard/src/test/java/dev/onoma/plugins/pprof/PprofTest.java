package dev.onoma.plugins.pprof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.HttpPage;
import dev.onoma.testkit.Bench;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PprofTest {
    private static HttpPage.Answer get(String path, String query) throws Exception {
        var page = Objects.requireNonNull(ProfilePages.all().get("/debug/pprof/" + path));
        return page.get(new HttpPage.Request("GET", "/debug/pprof/" + path, query, Map.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "'', heap",
        "heap, java.lang.String",
        "goroutine, Full thread dump",
        "block, Locked ownable synchronizers",
        "cmdline, java_command",
    })
    void pagesTellAboutTheProcess(String path, String text) throws Exception {
        var answer = get(path, "");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains(text);
    }

    @Test
    void aRecordingIsOneOfFlightRecorder() throws Exception {
        var answer = get("profile", "seconds=0");
        assertThat(new String(answer.body(), 0, 3, StandardCharsets.US_ASCII)).isEqualTo("FLR");
        assertThat(get("profile", "seconds=x").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pprof x | ADDRESS is HOST:PORT or :PORT",
                "pprof { ; block x ; } | RATE is a whole number",
                "pprof { ; foo ; } | there is no property \"foo\"",
                "pprof ; pprof | only be used once",
            })
    void mistakesAreExplained(String text, String message) {
        var bench = new Bench("test.");
        assertThatThrownBy(() -> bench.setup(new Pprof(), text.replace(" ; ", "\n")))
                .hasMessageContaining(message);
    }
}
