package dev.onoma.server.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// One `-----BEGIN LABEL-----` of a text, up to its end (RFC 7468).
///
/// @param text all of it, with headers of older formats
record PemSection(String label, String text) {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    static List<PemSection> read(byte[] octets) {
        var text = new String(octets, StandardCharsets.ISO_8859_1);
        var sections = new ArrayList<PemSection>();
        int at = text.indexOf(BEGIN);
        while (at >= 0) {
            int labelEnd = text.indexOf(DASHES, at + BEGIN.length());
            int end = labelEnd < 0 ? -1 : text.indexOf(END, labelEnd);
            if (end < 0) {
                break;
            }
            var label = text.substring(at + BEGIN.length(), labelEnd);
            int last = end + END.length() + label.length() + DASHES.length();
            sections.add(new PemSection(label, text.substring(at, Math.min(last, text.length()))));
            at = text.indexOf(BEGIN, end);
        }
        return sections;
    }

    /// What the Base64 stands for.
    byte[] octets() throws IOException {
        int from = text.indexOf(DASHES, BEGIN.length()) + DASHES.length();
        try {
            return Base64.getMimeDecoder().decode(text.substring(from, text.indexOf(END, from)));
        } catch (IllegalArgumentException e) {
            throw new IOException("a damaged " + label + ": " + e.getMessage(), e);
        }
    }
}
