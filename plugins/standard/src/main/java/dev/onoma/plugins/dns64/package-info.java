/// The `dns64` plugin: IPv6 addresses for names that have only IPv4 addresses (RFC 6147).
///
/// [Dns64] is where to start. The manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.dns64;

import org.jspecify.annotations.NullMarked;
