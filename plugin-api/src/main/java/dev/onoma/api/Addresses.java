package dev.onoma.api;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Internet addresses as text, never through a look-up.
public final class Addresses {
    private Addresses() {}

    /// `192.0.2.1:53` or `[2001:db8::1]:53`.
    public static String text(InetSocketAddress address) {
        var host = address.getAddress();
        if (host == null) {
            return address.getHostString() + ":" + address.getPort();
        }
        var text = text(host);
        return (host instanceof Inet6Address ? "[" + text + "]" : text) + ":" + address.getPort();
    }

    /// The shortest form: dotted, or RFC 5952 with a zone id where there is one.
    public static String text(InetAddress address) {
        if (!(address instanceof Inet6Address six)) {
            return address.getHostAddress();
        }
        var compressed = compress(six.getAddress());
        return six.getScopeId() == 0
                ? compressed
                : compressed + six.getHostAddress().substring(six.getHostAddress().indexOf('%'));
    }

    private static String compress(byte[] octets) {
        int runAt = -1;
        int runLength = 1;
        for (int at = 0; at < 8; at++) {
            int length = 0;
            while (at + length < 8 && group(octets, at + length) == 0) {
                length++;
            }
            if (length > runLength) {
                runAt = at;
                runLength = length;
            }
        }
        var text = new StringBuilder(39);
        for (int at = 0; at < 8; at++) {
            if (at == runAt) {
                text.append("::");
                at += runLength - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(group(octets, at)));
        }
        return text.toString();
    }

    private static int group(byte[] octets, int at) {
        return (octets[2 * at] & 0xff) << 8 | (octets[2 * at + 1] & 0xff);
    }
}
