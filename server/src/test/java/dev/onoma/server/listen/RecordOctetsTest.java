package dev.onoma.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How much of a record waits in front of TLS.
final class RecordOctetsTest {
    private final Keeper keeper = new Keeper();
    private final Promise<Void> handshake = ImmediateEventExecutor.INSTANCE.newPromise();
    private final EmbeddedChannel channel =
            new EmbeddedChannel(new RecordOctets(keeper, handshake, records -> records <= 3));

    private static final class Keeper extends ChannelInboundHandlerAdapter
            implements RecordOctets.Owner {
        private int kept;

        @Override
        public void undecrypted(int octets) {
            kept = octets;
        }

        @Override
        public int answersToCome() {
            return 0;
        }

        @Override
        public int queryOctetsMin() {
            return 0;
        }
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private int read(int... octets) {
        var input = Unpooled.buffer(octets.length);
        for (int octet : octets) {
            input.writeByte(octet);
        }
        channel.writeInbound(input);
        return keeper.kept;
    }

    @Test
    void wholeRecordsAreNotKept() {
        handshake.setSuccess(null);
        assertThat(read(23, 3, 3, 0, 2, 1, 2)).isZero();
        assertThat(read(23, 3, 3, 0, 1, 1, 23, 3, 3, 0, 0)).isZero();
    }

    @Test
    void halfARecordIs() {
        handshake.setSuccess(null);
        assertThat(read(22, 3, 1)).isEqualTo(3);
        assertThat(read(1, 0)).isEqualTo(5);
        assertThat(read(new int[200])).isEqualTo(205);
        assertThat(read(new int[56])).isZero();
    }

    @Test
    void whoseRecordsEndElsewhereThanReadsKeepsOne() {
        handshake.setSuccess(null);
        assertThat(read(23, 3, 3, 0, 2, 1)).isEqualTo(6);
        for (int i = 0; i < 100; i++) {
            assertThat(read(2, 23, 3, 3, 0, 2, 1)).isEqualTo(7);
        }
        assertThat(read(2)).isZero();
    }

    @Test
    void aLargeBufferIsKeptForLittle() {
        handshake.setSuccess(null);
        channel.writeInbound(Unpooled.buffer(2048).writeByte(23));
        assertThat(keeper.kept).isEqualTo(2048);
    }

    @Test
    void aHandshakeInTooManyRecordsEnds() {
        read(22, 3, 1, 0, 1, 1, 22, 3, 1, 0, 1, 0, 22, 3, 1, 0, 1, 0);
        assertThat(channel.isActive()).isTrue();
        read(22, 3, 1, 0, 1, 0);
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void whoHasShakenHandsMaySendManyRecords() {
        handshake.setSuccess(null);
        read(new int[20]);
        assertThat(channel.isActive()).isTrue();
    }

    @Test
    void whatTlsHasOfAHandshakeIsKeptUntilThatIsDone() {
        assertThat(read(22, 3, 1, 0, 1, 1)).isEqualTo(6);
        assertThat(read(22, 3, 1, 0, 1, 0)).isEqualTo(12);
        handshake.setSuccess(null);
        assertThat(read(22, 3, 1, 0, 1, 0)).isZero();
    }
}
