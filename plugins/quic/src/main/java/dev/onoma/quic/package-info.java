/// Listeners over QUIC (RFC 9000), whatever is spoken on it.
///
/// Start at [QuicListener], which opens the sockets. [Connection] is the life of a connection,
/// [Exchange] that of a stream; a [Dialect] says what goes over them. [RetryTokens] and
/// [Certificates] are for the handshake. The QUIC itself is Netty's, whose library is loaded when a
/// listener opens.
@NullMarked
package dev.onoma.quic;

import org.jspecify.annotations.NullMarked;
