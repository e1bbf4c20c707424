package dev.onoma.server.listen;

import io.netty.buffer.ByteBuf;

/// Knows how many octets of header fields have come over a connection with HTTP/2 whose end has not
/// (RFC 9113, section 4.3): the codec keeps them, and does not say how many. Of what passes it
/// reads the headers of frames alone.
final class HeaderBlocks {
    private static final int PREFACE_OCTETS = 24;
    private static final int FRAME_HEADER_OCTETS = 9;
    private static final int LENGTH_OCTETS = 3;
    private static final int HEADERS = 1;
    private static final int CONTINUATION = 9;
    private static final int END_HEADERS = 4;

    private int left = PREFACE_OCTETS;
    private int headerOctets;
    private int length;
    private int type;
    private int flags;
    private int open;

    /// How many there are.
    int octets() {
        return open;
    }

    void pass(ByteBuf input) {
        int at = input.readerIndex();
        int end = input.writerIndex();
        while (at < end) {
            if (left > 0) {
                int passing = Math.min(left, end - at);
                left -= passing;
                at += passing;
            } else {
                header(input.getUnsignedByte(at++));
            }
        }
    }

    private void header(int octet) {
        if (headerOctets < LENGTH_OCTETS) {
            length = length << Byte.SIZE | octet;
        } else if (headerOctets == LENGTH_OCTETS) {
            type = octet;
        } else if (headerOctets == LENGTH_OCTETS + 1) {
            flags = octet;
        }
        if (++headerOctets == FRAME_HEADER_OCTETS) {
            if (type == HEADERS || type == CONTINUATION) {
                open = (flags & END_HEADERS) == 0 ? open + length : 0;
            }
            left = length;
            length = 0;
            headerOctets = 0;
        }
    }
}
