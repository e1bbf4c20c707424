package dev.onoma.plugins.dnssec;

import dev.onoma.api.Log;
import dev.onoma.zone.SigningKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.Name;

/// The keys of each zone. Where there are keys for keys and others, the former sign the DNSKEY
/// records and nothing else; otherwise all sign everything.
///
/// @param zones as the options have them
/// @param keys of each of these zones
/// @param fingerprint of all keys: what one ring signed is of no use to another
record KeyRing(List<Name> zones, List<List<SigningKey>> keys, long fingerprint) {
    /// Reads all keys.
    ///
    /// @throws IOException with what is wrong with the first that is of no use
    static KeyRing read(DnssecOptions options, Log log) throws IOException {
        var read = new ArrayList<SigningKey>();
        for (var file : options.keys()) {
            var key = key(file);
            var owner = key.record().getName();
            if (options.zones().stream().noneMatch(zone -> zone.subdomain(owner))) {
                throw new IOException(
                        "plugin/dnssec: key %s (keyid: %d) can not sign any of the zones"
                                .formatted(owner, key.record().getFootprint()));
            }
            if (key.isWeak()) {
                log.warning(
                        "key %s (keyid: %d) signs with SHA-1, which validators stop to accept"
                                .formatted(owner, key.record().getFootprint()));
            }
            read.add(key);
        }
        var keys =
                options.zones().stream()
                        .map(zone ->
                                read.stream()
                                        .filter(k -> zone.subdomain(k.record().getName()))
                                        .map(k -> k.owned(zone))
                                        .toList())
                        .toList();
        return new KeyRing(options.zones(), keys, fingerprint(keys));
    }

    private static long fingerprint(List<List<SigningKey>> keys) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var key : keys.stream().flatMap(List::stream).toList()) {
                digest.update(key.record().toWireCanonical());
            }
            return ByteBuffer.wrap(digest.digest()).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static SigningKey key(java.nio.file.Path file) throws IOException {
        try {
            return SigningKey.read(file);
        } catch (IOException e) {
            throw new IOException("plugin/dnssec: " + e.getMessage(), e);
        }
    }

    /// The keys that sign a set.
    List<SigningKey> signers(int zone, boolean forKeys) {
        return SigningKey.signers(keys.get(zone), forKeys);
    }
}
