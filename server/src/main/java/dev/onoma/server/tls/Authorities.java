package dev.onoma.server.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Whom to trust: certain authorities, or those of the machine, which Go programs find in these
/// files too. Those are read once, when first needed: there are well over a hundred.
final class Authorities {
    private static final List<String> BUNDLES =
            List.of(
                    "/etc/ssl/certs/ca-certificates.crt",
                    "/etc/pki/tls/certs/ca-bundle.crt",
                    "/etc/ssl/ca-bundle.pem",
                    "/etc/pki/tls/cacert.pem",
                    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                    "/etc/ssl/cert.pem");

    private final Map<String, String> environment;
    private TrustManager @Nullable [] ofMachine;

    Authorities(Map<String, String> environment) {
        this.environment = environment;
    }

    /// Those of the file that `SSL_CERT_FILE` names, else of the machine, else of the JDK.
    synchronized TrustManager[] ofMachine() throws IOException, GeneralSecurityException {
        var known = ofMachine;
        if (known == null) {
            known = read();
            ofMachine = known;
        }
        return known;
    }

    private TrustManager[] read() throws IOException, GeneralSecurityException {
        var bundle =
                Stream.concat(Stream.ofNullable(environment.get("SSL_CERT_FILE")), BUNDLES.stream())
                        .map(Path::of)
                        .filter(Files::isReadable)
                        .findFirst();
        return bundle.isEmpty()
                ? managers(null)
                : only(Certificates.read(Files.readAllBytes(bundle.get())));
    }

    /// These, and nobody else.
    static TrustManager[] only(List<X509Certificate> roots)
            throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < roots.size(); i++) {
            store.setCertificateEntry("root" + i, roots.get(i));
        }
        return managers(store);
    }

    private static TrustManager[] managers(@Nullable KeyStore store)
            throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
