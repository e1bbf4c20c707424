package dev.onoma.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecordsTest {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int FRAME_HEADER_OCTETS = 9;

    private final EmbeddedChannel channel = new EmbeddedChannel(new Records());

    private static ByteBuf header(int type, int length) {
        return Unpooled.buffer().writeMedium(length).writeByte(type).writeZero(5);
    }

    // As Netty does it: the header of a frame, then the rest.
    private void write(int type, int length) {
        var _ = channel.write(header(type, length));
        var _ = channel.write(Unpooled.buffer(length).writeZero(length));
    }

    private List<Integer> records() {
        channel.flush();
        var octets = new ArrayList<Integer>();
        for (ByteBuf each = channel.readOutbound(); each != null; each = channel.readOutbound()) {
            octets.add(each.readableBytes());
            each.release();
        }
        return octets;
    }

    @Test
    void aRecordHasTheDataOfOneResponse() {
        for (int i = 0; i < 3; i++) {
            write(HEADERS, 10);
        }
        for (int i = 0; i < 3; i++) {
            write(DATA, 100);
        }
        int data = FRAME_HEADER_OCTETS + 100;
        assertThat(records()).containsExactly(3 * (FRAME_HEADER_OCTETS + 10) + data, data, data);
    }

    @Test
    void whatBelongsToNoResponseSharesARecord() {
        for (int i = 0; i < 3; i++) {
            write(HEADERS, 0);
        }
        assertThat(records()).containsExactly(3 * FRAME_HEADER_OCTETS);
    }

    @Test
    void largePartsAreNotCopied() {
        write(HEADERS, 10);
        write(DATA, 5000);
        write(DATA, 7);
        assertThat(records())
                .containsExactly(2 * FRAME_HEADER_OCTETS + 10, 5000, FRAME_HEADER_OCTETS + 7);
    }

    @Test
    void recordsHaveALimit() {
        for (int i = 0; i < 10; i++) {
            write(HEADERS, 1500);
        }
        assertThat(records()).allMatch(octets -> octets <= 8 << 10).hasSize(2);
    }

    @Test
    void everyPartHearsWhetherItHasLeft() {
        var first = channel.write(header(HEADERS, 0));
        assertThat(first.isDone()).isFalse();
        assertThat(records()).hasSize(1);
        assertThat(first.isSuccess()).isTrue();
        var second = channel.write(header(HEADERS, 0));
        channel.pipeline().remove(Records.class);
        assertThat(second.cause()).isNotNull();
    }
}
