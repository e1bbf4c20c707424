package dev.onoma.server.corefile;

import dev.onoma.api.Directive;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// Tells whether a Corefile has changed in anything but its looks.
final class Digest {
    private final MessageDigest sha512;

    private Digest() {
        try {
            sha512 = MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-512", e);
        }
    }

    static String of(List<Block> blocks) {
        var digest = new Digest();
        digest.number(blocks.size());
        for (var block : blocks) {
            digest.number(block.keys().size());
            block.keys().forEach(key -> digest.text(key.toString()));
            digest.number(block.directives().size());
            for (var directives : block.directives().values()) {
                digest.lines(directives);
            }
        }
        return HexFormat.of().formatHex(digest.sha512.digest());
    }

    private void lines(List<Directive> lines) {
        number(lines.size());
        for (var line : lines) {
            var words = line.words();
            number(words.size());
            words.forEach(this::text);
            number(line.hasBlock() ? 1 : 0);
            lines(line.properties());
        }
    }

    // Each length goes before its text, so that no two configurations make the same octets.
    private void text(String text) {
        var octets = text.getBytes(StandardCharsets.UTF_8);
        number(octets.length);
        sha512.update(octets);
    }

    private void number(int number) {
        sha512.update(
                new byte[] {
                    (byte) (number >> 24),
                    (byte) (number >> 16),
                    (byte) (number >> 8),
                    (byte) number
                });
    }
}
