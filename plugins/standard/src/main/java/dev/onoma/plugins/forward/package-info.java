/// The `forward` plugin: asks other DNS servers.
///
/// Start at [ForwardHandler], one for each stanza. A [Flight] is one question on its way, from the
/// first datagram to the result; a [Lane] holds what one event loop needs for that, its sockets
/// above all; an [Upstream] is what all loops know about a server. [ForwardOptions] reads the
/// Corefile. The manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.forward;

import org.jspecify.annotations.NullMarked;
