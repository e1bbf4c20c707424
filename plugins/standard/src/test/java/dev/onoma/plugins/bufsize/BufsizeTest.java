package dev.onoma.plugins.bufsize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.testkit.Bench;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Section;

final class BufsizeTest {
    private final Bench bench = new Bench("example.org.");

    @ParameterizedTest
    @CsvSource({
        "bufsize,          4096, 1232",
        "bufsize,          600,  600",
        "bufsize 512,      4096, 512",
        "bufsize 4096,     4096, 4096",
        "bufsize +600,     1232, 600",
        "'bufsize 700\nbufsize 1', 4096, 700",
    })
    void theSmallerSizeIsSeenBehind(String directive, int advertised, int seen) {
        var bufsize = bench.setup(new Bufsize(), directive);
        var message = Bench.message("example.org.", "A", DClass.IN);
        message.addRecord(new OPTRecord(advertised, 0, 0), Section.ADDITIONAL);
        bufsize.handle(
                bench.query(message),
                query -> {
                    assertThat(query.udpSize()).isEqualTo(seen);
                    return query.reply().build();
                });
    }

    @Test
    void queriesWithoutEdnsAreLeftAlone() {
        var bufsize = bench.setup(new Bufsize(), "bufsize 4096");
        bufsize.handle(
                bench.query("example.org.", "A"),
                query -> {
                    assertThat(query.udpSize()).isEqualTo(512);
                    return query.reply().build();
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bufsize 511 | SIZE is a whole number from 512 to 4096, not 511",
                "bufsize 4097 | SIZE is a whole number from 512 to 4096, not 4097",
                "bufsize abc | SIZE is a whole number from 512 to 4096, not \"abc\"",
                "bufsize 512 512 | \"512\" is one word too many",
            })
    void mistakesAreExplained(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new Bufsize(), directive))
                .hasMessageContaining("plugin/bufsize: " + message);
    }
}
