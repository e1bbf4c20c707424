package dev.onoma.server.tls;

import dev.onoma.api.Tls;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// The JDK's view of an identity that may be another at the next handshake.
///
/// A handshake asks for an alias first, then for chain and key of it, which must fit together: the
/// alias names a generation, and the last two are remembered.
final class IdentityKeyManager extends X509ExtendedKeyManager {
    private final Supplier<Tls.Identity> identity;
    private final AtomicReference<List<Tls.Identity>> known = new AtomicReference<>(List.of());

    IdentityKeyManager(Supplier<Tls.Identity> identity) {
        this.identity = identity;
    }

    private @Nullable String alias(String... keyTypes) {
        var now = identity.get();
        var kind = now.key().getAlgorithm();
        if (List.of(keyTypes).stream().noneMatch(t -> t.equals(kind) || t.startsWith(kind + "_"))) {
            return null;
        }
        known.updateAndGet(last ->
                !last.isEmpty() && last.getFirst() == now
                        ? last
                        : last.isEmpty() ? List.of(now) : List.of(now, last.getFirst()));
        return Integer.toHexString(System.identityHashCode(now));
    }

    private Tls.@Nullable Identity known(String alias) {
        return known.get().stream()
                .filter(i -> Integer.toHexString(System.identityHashCode(i)).equals(alias))
                .findFirst()
                .orElse(null);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return alias(keyTypes);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return alias(keyType);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return alias(keyTypes);
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return alias(keyType);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        var found = known(alias);
        return found == null ? null : found.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        var found = known(alias);
        return found == null ? null : found.key();
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        var alias = alias(keyType);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return getClientAliases(keyType, issuers);
    }
}
