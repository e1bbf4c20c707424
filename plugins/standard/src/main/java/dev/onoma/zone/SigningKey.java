package dev.onoma.zone;

import dev.onoma.api.FileErrors;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DNSSEC.Algorithm;
import org.xbill.DNS.DNSSEC.DNSSECException;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;

/// A key of a zone, as the tools of BIND write it: `K<name>+<algorithm>+<tag>.key` with the DNSKEY
/// record, and `.private` with the numbers of the private key, format 1.2 or 1.3.
///
/// @param record the DNSKEY record
/// @param times when it is to be used
public record SigningKey(DNSKEYRecord record, PrivateKey secret, KeyTimes times) {
    private static final long TTL_DEFAULT = 3600;

    /// Whether this signs keys (SEP, RFC 4034, section 2.1.1).
    public boolean isKeySigning() {
        return (record.getFlags() & DNSKEYRecord.Flags.SEP_KEY) != 0;
    }

    /// Whether the algorithm is one that nobody should sign with any more (RFC 9904).
    public boolean isWeak() {
        return record.getAlgorithm() == Algorithm.RSASHA1
                || record.getAlgorithm() == Algorithm.RSA_NSEC3_SHA1;
    }

    /// This key for a zone.
    public SigningKey owned(org.xbill.DNS.Name zone) {
        var owned =
                new DNSKEYRecord(
                        zone,
                        DClass.IN,
                        record.getTTL(),
                        record.getFlags(),
                        record.getProtocol(),
                        record.getAlgorithm(),
                        record.getKey());
        return new SigningKey(owned, secret, times);
    }

    /// A signature over a set of the zone.
    public RRSIGRecord sign(RRset set, Instant inception, Instant expiration)
            throws DNSSECException {
        return SetSignature.of(set, record, secret, inception, expiration);
    }

    /// Reads a key.
    ///
    /// @param base the file name without `.key` and `.private`
    /// @throws IOException with what is wrong with it
    public static SigningKey read(Path base) throws IOException {
        var publicFile = publicFile(base);
        var privateFile = privateFile(base);
        try {
            var record = dnskey(publicFile);
            var fields = fields(privateFile);
            int algorithm = record.getAlgorithm();
            if (!fields.getOrDefault("Algorithm", "").split(" ", 2)[0].equals("" + algorithm)) {
                throw new IOException(
                        "%s: its algorithm is not that of %s".formatted(privateFile, publicFile));
            }
            var key = new SigningKey(record, secret(algorithm, fields), KeyTimes.of(fields));
            key.prove();
            return key;
        } catch (FileSystemException e) {
            throw new IOException("open " + FileErrors.named(e), e);
        } catch (GeneralSecurityException | DNSSECException | IllegalArgumentException e) {
            throw new IOException(
                    "%s: no key that signs for %s: %s"
                            .formatted(privateFile, publicFile, e.getMessage()),
                    e);
        }
    }

    /// The file with the DNSKEY record.
    ///
    /// @param base the file name without `.key` and `.private`
    public static Path publicFile(Path base) {
        return base.resolveSibling(base.getFileName() + ".key");
    }

    /// The file with the private key.
    ///
    /// @param base the file name without `.key` and `.private`
    public static Path privateFile(Path base) {
        return base.resolveSibling(base.getFileName() + ".private");
    }

    /// What is said of a file that is not there.
    public static IOException missing(Path file) {
        return new IOException("open %s: no such file or directory".formatted(file));
    }

    /// Of the keys of a zone those that sign a set: keys for keys, where there are others of their
    /// algorithm beside them, sign the DNSKEY records and what is made of them, and nothing else.
    /// Each algorithm signs each set (RFC 4035, section 2.2).
    public static List<SigningKey> signers(List<SigningKey> all, boolean forKeys) {
        return all.stream().filter(k -> !isSplit(all, k) || k.isKeySigning() == forKeys).toList();
    }

    private static boolean isSplit(List<SigningKey> all, SigningKey key) {
        return all.stream()
                .anyMatch(k ->
                        k.record.getAlgorithm() == key.record.getAlgorithm()
                                && k.isKeySigning() != key.isKeySigning());
    }

    private static DNSKEYRecord dnskey(Path file) throws IOException {
        var text = new StringBuilder();
        for (var line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
            text.append(line.replaceFirst(";.*", "")).append('\n');
        }
        try (var master =
                new org.xbill.DNS.Master(
                        new java.io.ByteArrayInputStream(
                                text.toString().getBytes(StandardCharsets.ISO_8859_1)),
                        org.xbill.DNS.Name.root,
                        TTL_DEFAULT)) {
            if (master.nextRecord() instanceof DNSKEYRecord key) {
                if ((key.getFlags() & DNSKEYRecord.Flags.ZONE_KEY) == 0) {
                    throw new IOException(file + ": the DNSKEY record is not that of a zone key");
                }
                return key;
            }
        }
        throw new IOException(file + ": no public key found");
    }

    private static Map<String, String> fields(Path file) throws IOException {
        var fields = new HashMap<String, String>();
        for (var line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
            }
        }
        if (!fields.getOrDefault("Private-key-format", "").startsWith("v1.")) {
            throw new IOException(file + ": no private key found");
        }
        return fields;
    }

    private static PrivateKey secret(int algorithm, Map<String, String> fields)
            throws GeneralSecurityException {
        return switch (algorithm) {
            case Algorithm.RSASHA1,
                    Algorithm.RSA_NSEC3_SHA1,
                    Algorithm.RSASHA256,
                    Algorithm.RSASHA512 ->
                    rsa(fields);
            case Algorithm.ECDSAP256SHA256 -> ec("secp256r1", fields);
            case Algorithm.ECDSAP384SHA384 -> ec("secp384r1", fields);
            case Algorithm.ED25519 -> edwards(NamedParameterSpec.ED25519, fields);
            case Algorithm.ED448 -> edwards(NamedParameterSpec.ED448, fields);
            default ->
                    throw new GeneralSecurityException(
                            "algorithm %d is not for signing".formatted(algorithm));
        };
    }

    private static byte[] octets(Map<String, String> fields, String name)
            throws GeneralSecurityException {
        var text = fields.get(name);
        if (text == null) {
            throw new GeneralSecurityException("there is no " + name);
        }
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            // Its message shows a character of the secret.
            throw new GeneralSecurityException(name + " is not base64");
        }
    }

    private static BigInteger number(Map<String, String> fields, String name)
            throws GeneralSecurityException {
        return new BigInteger(1, octets(fields, name));
    }

    private static PrivateKey rsa(Map<String, String> fields) throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA")
                .generatePrivate(
                        new RSAPrivateCrtKeySpec(
                                number(fields, "Modulus"),
                                number(fields, "PublicExponent"),
                                number(fields, "PrivateExponent"),
                                number(fields, "Prime1"),
                                number(fields, "Prime2"),
                                number(fields, "Exponent1"),
                                number(fields, "Exponent2"),
                                number(fields, "Coefficient")));
    }

    private static PrivateKey ec(String curve, Map<String, String> fields)
            throws GeneralSecurityException {
        var parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(curve));
        var spec = parameters.getParameterSpec(ECParameterSpec.class);
        return KeyFactory.getInstance("EC")
                .generatePrivate(new ECPrivateKeySpec(number(fields, "PrivateKey"), spec));
    }

    private static PrivateKey edwards(NamedParameterSpec curve, Map<String, String> fields)
            throws GeneralSecurityException {
        return KeyFactory.getInstance(curve.getName())
                .generatePrivate(new EdECPrivateKeySpec(curve, octets(fields, "PrivateKey")));
    }

    // A public and a private key that do not belong together make a zone bogus.
    private void prove() throws DNSSECException {
        Record sample = new TXTRecord(record.getName(), DClass.IN, 0, "sample");
        var set = new RRset(sample);
        var now = Instant.now();
        DNSSEC.verify(set, sign(set, now.minusSeconds(60), now.plusSeconds(60)), record, now);
    }
}
