package dev.onoma.server.tls;

import io.netty.handler.ssl.OpenSslServerContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.internal.tcnative.SSLContext;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

/// Lets BoringSSL tell the secrets of the connections of a context. Loaded only where somebody
/// wants a key log.
///
/// The call wants the context of netty-tcnative, which Netty keeps in a protected field; what
/// [ReferenceCountedOpenSslContext#sslCtxPointer] gives is BoringSSL's own, and a call with that
/// ends the process.
final class KeyLogging {
    private static final VarHandle CONTEXT = context();

    private KeyLogging() {}

    private static VarHandle context() {
        try {
            return MethodHandles.privateLookupIn(
                            ReferenceCountedOpenSslContext.class, MethodHandles.lookup())
                    .findVarHandle(ReferenceCountedOpenSslContext.class, "ctx", long.class);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Netty has its context somewhere else", e);
        }
    }

    /// @param log hears a line at a time, on event loops
    static void begin(OpenSslServerContext context, Consumer<byte[]> log) {
        long pointer = (long) CONTEXT.get((ReferenceCountedOpenSslContext) context);
        if (!SSLContext.setKeyLogCallback(pointer, (_, line) -> log.accept(line))) {
            throw new IllegalStateException("BoringSSL takes no key log");
        }
    }
}
