package dev.onoma.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/// Reads certificates from PEM texts (RFC 7468); what stands between them is skipped.
final class Certificates {
    private Certificates() {}

    static List<X509Certificate> read(byte[] text) throws IOException {
        var found = new ArrayList<X509Certificate>();
        for (var section : PemSection.read(text)) {
            if (section.label().equals("CERTIFICATE")
                    || section.label().equals("TRUSTED CERTIFICATE")) {
                found.add(decode(section.octets()));
            }
        }
        return found;
    }

    private static X509Certificate decode(byte[] octets) throws IOException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(octets));
        } catch (CertificateException e) {
            throw new IOException("a certificate that cannot be decoded: " + e.getMessage(), e);
        }
    }
}
