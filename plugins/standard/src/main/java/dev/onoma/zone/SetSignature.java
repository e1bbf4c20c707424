package dev.onoma.zone;

import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.time.Instant;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed448PrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.Ed448Signer;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.util.BigIntegers;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DNSSEC.Algorithm;
import org.xbill.DNS.DNSSEC.DNSSECException;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;

/// A signature over a set of records: on curves by BouncyCastle, which takes a half to a twentieth
/// of the JDK's time (`SigningBenchmark`), with RSA by the JDK, which is the faster one there.
///
/// ECDSA takes no random number (RFC 6979): one set has one signature, and a machine with bad
/// random numbers does not give its key away.
final class SetSignature {
    private static final byte[] NONE = {};

    private SetSignature() {}

    static RRSIGRecord of(
            RRset set, DNSKEYRecord key, PrivateKey secret, Instant inception, Instant expiration)
            throws DNSSECException {
        return switch (key.getAlgorithm()) {
            case Algorithm.ECDSAP256SHA256,
                    Algorithm.ECDSAP384SHA384,
                    Algorithm.ED25519,
                    Algorithm.ED448 -> {
                var data = DNSSEC.digestRRset(record(set, key, inception, expiration, NONE), set);
                var octets = signature(key.getAlgorithm(), secret, data);
                yield record(set, key, inception, expiration, octets);
            }
            default -> DNSSEC.sign(set, key, secret, inception, expiration);
        };
    }

    private static RRSIGRecord record(
            RRset set, DNSKEYRecord key, Instant inception, Instant expiration, byte[] signature) {
        return new RRSIGRecord(
                set.getName(),
                set.getDClass(),
                set.getTTL(),
                set.getType(),
                key.getAlgorithm(),
                set.getTTL(),
                expiration,
                inception,
                key.getFootprint(),
                key.getName(),
                signature);
    }

    private static byte[] signature(int algorithm, PrivateKey secret, byte[] data) {
        return switch (algorithm) {
            case Algorithm.ECDSAP256SHA256 ->
                    ecdsa(P256.CURVE, new SHA256Digest(), new SHA256Digest(), secret, data);
            case Algorithm.ECDSAP384SHA384 ->
                    ecdsa(P384.CURVE, new SHA384Digest(), new SHA384Digest(), secret, data);
            case Algorithm.ED25519 -> {
                var key = new Ed25519PrivateKeyParameters(seed(secret));
                yield edwards(new Ed25519Signer(), key, data);
            }
            default -> {
                var key = new Ed448PrivateKeyParameters(seed(secret));
                yield edwards(new Ed448Signer(NONE), key, data);
            }
        };
    }

    // RFC 6605, section 4: both numbers, each as long as the curve's.
    private static byte[] ecdsa(
            ECDomainParameters curve,
            Digest hash,
            Digest forNonce,
            PrivateKey secret,
            byte[] data) {
        hash.update(data, 0, data.length);
        var digest = new byte[hash.getDigestSize()];
        hash.doFinal(digest, 0);
        var signer = new ECDSASigner(new HMacDSAKCalculator(forNonce));
        signer.init(true, new ECPrivateKeyParameters(((ECPrivateKey) secret).getS(), curve));
        var numbers = signer.generateSignature(digest);
        int length = digest.length;
        var octets = new byte[2 * length];
        BigIntegers.asUnsignedByteArray(numbers[0], octets, 0, length);
        BigIntegers.asUnsignedByteArray(numbers[1], octets, length, length);
        return octets;
    }

    private static byte[] seed(PrivateKey secret) {
        return ((EdECPrivateKey) secret).getBytes().orElseThrow();
    }

    // RFC 8080.
    private static byte[] edwards(Signer signer, AsymmetricKeyParameter key, byte[] data) {
        signer.init(true, key);
        signer.update(data, 0, data.length);
        try {
            return signer.generateSignature();
        } catch (CryptoException e) {
            throw new IllegalStateException("a key that was proved does not sign", e);
        }
    }

    private static ECDomainParameters curve(String name) {
        return new ECDomainParameters(CustomNamedCurves.getByName(name));
    }

    /// Made when the first key on it signs.
    private static final class P256 {
        static final ECDomainParameters CURVE = curve("P-256");
    }

    /// Made when the first key on it signs.
    private static final class P384 {
        static final ECDomainParameters CURVE = curve("P-384");
    }
}
