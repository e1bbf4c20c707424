package dev.onoma.plugins.sign;

import dev.onoma.zone.SigningKey;
import java.nio.file.Path;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;

/// A key of a zone, and where it lies.
///
/// @param file without `.key` and `.private`
record ZoneKey(SigningKey key, Path file) {
    /// What operators call a key: `ECDSAP256SHA256/27493`.
    static String name(DNSKEYRecord key) {
        return DNSSEC.Algorithm.string(key.getAlgorithm()) + "/" + key.getFootprint();
    }
}
