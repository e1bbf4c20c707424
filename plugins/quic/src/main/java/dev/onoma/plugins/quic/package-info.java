/// The `quic` plugin: DNS over dedicated QUIC connections (RFC 9250).
///
/// Start at [Quic]. [DoqStream] is a query and its response. The manual for operators is
/// `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.quic;

import org.jspecify.annotations.NullMarked;
