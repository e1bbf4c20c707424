package dev.onoma.server.tls;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What a client says first (RFC 8446, section 4.1.2), read as far as it is about protocols (ALPN,
/// RFC 7301): Netty's TLS cannot refuse those who want others.
final class ClientHello {
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int RECORD_HEADER_OCTETS = 5;
    private static final int HEAD_OCTETS = 4;
    private static final int VERSION_OCTETS = 2;
    private static final int RANDOM_OCTETS = 32;
    private static final int ALPN = 16;

    private final ByteBuf rest;

    private ClientHello(ByteBuf rest) {
        this.rest = rest;
    }

    /// Whether it names protocols, and none of these. What is no such message, or has more than one
    /// record, is for TLS to judge.
    static boolean wantsOthers(ByteBuf greeting, List<String> protocols) {
        int octets = greeting.readableBytes() - RECORD_HEADER_OCTETS;
        int at = greeting.readerIndex() + RECORD_HEADER_OCTETS;
        if (octets < HEAD_OCTETS
                || greeting.getUnsignedByte(greeting.readerIndex()) != HANDSHAKE
                || greeting.getUnsignedByte(at) != CLIENT_HELLO) {
            return false;
        }
        int length = Math.min(octets, greeting.getUnsignedShort(at - 2)) - HEAD_OCTETS;
        return length > 0
                && new ClientHello(greeting.slice(at + HEAD_OCTETS, length)).wantsOthers(protocols);
    }

    private boolean wantsOthers(List<String> protocols) {
        boolean hasExtensions =
                skip(VERSION_OCTETS + RANDOM_OCTETS)
                        && skip(number(1)) // session
                        && skip(number(2)) // cipher suites
                        && skip(number(1)) // compression
                        && number(2) >= 0;
        while (hasExtensions && rest.isReadable()) {
            int type = number(2);
            int octets = number(2);
            if (type == ALPN) {
                return number(2) > 0 && !names(protocols, octets - 2);
            }
            hasExtensions = skip(octets);
        }
        return false;
    }

    // A list that is cut short may be of our protocols.
    private boolean names(List<String> protocols, int octets) {
        int end = rest.readerIndex() + octets;
        while (rest.readerIndex() < end) {
            int length = number(1);
            if (length < 0 || length > rest.readableBytes()) {
                return true;
            }
            var name = rest.readCharSequence(length, StandardCharsets.ISO_8859_1).toString();
            if (protocols.contains(name)) {
                return true;
            }
        }
        return false;
    }

    // What follows in so many octets, or -1 if they are not there.
    private int number(int octets) {
        if (rest.readableBytes() < octets) {
            return -1;
        }
        return octets == 1 ? rest.readUnsignedByte() : rest.readUnsignedShort();
    }

    private boolean skip(int octets) {
        boolean isThere = octets >= 0 && octets <= rest.readableBytes();
        if (isThere) {
            rest.skipBytes(octets);
        }
        return isThere;
    }
}
