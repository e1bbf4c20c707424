package dev.onoma.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How much of header fields over HTTP/2 waits for their end.
final class HeaderBlocksTest {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int CONTINUATION = 9;
    private static final int END_HEADERS = 4;

    private final HeaderBlocks blocks = new HeaderBlocks();

    @BeforeEach
    void preface() {
        blocks.pass(Unpooled.wrappedBuffer(new byte[24]));
    }

    private static byte[] frame(int type, int flags, int octets) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) (octets >> 16), (byte) (octets >> 8), (byte) octets});
        out.writeBytes(new byte[] {(byte) type, (byte) flags, 0, 0, 0, 1});
        out.writeBytes(new byte[octets]);
        return out.toByteArray();
    }

    private int pass(byte[] octets) {
        blocks.pass(Unpooled.wrappedBuffer(octets));
        return blocks.octets();
    }

    @Test
    void fieldsWithTheirEndAreNotKept() {
        assertThat(pass(frame(HEADERS, END_HEADERS, 300))).isZero();
        assertThat(pass(frame(DATA, 0, 70_000))).isZero();
    }

    @Test
    void fieldsWithoutTheirEndAddUp() {
        assertThat(pass(frame(HEADERS, 0, 300))).isEqualTo(300);
        assertThat(pass(frame(CONTINUATION, 0, 0x1234))).isEqualTo(300 + 0x1234);
        assertThat(pass(frame(CONTINUATION, END_HEADERS, 1))).isZero();
    }

    @Test
    void framesMayComeInPieces() {
        for (byte octet : frame(HEADERS, 0, 700)) {
            var _ = pass(new byte[] {octet});
        }
        assertThat(blocks.octets()).isEqualTo(700);
        var two = Arrays.copyOf(frame(CONTINUATION, END_HEADERS, 0), 18);
        System.arraycopy(frame(HEADERS, 0, 0), 0, two, 9, 9);
        assertThat(pass(two)).isZero();
    }
}
