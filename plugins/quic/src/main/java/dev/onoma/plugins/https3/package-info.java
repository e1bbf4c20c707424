/// The `https3` plugin: DNS over HTTP/3 (RFC 8484 over RFC 9114).
///
/// Start at [Https3]. [Doh3Stream] is a request and its response. The manual for operators is
/// `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.https3;

import org.jspecify.annotations.NullMarked;
