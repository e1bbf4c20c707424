package dev.onoma.server.listen;

import dev.onoma.api.Addresses;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What stands where a PROXY header may stand (the PROXY protocol, versions 1 and 2).
sealed interface ProxyHeader {
    /// The longest line of version 1, its end included.
    int LINE_OCTETS_MAX = 107;

    /// No header.
    record Absent() implements ProxyHeader {}

    /// The beginning of one, so far.
    record Partial() implements ProxyHeader {}

    /// Something that begins like one.
    record Broken(String reason) implements ProxyHeader {}

    /// A header.
    ///
    /// @param octets its length
    /// @param ends of the connection to the proxy; null if it speaks for itself (a health check) or
    ///   does not know
    /// @param isDatagram whether the client sent a datagram
    /// @param isText whether it is of version 1
    record Found(int octets, @Nullable Ends ends, boolean isDatagram, boolean isText)
            implements ProxyHeader {}

    /// Looks at the readable octets, and leaves them.
    ///
    /// @param octetsMax of a header of version 2: addresses take 36 at most, the rest are values
    ///   that are skipped
    static ProxyHeader read(ByteBuf in, int octetsMax) {
        if (begins(in, Parts.SIGNATURE)) {
            return in.readableBytes() < Parts.FIXED_OCTETS
                    ? new Partial()
                    : Parts.binary(in, octetsMax);
        }
        return begins(in, Parts.WORD)
                ? in.readableBytes() < Parts.WORD.length ? new Partial() : Parts.line(in)
                : new Absent();
    }

    private static boolean begins(ByteBuf in, byte[] with) {
        int common = Math.min(in.readableBytes(), with.length);
        for (int i = 0; i < common; i++) {
            if (in.getByte(in.readerIndex() + i) != with[i]) {
                return false;
            }
        }
        return common > 0;
    }

    /// How the two versions are read.
    final class Parts {
        private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};
        private static final byte[] WORD = "PROXY ".getBytes(StandardCharsets.US_ASCII);
        private static final int FIXED_OCTETS = 16;
        private static final int DATAGRAM = 2;

        private Parts() {}

        private static ProxyHeader binary(ByteBuf in, int octetsMax) {
            int at = in.readerIndex() + SIGNATURE.length;
            int version = in.getUnsignedByte(at) >> 4;
            int command = in.getUnsignedByte(at) & 15;
            int family = in.getUnsignedByte(at + 1) >> 4;
            int kind = in.getUnsignedByte(at + 1) & 15;
            int body = in.getUnsignedShort(at + 2);
            if (version != 2 || command > 1 || family > 3 || kind > DATAGRAM) {
                return new Broken("version, command or family is unknown");
            }
            if (FIXED_OCTETS + body > octetsMax) {
                return new Broken(
                        "a header of %d octets, where max_header_octets is %d"
                                .formatted(FIXED_OCTETS + body, octetsMax));
            }
            if (in.readableBytes() < FIXED_OCTETS + body) {
                return new Partial();
            }
            boolean speaks = command == 1 && kind != 0 && (family == 1 || family == 2);
            int address = family == 1 ? 4 : 16;
            if (speaks && body < 2 * address + 4) {
                return new Broken("there are no addresses in it");
            }
            var ends = speaks ? ends(in, at + 4, address) : null;
            return new Found(FIXED_OCTETS + body, ends, !speaks || kind == DATAGRAM, false);
        }

        private static Ends ends(ByteBuf in, int at, int address) {
            var source = new byte[address];
            var destination = new byte[address];
            in.getBytes(at, source).getBytes(at + address, destination);
            return new Ends(
                    new InetSocketAddress(inet(source), in.getUnsignedShort(at + 2 * address)),
                    new InetSocketAddress(
                            inet(destination), in.getUnsignedShort(at + 2 * address + 2)));
        }

        private static InetAddress inet(byte[] octets) {
            try {
                return InetAddress.getByAddress(octets);
            } catch (UnknownHostException e) {
                throw new AssertionError("4 or 16 octets are an address", e);
            }
        }

        private static ProxyHeader line(ByteBuf in) {
            int looked = Math.min(in.readableBytes(), LINE_OCTETS_MAX);
            int end = in.indexOf(in.readerIndex(), in.readerIndex() + looked, (byte) '\n');
            if (end < 0) {
                return looked < LINE_OCTETS_MAX
                        ? new Partial()
                        : new Broken("a line of more than " + LINE_OCTETS_MAX + " octets");
            }
            int octets = end + 1 - in.readerIndex();
            var text = in.toString(in.readerIndex(), octets, StandardCharsets.US_ASCII);
            if (!text.endsWith("\r\n")) {
                return new Broken("a line without CR");
            }
            var words = text.strip().split(" ", -1);
            if (words.length > 1 && words[1].equals("UNKNOWN")) {
                return new Found(octets, null, false, true);
            }
            var ends = words.length == 6 ? ends(words) : null;
            return ends == null
                    ? new Broken("a line that says no addresses")
                    : new Found(octets, ends, false, true);
        }

        private static @Nullable Ends ends(String[] words) {
            var source = end(words[1], words[2], words[4]);
            var destination = end(words[1], words[3], words[5]);
            return source == null || destination == null ? null : new Ends(source, destination);
        }

        private static @Nullable InetSocketAddress end(String family, String host, String port) {
            boolean isRight =
                    family.equals("TCP4") && host.indexOf(':') < 0
                            || family.equals("TCP6") && host.indexOf(':') >= 0;
            var address = isRight ? Addresses.parse(host) : Optional.<InetAddress>empty();
            if (address.isEmpty()
                    || !port.matches("[0-9]{1,5}")
                    || Integer.parseInt(port) > 0xffff) {
                return null;
            }
            return new InetSocketAddress(address.get(), Integer.parseInt(port));
        }
    }
}
