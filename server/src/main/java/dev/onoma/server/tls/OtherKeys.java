package dev.onoma.server.tls;

import java.io.IOException;
import java.io.StringReader;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.EncryptionException;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.bc.BcPEMDecryptorProvider;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;

/// PKCS#1, SEC1 and encrypted private keys.
final class OtherKeys {
    private OtherKeys() {}

    /// Turns one into plain PKCS#8.
    static byte[] toPkcs8(String section, Optional<String> password) throws IOException {
        try (var parser = new PEMParser(new StringReader(section))) {
            return toPkcs8(parser.readObject(), password).getEncoded();
        } catch (EncryptionException | PKCSException e) {
            throw new IOException("the password of the private key is not the right one", e);
        } catch (OperatorCreationException e) {
            throw new IOException("a private key encrypted in an unknown way", e);
        }
    }

    private static PrivateKeyInfo toPkcs8(Object parsed, Optional<String> password)
            throws IOException, OperatorCreationException, PKCSException {
        return switch (parsed) {
            case PEMKeyPair pair -> pair.getPrivateKeyInfo();
            case PEMEncryptedKeyPair locked ->
                    locked.decryptKeyPair(new BcPEMDecryptorProvider(given(password)))
                            .getPrivateKeyInfo();
            case PKCS8EncryptedPrivateKeyInfo locked ->
                    locked.decryptPrivateKeyInfo(
                            new JceOpenSSLPKCS8DecryptorProviderBuilder()
                                    .setProvider(new BouncyCastleProvider())
                                    .build(given(password)));
            case PrivateKeyInfo plain -> plain;
            case null, default -> throw new IOException("a private key of an unknown kind");
        };
    }

    private static char[] given(Optional<String> password) throws IOException {
        return password.orElseThrow(() ->
                        new IOException("the private key is encrypted, and no password given"))
                .toCharArray();
    }
}
