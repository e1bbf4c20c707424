package dev.onoma.plugins.rewrite;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The data of an EDNS option that a rule puts in.
@FunctionalInterface
interface EdnsData {
    /// The octets, or null if there are none for this query.
    byte @Nullable [] of(Rewriting rewriting);

    /// What a name in braces stands for, or null if it is none.
    static @Nullable EdnsData variable(String name) {
        return switch (name) {
            case "qname" -> r -> octets(r.name().toString());
            case "qtype" -> r -> u16(r.type());
            case "client_ip" -> r -> r.original().client().getAddress().getAddress();
            case "client_port" -> r -> u16(r.original().client().getPort());
            case "server_ip" -> r -> r.original().local().getAddress().getAddress();
            case "server_port" -> r -> u16(r.original().local().getPort());
            case "protocol" -> r -> octets(r.original().transport().label());
            default -> isLabel(name) ? r -> metadata(r, name) : null;
        };
    }

    private static boolean isLabel(String name) {
        int slash = name.indexOf('/');
        return slash > 0 && slash < name.length() - 1;
    }

    private static byte @Nullable [] metadata(Rewriting rewriting, String label) {
        var value = rewriting.original().metadata(label).orElse("");
        return value.isEmpty() ? null : octets(value);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] u16(int number) {
        return new byte[] {(byte) (number >> 8), (byte) number};
    }

    /// The first bits of the client's address (RFC 7871, section 6).
    static EdnsData subnet(int fourBits, int sixBits) {
        return rewriting -> {
            var address = rewriting.original().client().getAddress();
            return subnet(address, address.getAddress().length == 4 ? fourBits : sixBits);
        };
    }

    private static byte[] subnet(InetAddress address, int bits) {
        var octets = address.getAddress();
        int length = (bits + 7) / 8;
        var data = ByteBuffer.allocate(4 + length);
        data.putShort((short) (octets.length == 4 ? 1 : 2)).put((byte) bits).put((byte) 0);
        if (bits % 8 != 0) {
            octets[length - 1] &= (byte) (0xff00 >> bits % 8);
        }
        return data.put(octets, 0, length).array();
    }
}
