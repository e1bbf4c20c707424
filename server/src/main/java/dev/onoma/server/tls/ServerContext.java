package dev.onoma.server.tls;

import dev.onoma.api.ServerTls;
import dev.onoma.api.Tls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslServerContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The server's side of TLS for the listeners of one address: a context for each certificate that
/// its files have had, made beside the start, or when a connection first needs it.
///
/// BoringSSL where there is its library, else the JDK. TLS 1.2 and 1.3, and of 1.2 only suites with
/// forward secrecy and authenticated encryption. Sessions are resumed by tickets, so that nothing
/// is remembered of connections that are over; no early data. Any thread.
///
/// Who resumes a session shows no certificate again. So where clients are asked for one, tickets
/// are good for this context alone, and those of others, which may not have asked, are not.
public final class ServerContext {
    private static final List<String> CIPHERS =
            List.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    // Where Netty keeps a key for the JDK. The usual kind encrypts it in 10,000 rounds, and again
    // to read it: enough for the large compiler to take 28 MiB for that.
    private static final String KEY_STORE = "JKS";

    private final ServerTls tls;
    private final List<String> protocols;
    private final PemTls authorities;
    private final SessionTickets tickets;
    private volatile @Nullable Built built;

    private record Built(Tls.Identity identity, SslContext context) {}

    ServerContext(
            ServerTls tls, List<String> protocols, PemTls authorities, SessionTickets tickets) {
        this.tls = tls;
        this.protocols = List.copyOf(protocols);
        this.authorities = authorities;
        this.tickets = tickets;
    }

    /// The handler of one connection. Deadlines are the connection's own.
    ///
    /// @throws SSLException if there is no certificate that can be used now
    public SslHandler handler(ByteBufAllocator allocator) throws SSLException {
        var handler = context().newHandler(allocator);
        handler.setHandshakeTimeoutMillis(0);
        if (isForHttps()) {
            // A record for each write, as dnsperf wants records that Netty would not make.
            handler.setWrapDataSize(0);
        }
        return handler;
    }

    /// Whether a client that has said this may speak here. Where HTTP is spoken, who names other
    /// protocols only is refused (RFC 7301, section 3.2); over TLS alone he is served, as by
    /// CoreDNS, which knows no name for that.
    public boolean speaks(ByteBuf greeting) {
        return protocols.contains("dot") || !ClientHello.wantsOthers(greeting, protocols);
    }

    // What gRPC has is "h2" alone.
    private boolean isForHttps() {
        return protocols.contains("http/1.1");
    }

    /// Makes the context before a connection needs it: an event loop would stand still while all
    /// that is loaded.
    public void prepare() {
        try {
            var _ = context();
        } catch (SSLException | RuntimeException _) {
            // No certificate yet, or none that can be used: whoever connects hears of it.
        }
    }

    private SslContext context() throws SSLException {
        var identity = tls.identity().get();
        var last = built;
        if (last == null || last.identity() != identity) {
            last = build(identity);
        }
        if (last.context() instanceof OpenSslServerContext open && !tls.clientAuth().isAsked()) {
            tickets.renew(open);
        }
        return last.context();
    }

    private synchronized Built build(Tls.Identity identity) throws SSLException {
        var last = built;
        if (last != null && last.identity() == identity) {
            return last;
        }
        var builder =
                SslContextBuilder.forServer(identity.key(), identity.chain())
                        .keyStoreType(KEY_STORE)
                        .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                        .protocols(Tls.PROTOCOLS)
                        .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                        .applicationProtocolConfig(
                                new ApplicationProtocolConfig(
                                        Protocol.ALPN,
                                        SelectorFailureBehavior.NO_ADVERTISE,
                                        SelectedListenerFailureBehavior.ACCEPT,
                                        protocols));
        askClients(builder);
        var context = builder.build();
        if (context instanceof OpenSslServerContext open) {
            // With keys of its own unless it gets those of all.
            open.sessionContext().setSessionCacheEnabled(false);
        }
        tls.keyLog().ifPresent(log -> logKeys(context, log));
        var next = new Built(identity, context);
        built = next;
        return next;
    }

    // JDK's TLS has no way to tell its secrets.
    private static void logKeys(SslContext context, Consumer<byte[]> log) {
        if (context instanceof OpenSslServerContext open) {
            KeyLogging.begin(open, log);
        }
    }

    private void askClients(SslContextBuilder builder) throws SSLException {
        var auth = tls.clientAuth();
        if (!auth.isAsked()) {
            return;
        }
        builder.clientAuth(auth.isNeeded() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
        builder.trustManager(authorities.clientsOf(tls));
    }
}
