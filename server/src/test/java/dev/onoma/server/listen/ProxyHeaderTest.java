package dev.onoma.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The PROXY protocol, versions 1 and 2.
final class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private static ProxyHeader read(byte[] octets) {
        return ProxyHeader.read(Unpooled.wrappedBuffer(octets), 2064);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static byte[] line(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static InetSocketAddress at(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }

    private static void isFound(byte[] header, ProxyHeader.Found expected) {
        for (int i = 1; i < header.length; i++) {
            assertThat(read(Arrays.copyOf(header, i))).isEqualTo(new ProxyHeader.Partial());
        }
        assertThat(read(header)).isEqualTo(expected);
        assertThat(read(Arrays.copyOf(header, header.length + 40))).isEqualTo(expected);
    }

    @Test
    void versionOneIsALine() {
        var ends = new Ends(at("192.0.2.7", 4711), at("198.51.100.1", 53));
        isFound(
                line("PROXY TCP4 192.0.2.7 198.51.100.1 4711 53\r\n"),
                new ProxyHeader.Found(43, ends, false, true));
        var ends6 = new Ends(at("2001:db8::7", 65535), at("::1", 0));
        isFound(
                line("PROXY TCP6 2001:db8::7 ::1 65535 0\r\n"),
                new ProxyHeader.Found(36, ends6, false, true));
        isFound(line("PROXY UNKNOWN\r\n"), new ProxyHeader.Found(15, null, false, true));
    }

    @Test
    void versionTwoIsBinary() {
        var ends = new Ends(at("192.0.2.7", 4711), at("198.51.100.1", 53));
        isFound(
                hex(SIGNATURE + "21 11 000c c0000207 c6336401 1267 0035"),
                new ProxyHeader.Found(28, ends, false, false));
        isFound(
                hex(SIGNATURE + "21 12 000f c0000207 c6336401 1267 0035 040000"),
                new ProxyHeader.Found(31, ends, true, false));
        var ends6 = new Ends(at("2001:db8::7", 1), at("::1", 2));
        isFound(
                hex(
                        SIGNATURE
                                + "21 22 0024 20010db8000000000000000000000007"
                                + " 00000000000000000000000000000001 0001 0002"),
                new ProxyHeader.Found(52, ends6, true, false));
    }

    @Test
    void aProxyThatSpeaksForItselfSaysNoAddress() {
        isFound(hex(SIGNATURE + "20 00 0000"), new ProxyHeader.Found(16, null, true, false));
        isFound(
                hex(SIGNATURE + "20 12 000c c0000207 c6336401 1267 0035"),
                new ProxyHeader.Found(28, null, true, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.7 198.51.100.1 4711\r\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 4711 70000\r\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 4711 -1\r\n",
                "PROXY TCP4 ::1 ::1 4711 53\r\n",
                "PROXY TCP6 192.0.2.7 198.51.100.1 4711 53\r\n",
                "PROXY TCP4 localhost 198.51.100.1 4711 53\r\n",
                "PROXY UDP4 192.0.2.7 198.51.100.1 4711 53\r\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 4711 53\n",
                "PROXY \r\n",
            })
    void brokenLinesAreNotBelieved(String line) {
        assertThat(read(line(line))).isInstanceOf(ProxyHeader.Broken.class);
    }

    @Test
    void whatIsTooLongIsNotWaitedFor() {
        assertThat(read(line("PROXY " + "x".repeat(100)))).isEqualTo(new ProxyHeader.Partial());
        assertThat(read(line("PROXY " + "x".repeat(101)))).isInstanceOf(ProxyHeader.Broken.class);
        assertThat(read(hex(SIGNATURE + "21110801"))).isInstanceOf(ProxyHeader.Broken.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"11110000", "22110000", "21410000", "21130000", "2111000b", "21210023"})
    void brokenHeadersAreNotBelieved(String rest) {
        var whole = Arrays.copyOf(hex(SIGNATURE + rest), 100);
        assertThat(read(whole)).isInstanceOf(ProxyHeader.Broken.class);
    }

    @Test
    void whatIsNoHeaderIsLeftAlone() {
        assertThat(read(new byte[0])).isEqualTo(new ProxyHeader.Absent());
        assertThat(read(hex("001d1234"))).isEqualTo(new ProxyHeader.Absent());
        assertThat(read(line("PROXZ "))).isEqualTo(new ProxyHeader.Absent());
        assertThat(read(hex("0d0a0d0a01"))).isEqualTo(new ProxyHeader.Absent());
    }

    @Test
    void anyOctetsAreSomething() {
        var random = new Random(7);
        for (int i = 0; i < 200_000; i++) {
            var octets = Arrays.copyOf(hex(SIGNATURE), 12 + random.nextInt(60));
            for (int at = random.nextInt(13); at < octets.length; at++) {
                octets[at] = (byte) random.nextInt(256);
            }
            assertThat(read(octets)).isNotNull();
        }
    }
}
