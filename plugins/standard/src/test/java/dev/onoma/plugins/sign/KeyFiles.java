package dev.onoma.plugins.sign;

import dev.onoma.api.Names;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DNSSEC.DNSSECException;

/// Keys in files, as `dnssec-keygen` makes them and `dnssec-settime` changes them.
final class KeyFiles {
    static final int KSK = 257;
    static final int ZSK = 256;

    private static final DateTimeFormatter FORM =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

    private final Path folder;
    private final Map<Path, String> secrets = new TreeMap<>();
    private final Map<Path, Map<String, Instant>> times = new TreeMap<>();

    KeyFiles(Path folder) {
        this.folder = folder;
    }

    /// Makes a key without times.
    ///
    /// @return its file without `.key` and `.private`
    Path make(String zone, int flags, int algorithm)
            throws IOException, GeneralSecurityException, DNSSECException {
        Files.createDirectories(folder);
        var pair = pair(algorithm);
        var record =
                new DNSKEYRecord(
                        Names.of(zone),
                        DClass.IN,
                        3600,
                        flags,
                        DNSKEYRecord.Protocol.DNSSEC,
                        algorithm,
                        pair.getPublic());
        var file =
                folder.resolve("K%s+%03d+%05d".formatted(zone, algorithm, record.getFootprint()));
        Files.writeString(
                file.resolveSibling(file.getFileName() + ".key"),
                "; a key\n%s IN DNSKEY %s\n".formatted(zone, record.rdataToString()));
        secrets.put(
                file,
                """
                Private-key-format: v1.3
                Algorithm: %d (%s)
                PrivateKey: %s
                """
                        .formatted(algorithm, DNSSEC.Algorithm.string(algorithm), scalar(pair)));
        write(file);
        return file;
    }

    private static KeyPair pair(int algorithm) throws GeneralSecurityException {
        var curve =
                switch (algorithm) {
                    case 13 -> "secp256r1";
                    case 14 -> "secp384r1";
                    default -> "";
                };
        if (curve.isEmpty()) {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        }
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private static String scalar(KeyPair pair) {
        var octets =
                switch (pair.getPrivate()) {
                    case ECPrivateKey key ->
                            fixed(key.getS(), (key.getParams().getOrder().bitLength() + 7) / 8);
                    case EdECPrivateKey key -> key.getBytes().orElseThrow();
                    default -> throw new AssertionError("no such key");
                };
        return Base64.getEncoder().encodeToString(octets);
    }

    private static byte[] fixed(BigInteger number, int size) {
        var octets = number.toByteArray();
        var fixed = new byte[size];
        int length = Math.min(size, octets.length);
        System.arraycopy(octets, octets.length - length, fixed, size - length, length);
        return Arrays.copyOf(fixed, size);
    }

    /// Sets a time of a key, which has those that it has from then on.
    void time(Path file, String name, Instant time) throws IOException {
        times.computeIfAbsent(file, _ -> new TreeMap<>()).put(name, time);
        write(file);
    }

    private void write(Path file) throws IOException {
        var text = new StringBuilder(secrets.get(file));
        times.getOrDefault(file, Map.of())
                .forEach((name, time) ->
                        text.append(name).append(": ").append(FORM.format(time)).append('\n'));
        Files.writeString(file.resolveSibling(file.getFileName() + ".private"), text);
    }

    /// Takes a key away.
    void delete(Path file) throws IOException {
        for (var suffix : new String[] {".key", ".private"}) {
            Files.delete(file.resolveSibling(file.getFileName() + suffix));
        }
    }

    /// The tag of a key.
    static int tag(Path file) {
        var name = file.toString();
        return Integer.parseInt(name.substring(name.lastIndexOf('+') + 1));
    }
}
