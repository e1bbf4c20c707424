/// Octets to queries, responses to octets.
///
/// [WireQuery] reads a packet as far as it must be read before anybody may see it; [Encoder] writes
/// what goes back. Both are reused by their event loop and allocate nothing.
@NullMarked
package dev.onoma.server.wire;

import org.jspecify.annotations.NullMarked;
