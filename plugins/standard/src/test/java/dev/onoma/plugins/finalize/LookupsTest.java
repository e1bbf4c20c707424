package dev.onoma.plugins.finalize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.plugins.LiveServer;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Section;

/// How many names one query may lead to.
final class LookupsTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({
        "onoma.lookups.per.query.max, 2, false",
        "onoma.lookups.per.query.max, 1, true",
        "onoma.lookups.depth.max, 2, false",
        "onoma.lookups.depth.max, 1, true"
    })
    void beyondIsALimit(String property, String max, boolean isReached) throws Exception {
        var corefile =
                """
                .:0 {
                    finalize
                    template IN A a.test b.test {
                        match ^a
                        answer "{{ .Name }} 60 IN CNAME b.test."
                        fallthrough
                    }
                    template IN A b.test {
                        answer "{{ .Name }} 60 IN CNAME c.test."
                    }
                    template IN A c.test {
                        answer "{{ .Name }} 60 IN A 192.0.2.1"
                    }
                }
                """;
        System.setProperty(property, max);
        try (var server = new LiveServer(folder, corefile)) {
            assertThat(server.ask("a.test.").getSection(Section.ANSWER)).isNotEmpty();
            assertThat(server.reached("lookups") > 0).isEqualTo(isReached);
        } finally {
            System.clearProperty(property);
        }
    }
}
