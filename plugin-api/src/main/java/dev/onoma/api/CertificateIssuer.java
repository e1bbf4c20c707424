package dev.onoma.api;

import java.io.IOException;
import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// Gets certificates from an authority that wants to see in the DNS that a domain is ours (ACME,
/// RFC 8555, with challenges of the type dns-01). Found with [java.util.ServiceLoader], as it needs
/// a library that most servers do without.
public interface CertificateIssuer {
    /// What is wanted.
    ///
    /// @param directory of the authority
    /// @param tls for connecting to it
    /// @param email for the account, if the authority is to know one
    /// @param account its key, the same for all orders
    /// @param key of the certificate
    /// @param domains of the certificate, in lower case and ASCII; wildcards too
    /// @param patience for each step of the authority
    record Order(
            URI directory,
            SSLContext tls,
            Optional<String> email,
            KeyPair account,
            KeyPair key,
            List<String> domains,
            Duration patience) {
        public Order {
            domains = List.copyOf(domains);
        }
    }

    /// Where the authority looks for a proof: TXT records that everybody sees while they are shown.
    interface Proofs {
        void show(Name owner, String text);

        void hide(Name owner, String text);
    }

    /// Waits until the authority has issued, which may take minutes.
    ///
    /// @return the certificate with its chain
    /// @throws Refused if the authority says when it may be asked again
    /// @throws IOException if it cannot be reached, or says no
    List<X509Certificate> issue(Order order, Proofs proofs)
            throws IOException, InterruptedException;

    /// The authority has been asked too often.
    final class Refused extends IOException {
        private static final long serialVersionUID = 1L;
        private final @Nullable Instant until;

        public Refused(String message, @Nullable Instant until, Throwable cause) {
            super(message, cause);
            this.until = until;
        }

        /// When it may be asked again, as far as it says.
        public Optional<Instant> until() {
            return Optional.ofNullable(until);
        }
    }
}
