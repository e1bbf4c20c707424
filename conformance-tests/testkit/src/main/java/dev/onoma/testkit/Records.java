package dev.onoma.testkit;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/// Records as text, and text in words.
final class Records {
    private Records() {}

    /// `OWNER TTL CLASS TYPE DATA`, addresses as RFC 5952 writes them.
    static String text(Record record) {
        return "%s %d %s %s %s"
                .formatted(
                        record.getName(),
                        record.getTTL(),
                        DClass.string(record.getDClass()),
                        Type.string(record.getType()),
                        data(record))
                .strip();
    }

    private static String data(Record record) {
        return switch (record) {
            case AAAARecord address -> shortest(address.getAddress());
            case TXTRecord texts -> "\"" + String.join("\" \"", texts.getStrings()) + "\"";
            default -> record.rdataToString();
        };
    }

    /// The form of RFC 5952: lower case, the first of the longest runs of zeros left out.
    static String shortest(InetAddress address) {
        var bytes = address.getAddress();
        if (bytes.length != 16) {
            return "::ffff:" + address.getHostAddress();
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
        }
        int start = -1;
        int longest = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > longest) {
                start = i;
                longest = end - i;
            }
        }
        var text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == start) {
                text.append("::");
                i += longest - 1;
            } else {
                text.append(text.isEmpty() || text.toString().endsWith(":") ? "" : ":");
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    /// Splits at white space; a quoted text stays one word with its quotes.
    static List<String> words(String text) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                word.append(c).append(text.charAt(++i));
            } else if (Character.isWhitespace(c) && !quoted) {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                    word.setLength(0);
                }
            } else {
                quoted ^= c == '"';
                word.append(c);
            }
        }
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }
}
