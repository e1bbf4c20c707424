/// Certificates, keys and TLS contexts. Nothing here is loaded for a Corefile without TLS.
///
/// Start at [dev.onoma.server.tls.PemTls], what plugins see of it.
@NullMarked
package dev.onoma.server.tls;

import org.jspecify.annotations.NullMarked;
