package dev.onoma.tsig;

import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How a MAC is made (RFC 8945, section 6). MD5 is not among them, as nobody should use it.
public final class TsigAlgorithm {
    /// What is taken where nothing else is said.
    public static final TsigAlgorithm SHA256 = new TsigAlgorithm("hmac-sha256", "HmacSHA256", 32);

    private static final List<TsigAlgorithm> ALL =
            List.of(
                    new TsigAlgorithm("hmac-sha1", "HmacSHA1", 20),
                    new TsigAlgorithm("hmac-sha224", "HmacSHA224", 28),
                    SHA256,
                    new TsigAlgorithm("hmac-sha384", "HmacSHA384", 48),
                    new TsigAlgorithm("hmac-sha512", "HmacSHA512", 64),
                    new TsigAlgorithm("hmac-sha256-128", "HmacSHA256", 16),
                    new TsigAlgorithm("hmac-sha384-192", "HmacSHA384", 24),
                    new TsigAlgorithm("hmac-sha512-256", "HmacSHA512", 32));

    private final String text;
    private final String mac;
    private final int macOctets;
    private final NameKey name;
    private final byte[] wire;

    private TsigAlgorithm(String text, String mac, int macOctets) {
        this.text = text;
        this.mac = mac;
        this.macOctets = macOctets;
        var full = Names.of(text + ".");
        name = NameKey.of(full);
        wire = full.toWire();
    }

    /// As files of keys have it: `hmac-sha256`, with or without a dot at the end.
    public static Optional<TsigAlgorithm> of(String text) {
        var wanted = text.toLowerCase(Locale.ROOT);
        for (var algorithm : ALL) {
            if (wanted.equals(algorithm.text) || wanted.equals(algorithm.text + ".")) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    static @Nullable TsigAlgorithm of(NameKey name) {
        for (var algorithm : ALL) {
            if (algorithm.name.equals(name)) {
                return algorithm;
            }
        }
        return null;
    }

    /// The name of the algorithm in Java.
    String mac() {
        return mac;
    }

    /// The length of a MAC; shorter ones are not accepted.
    int macOctets() {
        return macOctets;
    }

    /// Its name in wire form, in lower case.
    byte[] wire() {
        return wire;
    }

    @Override
    public String toString() {
        return text;
    }
}
