package dev.onoma.api;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Looks at no certificate. Extended, so that host names are not looked at either.
final class Anybody extends X509ExtendedTrustManager {
    static SSLContext trusting(Optional<Tls.Identity> own) throws IOException {
        try {
            @Nullable KeyManager[] keys = null;
            if (own.isPresent()) {
                var store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                var identity = own.get();
                store.setKeyEntry(
                        "own",
                        identity.key(),
                        new char[0],
                        identity.chain().toArray(X509Certificate[]::new));
                var factory = KeyManagerFactory.getInstance("PKIX");
                factory.init(store, new char[0]);
                keys = factory.getKeyManagers();
            }
            var context = SSLContext.getInstance("TLS");
            context.init(keys, new TrustManager[] {new Anybody()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS is not possible: " + e.getMessage(), e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
