package dev.onoma.plugins.sign;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/// A signed copy of which nothing is remembered: of CoreDNS, or of an Onoma before there was a
/// memory. One record stands in each line.
final class ExistingCopy {
    private final Name zone;
    private final List<DNSKEYRecord> keys = new ArrayList<>();
    private final Set<Integer> signing = new HashSet<>();
    private @Nullable SOARecord soa;
    private Instant signed = Instant.EPOCH;
    private Instant expires = Instant.EPOCH;
    private long ttlMax;

    private ExistingCopy(Name zone) {
        this.zone = zone;
    }

    /// What can be known of it.
    ///
    /// @return null if it has no SOA record
    static @Nullable SignedState read(Path file, Name zone) throws IOException {
        var copy = new ExistingCopy(zone);
        try (var lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                copy.line(line);
            }
        }
        return copy.state();
    }

    private void line(String line) throws IOException {
        var words = line.split("\\s+", 5);
        if (words.length < 5 || !words[1].matches("[0-9]{1,10}")) {
            return;
        }
        long ttl = Long.parseLong(words[1]);
        ttlMax = Math.max(ttlMax, ttl);
        if (!words[0].equalsIgnoreCase(zone.toString())) {
            return;
        }
        switch (words[3]) {
            case "SOA", "DNSKEY", "RRSIG" -> take(record(words, ttl));
            default -> {} // Of no use here.
        }
    }

    private Record record(String[] words, long ttl) throws IOException {
        return Record.fromString(zone, Type.value(words[3]), DClass.IN, ttl, words[4], Name.root);
    }

    private void take(Record record) {
        if (record instanceof SOARecord found) {
            soa = found;
        } else if (record instanceof DNSKEYRecord key) {
            keys.add(key);
        } else if (record instanceof RRSIGRecord signature
                && signature.getTypeCovered() == Type.SOA) {
            signing.add(signature.getFootprint());
            signed = signature.getTimeSigned();
            expires = signature.getExpire();
        }
    }

    private @Nullable SignedState state() {
        var found = soa;
        if (found == null) {
            return null;
        }
        return new SignedState(
                found.getSerial(),
                signed,
                signed,
                expires,
                "",
                "",
                Lifetime.of(found.getTTL()),
                Lifetime.of(ttlMax),
                Map.of(),
                keys.stream()
                        .map(k -> KeyMemory.longAgo(k, signing.contains(k.getFootprint())))
                        .toList());
    }
}
