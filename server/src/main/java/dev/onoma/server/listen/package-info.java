/// The front ends: what comes in over a socket becomes a query, and its outcome a response.
///
/// [Worker] belongs to one event loop and is the one place where every transport hands its packets
/// in; [UdpFrontEnd] and [TcpConnection] only turn their framing into that call and its result
/// back.
@NullMarked
package dev.onoma.server.listen;

import org.jspecify.annotations.NullMarked;
