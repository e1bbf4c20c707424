package dev.onoma.quic;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RetryTokensTest {
    private static final InetSocketAddress CLIENT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 4242);

    private final AtomicLong now = new AtomicLong(77);
    private final RetryTokens tokens = new RetryTokens(() -> true, now::get);

    private static ByteBuf connection() {
        return Unpooled.wrappedBuffer(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    }

    private ByteBuf token() {
        var token = Unpooled.buffer();
        assertThat(tokens.writeToken(token, connection(), CLIENT)).isTrue();
        assertThat(token.readableBytes()).isLessThanOrEqualTo(tokens.maxTokenLength());
        return token;
    }

    @Test
    void aTokenLeadsToTheIdentifierOfTheConnection() {
        var token = token();
        int at = tokens.validateToken(token.slice(), CLIENT);
        assertThat(token.slice(at, token.readableBytes() - at)).isEqualTo(connection());
    }

    @Test
    void nobodyHasToProveAnythingWhenThereIsRoom() {
        var quiet = new RetryTokens(() -> false, now::get);
        assertThat(quiet.writeToken(Unpooled.buffer(), connection(), CLIENT)).isFalse();
    }

    @Test
    void aTokenIsForOneAddress() {
        var other = new InetSocketAddress(CLIENT.getAddress(), 4243);
        assertThat(tokens.validateToken(token(), other)).isEqualTo(-1);
    }

    @Test
    void aTokenEnds() {
        var token = token();
        now.addAndGet(Duration.ofSeconds(11).toNanos());
        assertThat(tokens.validateToken(token, CLIENT)).isEqualTo(-1);
    }

    @Test
    void aTokenThatWasChangedIsNone() {
        for (int at = 0; at < token().readableBytes(); at++) {
            var token = token();
            token.setByte(at, token.getByte(at) ^ 1);
            assertThat(tokens.validateToken(token, CLIENT)).isEqualTo(-1);
        }
        assertThat(tokens.validateToken(Unpooled.buffer().writeZero(3), CLIENT)).isEqualTo(-1);
    }

    @Test
    void aTokenOfAnotherServerIsNone() {
        var other = new RetryTokens(() -> true, now::get);
        assertThat(other.validateToken(token(), CLIENT)).isEqualTo(-1);
    }
}
