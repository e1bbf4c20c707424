package dev.onoma.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What may be the last record of a client waits in front of TLS for the last answer.
final class LastWordTest {
    private static final int DATA_OCTETS = 5 + 100;

    private final Owner owner = new Owner();
    private final EmbeddedChannel channel = new EmbeddedChannel(new LastWord(owner));

    private static final class Owner extends ChannelInboundHandlerAdapter
            implements RecordOctets.Owner {
        private int pending = 1;

        @Override
        public void undecrypted(int octets) {}

        @Override
        public int answersToCome() {
            return pending;
        }

        @Override
        public int queryOctetsMin() {
            return 19;
        }
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private static ByteBuf record(ByteBuf before, int type, int length) {
        return before.writeByte(type).writeShort(0x0303).writeShort(length).writeZero(length);
    }

    /// Octets that TLS gets to see of a record with data and another behind it.
    private int passed(int type, int length) {
        channel.writeInbound(record(record(Unpooled.buffer(), 23, 100), type, length));
        return passed();
    }

    private int passed() {
        int octets = 0;
        for (ByteBuf input = channel.readInbound(); input != null; input = channel.readInbound()) {
            octets += input.readableBytes();
            input.release();
        }
        return octets;
    }

    private void flush() {
        channel.writeOutbound(Unpooled.EMPTY_BUFFER);
    }

    @ParameterizedTest
    @CsvSource({"21, 18", "21, 26", "23, 19", "23, 35"})
    void anAlertWaitsForTheLastAnswer(int type, int length) {
        assertThat(passed(type, length)).isEqualTo(DATA_OCTETS);
        flush();
        assertThat(passed()).isZero();
        owner.pending = 0;
        flush();
        assertThat(passed()).isEqualTo(5 + length);
    }

    @ParameterizedTest
    @CsvSource({"23, 18", "23, 36", "22, 19", "21, 2"})
    void whatIsNoAlertDoesNotWait(int type, int length) {
        assertThat(passed(type, length)).isEqualTo(DATA_OCTETS + 5 + length);
    }

    @Test
    void whatFollowsTakesItAlong() {
        assertThat(passed(23, 19)).isEqualTo(DATA_OCTETS);
        assertThat(passed(23, 100)).isEqualTo(24 + 2 * DATA_OCTETS);
    }

    @Test
    void nothingWaitsWhereThereIsNothingToAnswer() {
        owner.pending = 0;
        assertThat(passed(23, 19)).isEqualTo(DATA_OCTETS + 24);
    }
}
