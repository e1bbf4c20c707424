package dev.onoma.api;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/// Internet addresses as text, never through a look-up.
public final class Addresses {
    private static final int LENGTH_MAX = 100;
    private static final Pattern V4 =
            Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");

    private Addresses() {}

    /// Reads an address: four decimal numbers without leading zeros (RFC 6943, section 3.1.1), or
    /// IPv6 text (RFC 4291, section 2.2) with or without a zone such as `%eth0` (RFC 4007). A zone
    /// that names no interface of this machine makes it no address.
    public static Optional<InetAddress> parse(String text) {
        if (text.length() > LENGTH_MAX) {
            return Optional.empty();
        }
        try {
            if (V4.matcher(text).matches()) {
                return Optional.of(Inet4Address.ofLiteral(text));
            }
            boolean six = text.indexOf(':') >= 0 && text.indexOf('[') < 0;
            return six ? Optional.of(Inet6Address.ofLiteral(text)) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // that is how the JDK says no
        }
    }

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
        return (octets[2 * at] & 0xff) << 8 | octets[2 * at + 1] & 0xff;
    }
}
