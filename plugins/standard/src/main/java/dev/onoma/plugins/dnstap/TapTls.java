package dev.onoma.plugins.dnstap;

import dev.onoma.api.Tls;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// TLS contexts that only taps need.
final class TapTls {
    private static final char[] NO_PASSWORD = {};

    private TapTls() {}

    /// For those who connect to us.
    ///
    /// @param authorities of their certificates, if they are to show any
    static SSLContext server(Tls.Identity identity, List<X509Certificate> authorities)
            throws IOException {
        try {
            var keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setKeyEntry(
                    "own",
                    identity.key(),
                    NO_PASSWORD,
                    identity.chain().toArray(Certificate[]::new));
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, NO_PASSWORD);
            var context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), trusting(authorities), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate cannot be used: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] trusting(List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        var known = KeyStore.getInstance("PKCS12");
        known.load(null, null);
        for (int i = 0; i < authorities.size(); i++) {
            known.setCertificateEntry("ca" + i, authorities.get(i));
        }
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(known);
        return managers.getTrustManagers();
    }
}
