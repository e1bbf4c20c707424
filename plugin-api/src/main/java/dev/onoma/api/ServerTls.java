package dev.onoma.api;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Who the encrypted listeners of a server block are, and whether they ask clients the same. Set by
/// `tls`.
///
/// @param identity the present one; asked when a connection begins, so it is quick
/// @param clientAuth what is asked of clients
/// @param authorities that certificates of clients come from; those of the machine if empty
/// @param keyLog hears the secrets of connections, a line each in the format of NSS key logs, on
///   their event loops; only with BoringSSL
public record ServerTls(
        Supplier<Tls.Identity> identity,
        ClientAuth clientAuth,
        List<X509Certificate> authorities,
        Optional<Consumer<byte[]>> keyLog) {
    public ServerTls {
        authorities = List.copyOf(authorities);
    }

    /// Without a log of keys.
    public ServerTls(
            Supplier<Tls.Identity> identity,
            ClientAuth clientAuth,
            List<X509Certificate> authorities) {
        this(identity, clientAuth, authorities, Optional.empty());
    }

    /// What is asked of clients, by the words of a Corefile.
    public enum ClientAuth {
        /// Nothing.
        NOCERT(false, false, false),
        /// A certificate, which may be missing and is not looked at.
        REQUEST(true, false, false),
        /// A certificate, which is not looked at.
        REQUIRE(true, true, false),
        /// A certificate, which may be missing.
        VERIFY_IF_GIVEN(true, false, true),
        /// A certificate of an authority.
        REQUIRE_AND_VERIFY(true, true, true);

        private final boolean asked;
        private final boolean needed;
        private final boolean verified;

        ClientAuth(boolean asked, boolean needed, boolean verified) {
            this.asked = asked;
            this.needed = needed;
            this.verified = verified;
        }

        /// Whether the client is asked for a certificate.
        public boolean isAsked() {
            return asked;
        }

        /// Whether there is no connection without one.
        public boolean isNeeded() {
            return needed;
        }

        /// Whether it must come from an authority.
        public boolean isVerified() {
            return verified;
        }
    }
}
