package dev.onoma.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DnsPacketTest {
    private static byte[] octets(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "00 00000004 0a 02 abcd | abcd",
                "00 00000000 | ''",
                // The last field 1 counts; unknown fields of every wire type are skipped.
                "00 00000007 0a 01 01 0a 02 abcd | abcd",
                "00 00000009 10 ff01 1a 01 07 0a 01 ab | ab",
                "00 00000011 11 0102030405060708 25 01020304 0a 01 ab | ab",
                "00 00000003 0a 01 ab | ab",
                // A length in more octets than it needs.
                "00 00000004 0a 8100 ab | ab",
            })
    void messagesAreFound(String body, String message) {
        var octets = octets(body);
        int length = DnsPacket.unwrap(octets, octets.length);
        assertThat(Arrays.copyOf(octets, length)).isEqualTo(octets(message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | -1",
                "00 000000 | -1",
                "00 00000005 0a 02 abcd | -1",
                "00 00000003 0a 02 abcd | -1",
                "00 00000003 0a 02 ab | -1",
                "00 00000002 0a ff | -1",
                "00 0000000b 0a ffffffffffffffffff01 | -1",
                "00 00000002 0b 0c | -1",
                "00 00000002 02 00 | -1",
                "01 00000004 0a 02 abcd | -2",
                "02 00000004 0a 02 abcd | -1",
                "00 00010004 0a | -3",
                "00 ffffffff 0a | -3",
            })
    void whatIsNoMessageIsToldApart(String body, int verdict) {
        var octets = octets(body);
        assertThat(DnsPacket.unwrap(octets, octets.length)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 127, 128, 16_383, 16_384, 65_535})
    void whatIsWrappedIsFoundAgain(int length) {
        var message = new byte[length];
        new Random(length).nextBytes(message);
        var front = DnsPacket.front(length);
        var body = Arrays.copyOf(front, front.length + length);
        System.arraycopy(message, 0, body, front.length, length);
        assertThat(DnsPacket.wrapped(length)).isEqualTo(body.length);
        assertThat(DnsPacket.unwrap(body, body.length)).isEqualTo(length);
        assertThat(Arrays.copyOf(body, length)).isEqualTo(message);
    }

    @Test
    void noOctetsMakeItFail() {
        var random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            var body = new byte[random.nextInt(40)];
            random.nextBytes(body);
            if (body.length >= 5) {
                Arrays.fill(body, 0, 4, (byte) 0);
                body[4] = (byte) (body.length - 5);
            }
            assertThat(DnsPacket.unwrap(body, body.length)).isBetween(-3, body.length);
        }
    }

    @Test
    void textsAreEscaped() {
        assertThat(DnsPacket.escape("a %\n\u00e9")).isEqualTo("a %25%0A%C3%A9");
    }
}
