package dev.onoma.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What clients offer, as the JDK's TLS says it.
final class ClientHelloTest {
    private static final List<String> HTTP = List.of("h2", "http/1.1");

    private static byte[] hello(String... protocols) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine("dns.example", 443);
        engine.setUseClientMode(true);
        var parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        engine.setSSLParameters(parameters);
        var out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        var octets = new byte[out.flip().remaining()];
        out.get(octets);
        return octets;
    }

    private static boolean wantsOthers(byte[] hello, int length) {
        return ClientHello.wantsOthers(Unpooled.wrappedBuffer(hello, 0, length), HTTP);
    }

    @ParameterizedTest
    @CsvSource({
        "h2, false",
        "http/1.1, false",
        "dot|h2, false",
        "dot, true",
        "dot|acme-tls/1, true"
    })
    void oneOfOursIsEnough(String protocols, boolean wantsOthers) throws Exception {
        var hello = hello(protocols.split("\\|"));
        assertThat(wantsOthers(hello, hello.length)).isEqualTo(wantsOthers);
    }

    @Test
    void whoNamesNoneWantsNoOther() throws Exception {
        var hello = hello();
        assertThat(wantsOthers(hello, hello.length)).isFalse();
    }

    @Test
    void whatIsCutShortIsForTlsToJudge() throws Exception {
        var hello = hello("h2");
        for (int length = 1; length < hello.length; length++) {
            assertThat(wantsOthers(hello, length)).as("%d octets", length).isFalse();
        }
    }

    @Test
    void anyOctetsAreRead() throws Exception {
        var hello = hello("dot");
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            var broken = hello.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            var buffer = Unpooled.wrappedBuffer(broken);
            boolean _ = ClientHello.wantsOthers(buffer, HTTP);
            assertThat(buffer.readableBytes()).isEqualTo(broken.length);
        }
    }
}
