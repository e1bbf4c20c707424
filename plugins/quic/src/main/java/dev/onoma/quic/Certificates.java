package dev.onoma.quic;

import dev.onoma.api.ListenerHost;
import dev.onoma.api.ServerTls;
import dev.onoma.api.Tls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/// TLS for the connections of a listener: a context for each certificate that its files have had.
/// No early data, which anybody could play again. Any thread.
///
/// Who resumes a session shows no certificate again, so where clients are asked for one, tickets
/// are good for this context alone.
final class Certificates {
    private final ListenerHost host;
    private final String protocol;
    private final TicketKeys tickets = new TicketKeys(System::nanoTime);
    private volatile @Nullable Built built;

    private record Built(ServerTls tls, Tls.Identity identity, QuicSslContext context) {
        boolean isFor(ServerTls wanted, Tls.Identity present) {
            return tls == wanted && identity == present;
        }
    }

    Certificates(ListenerHost host, String protocol) {
        this.host = host;
        this.protocol = protocol;
    }

    /// For a connection that begins.
    QuicSslEngine engine(ByteBufAllocator allocator) {
        var tls =
                host.setting(ServerTls.class)
                        .orElseThrow(() -> new IllegalStateException("no certificate"));
        var identity = tls.identity().get();
        var last = built;
        if (last == null || !last.isFor(tls, identity)) {
            last = new Built(tls, identity, build(tls, identity));
            built = last;
        }
        if (!tls.clientAuth().isAsked()) {
            tickets.tell(last.context());
        }
        return last.context().newEngine(allocator);
    }

    // Not in the usual kind of key store, which encrypts a key in 10,000 rounds, and again to read
    // it.
    private static KeyManagerFactory keys(PrivateKey key, X509Certificate[] chain) {
        var password = new char[0];
        try {
            var store = KeyStore.getInstance("JKS");
            store.load(null, password);
            store.setKeyEntry("key", key, password, chain);
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            return keys;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the key cannot be used for QUIC", e);
        }
    }

    private QuicSslContext build(ServerTls tls, Tls.Identity identity) {
        var chain = identity.chain().toArray(X509Certificate[]::new);
        var builder =
                QuicSslContextBuilder.forServer(keys(identity.key(), chain), null)
                        .applicationProtocols(protocol)
                        .earlyData(false);
        var auth = tls.clientAuth();
        if (auth.isAsked()) {
            builder.clientAuth(auth.isNeeded() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
        }
        if (!auth.isVerified()) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        } else if (!tls.authorities().isEmpty()) {
            builder.trustManager(tls.authorities().toArray(X509Certificate[]::new));
        }
        tls.keyLog()
                .ifPresent(log ->
                        builder.keylog(
                                (_, line) -> log.accept(line.getBytes(StandardCharsets.US_ASCII))));
        return builder.build();
    }
}
