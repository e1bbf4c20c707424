package dev.onoma.plugins.prometheus;

import dev.onoma.api.ServerTls;
import dev.onoma.api.Tls;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// TLS for `/metrics`, on the JDK's sockets. A certificate of files is read again when they change.
final class WebTls {
    private static final Set<Integer> SAN_TYPES = Set.of(1, 2, 6, 7); // mail, DNS, URI, address

    private final SSLContext context;
    private final WebConfiguration.Encryption encryption;
    private final Tls.@Nullable Following files;

    private WebTls(
            SSLContext context,
            WebConfiguration.Encryption encryption,
            Tls.@Nullable Following files) {
        this.context = context;
        this.encryption = encryption;
        this.files = files;
    }

    /// Reads certificate, key and authorities.
    ///
    /// @throws IOException with a sentence for the operator
    static WebTls of(WebConfiguration.Encryption encryption, Tls tls) throws IOException {
        var certificate = encryption.certificate().file();
        var key = encryption.key().file();
        Tls.@Nullable Following files = null;
        Supplier<Tls.Identity> identity;
        if (certificate.isPresent() && key.isPresent()) {
            var followed = tls.follow(certificate.get(), key.get(), Optional.empty());
            files = followed;
            identity = followed::identity;
        } else {
            var fixed =
                    tls.identity(
                            octets(encryption.certificate()),
                            octets(encryption.key()),
                            Optional.empty());
            identity = () -> fixed;
        }
        List<X509Certificate> authorities =
                encryption.clientAuthorities().isEmpty()
                        ? List.of()
                        : authorities(encryption.clientAuthorities().get(), tls);
        var server = new ServerTls(identity, encryption.clientAuth(), authorities);
        return new WebTls(tls.server(server), encryption, files);
    }

    private static List<X509Certificate> authorities(WebConfiguration.Pem pem, Tls tls)
            throws IOException {
        return pem.file().isPresent()
                ? tls.certificates(pem.file().get())
                : tls.certificates(octets(pem));
    }

    private static byte[] octets(WebConfiguration.Pem pem) throws IOException {
        return pem.file().isPresent()
                ? Files.readAllBytes(pem.file().get())
                : pem.text().getBytes(StandardCharsets.UTF_8);
    }

    /// Cipher suites that may be chosen: those with forward secrecy, by the names that Go and the
    /// JDK both have from IANA.
    static Set<String> suites() throws IOException {
        try {
            return Arrays.stream(
                            SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites())
                    .filter(suite -> is13(suite) || suite.startsWith("TLS_ECDHE_"))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS is not possible: " + e.getMessage(), e);
        }
    }

    private static boolean is13(String suite) {
        return suite.startsWith("TLS_AES_") || suite.startsWith("TLS_CHACHA20_");
    }

    /// Looks whether the certificate's files have changed.
    ///
    /// @throws IOException if they have, and cannot be used; the last ones stay
    void refresh() throws IOException {
        if (files != null) {
            var _ = files.refresh();
        }
    }

    /// The connection with TLS on it, after the handshake.
    Socket accept(Socket connection) throws IOException {
        var socket = (SSLSocket) context.getSocketFactory().createSocket(connection, null, true);
        socket.setUseClientMode(false);
        var parameters = socket.getSSLParameters();
        parameters.setProtocols(encryption.protocols().toArray(String[]::new));
        parameters.setCipherSuites(
                Arrays.stream(parameters.getCipherSuites())
                        .filter(this::isSpoken)
                        .toArray(String[]::new));
        if (!encryption.groups().isEmpty()) {
            parameters.setNamedGroups(encryption.groups().toArray(String[]::new));
        }
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        var auth = encryption.clientAuth();
        if (auth.isNeeded()) {
            parameters.setNeedClientAuth(true);
        } else {
            parameters.setWantClientAuth(auth.isAsked());
        }
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        checkClient(socket);
        return socket;
    }

    // As in Go, the list says nothing about TLS 1.3, all of whose suites are good.
    private boolean isSpoken(String suite) {
        return is13(suite)
                || (encryption.suites().isEmpty()
                        ? suite.startsWith("TLS_ECDHE_") && !suite.contains("_CBC_")
                        : encryption.suites().contains(suite));
    }

    private void checkClient(SSLSocket socket) throws IOException {
        if (encryption.clientSans().isEmpty()) {
            return;
        }
        try {
            var certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            var names = certificate.getSubjectAlternativeNames();
            if (names == null || names.stream().noneMatch(this::isAllowed)) {
                throw new SSLPeerUnverifiedException("none of client_allowed_sans");
            }
        } catch (CertificateParsingException e) {
            throw new SSLPeerUnverifiedException(String.valueOf(e.getMessage()));
        }
    }

    private boolean isAllowed(Collection<?> typed) {
        var name = List.copyOf(typed);
        return name.getFirst() instanceof Integer type
                && SAN_TYPES.contains(type)
                && encryption.clientSans().contains(String.valueOf(name.get(1)));
    }
}
