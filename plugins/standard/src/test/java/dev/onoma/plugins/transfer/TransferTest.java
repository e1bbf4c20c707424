package dev.onoma.plugins.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Handler;
import dev.onoma.api.Outcome;
import dev.onoma.testkit.Bench;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Rcode;

final class TransferTest {
    private final Bench bench = new Bench("example.org.");

    private Handler transfer(String lines) {
        return bench.setup(new Transfer(), lines.replace(";", "\n"));
    }

    // RFC 1982: half of the numbers are before a serial, half behind it.
    @ParameterizedTest
    @CsvSource({
        "1, 2, true",
        "2, 1, false",
        "2, 2, false",
        "0, 1, true",
        "4294967295, 0, true",
        "4294967295, 2147483646, true",
        "0, 4294967295, false",
        "1, 2147483648, true",
        "1, 2147483650, false",
    })
    void serialsAreComparedAsRfc1982Has(long serial, long other, boolean before) {
        assertThat(TransferHandler.isBefore(serial, other)).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "transfer | \"to\" is missing",
                "transfer { ; source 192.0.2.1 ; } | \"to\" is missing",
                "transfer { ; to ; } | ADDRESS",
                "transfer { ; to 10.0.0.0/8 ; } | must specify an IP address",
                "transfer { ; to * ; source x ; } | IP address",
                "transfer { ; to * ; source ::1 ; source ::1 ; } | source is given already",
                "transfer { ; to * ; from 192.0.2.1 ; } | there is no property \"from\"",
            })
    void mistakesAreReported(String lines, String message) {
        assertThatThrownBy(() -> transfer(lines)).hasMessageContaining(message);
    }

    @Test
    void otherQuestionsAndOtherZonesGoOn() {
        var transfer = transfer("transfer a.example.org { ; to * ; }");
        for (var question : new String[][] {{"a.example.org.", "A"}, {"example.org.", "AXFR"}}) {
            var outcome =
                    transfer.handle(
                            bench.query(question[0], question[1]),
                            q -> q.reply().rcode(Rcode.NXDOMAIN).build());
            assertThat(outcome).isInstanceOf(Outcome.Reply.class);
            assertThat(((Outcome.Reply) outcome).response().rcode()).isEqualTo(Rcode.NXDOMAIN);
        }
    }
}
