package dev.onoma.api;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/// Certificates and keys from PEM files, and TLS contexts for those who connect to others.
///
/// A service of the process: `block.service(Tls.class)`. Nothing of it is loaded before it is asked
/// for something. Reading blocks, so it belongs into [Plugin#setup]. Private keys may be PKCS#8,
/// PKCS#1 or SEC1, with or without a password; RSA, EC or EdDSA.
///
/// ```java
/// case "tls" -> context = block.service(Tls.class).client(property.arguments(Tls.USAGE), block);
/// ...
/// var engine = Tls.engine(context, serverName, 853); // wherever a connection begins
/// ```
public interface Tls {
    /// What may follow the word `tls` of an upstream.
    String USAGE = "[CERT KEY] [CA]";

    /// What nobody should speak any less than, newest last.
    List<String> PROTOCOLS = List.of("TLSv1.2", "TLSv1.3");

    /// The files of a client.
    ///
    /// @param certificate of the client, with the chain behind it; there if the key is
    /// @param key of the certificate
    /// @param authorities that the other side's certificate must come from; else those of the
    ///   machine
    record ClientFiles(Optional<Path> certificate, Optional<Path> key, Optional<Path> authorities) {
        /// Nothing but the machine's authorities.
        public static final ClientFiles NONE =
                new ClientFiles(Optional.empty(), Optional.empty(), Optional.empty());

        /// Reads `[CERT KEY] [CA]`: none, CA; CERT and KEY; or all three.
        ///
        /// @throws CorefileException if there are more words
        public static ClientFiles read(Arguments arguments, ServerBlock block) {
            var files = arguments.rest().stream().map(block::file).toList();
            return switch (files.size()) {
                case 0 -> NONE;
                case 1 ->
                        new ClientFiles(
                                Optional.empty(), Optional.empty(), Optional.of(files.get(0)));
                case 2 -> of(files, Optional.empty());
                case 3 -> of(files, Optional.of(files.get(2)));
                default ->
                        throw arguments.wrong(
                                "maximum of three arguments allowed for TLS config, found "
                                        + files.size());
            };
        }

        private static ClientFiles of(List<Path> files, Optional<Path> authorities) {
            return new ClientFiles(
                    Optional.of(files.get(0)), Optional.of(files.get(1)), authorities);
        }
    }

    /// Who one is to others.
    ///
    /// @param key private, of the first certificate
    /// @param chain that certificate, then those of its authorities
    record Identity(PrivateKey key, List<X509Certificate> chain) {
        public Identity {
            chain = List.copyOf(chain);
        }
    }

    /// Reads a certificate with its chain, and its key.
    ///
    /// @param password of the key, if it is encrypted
    /// @throws IOException with a sentence for the operator: a file that is not there, holds
    ///   something else, or a key that is not the certificate's
    Identity identity(Path certificate, Path key, Optional<String> password) throws IOException;

    /// The same, for as long as somebody wants it: files that change are read again.
    ///
    /// @throws IOException if they cannot be used now
    Following follow(Path certificate, Path key, Optional<String> password) throws IOException;

    /// A certificate and key that may be others later. Any thread.
    interface Following {
        /// The present one. Quick: no file is looked at.
        Identity identity();

        /// Looks whether the files have changed, and reads them if so.
        ///
        /// @return whether there is another identity now
        /// @throws IOException if they have, and cannot be used; everything stays as it is
        boolean refresh() throws IOException;
    }

    /// The same from PEM texts.
    Identity identity(byte[] certificate, byte[] key, Optional<String> password) throws IOException;

    /// Reads all certificates of a file.
    ///
    /// @return at least one
    /// @throws IOException with a sentence for the operator
    List<X509Certificate> certificates(Path file) throws IOException;

    /// All certificates of a PEM text.
    List<X509Certificate> certificates(byte[] text) throws IOException;

    /// A context for connecting to others. A certificate of its own is read again when its files
    /// have changed; connections that there are stay as they are.
    ///
    /// @throws IOException with a sentence for the operator
    SSLContext client(ClientFiles files) throws IOException;

    /// A context for connecting to others.
    ///
    /// @param authorities that certificates must come from; those of the machine if empty
    SSLContext client(Optional<Identity> own, List<X509Certificate> authorities) throws IOException;

    /// A context for answering others over blocking sockets. Who one is is asked at each handshake;
    /// whether clients are asked is for the sockets to be told ([ServerTls.ClientAuth]).
    ///
    /// @throws IOException with a sentence for the operator
    SSLContext server(ServerTls tls) throws IOException;

    /// A context for connecting to whoever is there, because the operator says so in so many words
    /// (`skipverify`, `insecure-skip-tls-verify`): no certificate and no name is looked at.
    ///
    /// @throws IOException with a sentence for the operator
    static SSLContext trustingAnybody(Optional<Identity> own) throws IOException {
        return Anybody.trusting(own);
    }

    /// A context from the words of a Corefile, [#USAGE].
    ///
    /// @throws CorefileException if a file cannot be read
    default SSLContext client(Arguments arguments, ServerBlock block) {
        var files = ClientFiles.read(arguments, block);
        try {
            return client(files);
        } catch (IOException e) {
            throw arguments.wrong(String.valueOf(e.getMessage()));
        }
    }

    /// The client's side of one connection: TLS 1.2 or 1.3, and the other side's certificate must
    /// be for this name.
    ///
    /// @param serverName a name, which is also said to the server (SNI), or an IP address
    static SSLEngine engine(SSLContext context, String serverName, int port) {
        var engine = context.createSSLEngine(serverName, port);
        engine.setUseClientMode(true);
        var parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(PROTOCOLS.toArray(String[]::new));
        engine.setSSLParameters(parameters);
        return engine;
    }
}
